"""docs/examples/slurm.sh and its relatives on a real Slurm of two nodes, each with a machine of the fake driver.

Needs Debian's slurmctld, slurmd and munge (tests/launchers/setup.sh).
"""

from __future__ import annotations

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path += [str(HERE), str(HERE.parent / "end_to_end"), str(HERE.parent / "support")]

import harness
import slurm
from tools import lacks

EXAMPLE = HERE.parents[1] / "docs" / "examples" / "slurm.sh"


class Slurm(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.scratch.cleanup)
        cls.folder = pathlib.Path(cls.scratch.name)
        cls.cluster = cls.enterClassContext(slurm.Cluster(cls.folder))
        # The program as it is found on PATH: each node has a machine of its own.
        program = cls.folder / "bin" / "blackwell-probe"
        program.parent.mkdir()
        program.write_text(f'#!/bin/sh\nread -r machine < "{cls.folder}/$SLURMD_NODENAME.machine"\n'
                           f'export BLACKWELL_PROBE_FAKE_MACHINE="{harness.MACHINES}/$machine.json"\n'
                           f'exec {" ".join(harness.program())} "$@"\n')
        program.chmod(0o755)

    def on(self, machines: tuple[str, str], *command: object) -> subprocess.CompletedProcess:
        for node, machine in zip(slurm.NODES, machines):
            (self.folder / f"{node}.machine").write_text(machine + "\n")
        variables = {**harness.environment("h200"), "PATH": f"{self.folder}/bin:{os.environ['PATH']}"}
        return self.cluster.run(*command, **variables)

    def place(self, name: str) -> pathlib.Path:
        folder = self.folder / name
        folder.mkdir()
        return folder

    flags = ("--level", "quick", "--libcuda", harness.path_of("BP_FAKE_DRIVER"))

    def batch(self, machines: tuple[str, str], reports: pathlib.Path, *flags: str) -> int:
        """The exit status of the job (sbatch --wait would say it too, but looks every few seconds)."""
        done = self.on(machines, "sbatch", "--parsable", "--gpus-per-node=1", EXAMPLE, reports, *self.flags, *flags)
        self.assertEqual(done.returncode, 0, done.stderr)
        limit = time.monotonic() + 60
        while time.monotonic() < limit:
            job = self.cluster.run("scontrol", "--oneliner", "show", "job", done.stdout.strip()).stdout
            if re.search(r" EndTime=\S+ ", job) and re.search(r" JobState=(COMPLETED|FAILED) ", job):
                return int(re.search(r" ExitCode=(\d+):", job)[1])
            time.sleep(0.1)
        self.fail(f"the job did not end: {job}\n{self.log()}")

    def log(self) -> str:
        return "\n".join(path.read_text() for path in self.folder.glob("blackwell-probe-*.log")) + self.cluster.logs()

    def test_the_example_writes_one_report_for_each_node(self) -> None:
        reports = self.place("all")
        self.assertEqual(self.batch(("h200", "gb10"), reports), 0, self.log())
        files = sorted(reports.iterdir())
        self.assertEqual(len(files), 2, files)
        found = {}
        for file in files:
            self.assertRegex(file.name, r"^report-[0-9a-f]{12}\.json$")
            text = file.read_text()
            self.assertNotIn("gpu-a", text)
            self.assertNotIn("gpu-b", text)
            report = json.loads(text)
            self.assertEqual(harness.schema_problems(report), [])
            found[report["gpus"][0]["name"]] = {row["key"]: row["value"] for row in report["environment"]}
        self.assertEqual(set(found), {"NVIDIA H200", "NVIDIA GB10"})
        for environment in found.values():
            self.assertEqual(environment["variable_CUDA_VISIBLE_DEVICES"], "0", "which GPUs Slurm gave to the task")

    def test_a_node_without_a_gpu_makes_the_status_and_spoils_no_report(self) -> None:
        reports = self.place("one_bad")
        self.assertEqual(self.batch(("h200", "no_device"), reports), 3, self.log())
        gpus = [len(json.loads(file.read_text())["gpus"]) for file in reports.iterdir()]
        self.assertEqual(sorted(gpus), [0, 1])

    def test_names_of_nodes_only_when_asked(self) -> None:
        reports = self.place("named")
        self.assertEqual(self.batch(("h200", "h200"), reports, "--identify"), 0, self.log())
        self.assertEqual(sorted(file.name for file in reports.iterdir()), ["report-gpu-a.json", "report-gpu-b.json"])

    def test_two_tasks_on_one_node(self) -> None:
        reports = self.place("tasks")
        task = ("srun", "--nodes=1", "--ntasks=2", "--overcommit", "--nodelist=gpu-a", "--gpus-per-node=1",
                "blackwell-probe", "run", *self.flags)
        done = self.on(("h200", "h200"), *task, "-o", reports / "of-node-%h.json", "-o", reports / "of-task-%r.json")
        self.assertEqual(done.returncode, 0, done.stderr)
        files = sorted(reports.iterdir())
        self.assertEqual(len(files), 3, "one of the node, whole, from the task that was last; one for each task")
        self.assertEqual([file.name for file in files[1:]], ["of-task-0.json", "of-task-1.json"])
        for file in files:
            self.assertEqual(harness.schema_problems(json.loads(file.read_text())), [], file)


if __name__ == "__main__":
    if lacking := slurm.missing():
        lacks(f"no {', '.join(lacking)} (tests/launchers/setup.sh installs them)")
    unittest.main(verbosity=2)
