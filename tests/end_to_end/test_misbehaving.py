"""A worker that misbehaves costs one item; what happened is in the log; a fresh worker goes on with the rest."""

from __future__ import annotations

import os
import pathlib
import signal
import subprocess
import tempfile
import time
import unittest

from harness import disturb, environment, interrupt, kill_workers, program, run

OTHERS = ["mma_sync.f16", "ldmatrix", "wgmma.bf16", "elect_sync"]


class Misbehaving(unittest.TestCase):
    maxDiff = None

    def costs_one_item(self, name: str, status: str, reason: str, exit_status: int, *arguments: str, log: str = "",
                       extra: dict[str, str] | None = None):
        item = f"self_test.{name}"
        result = run("h200", "--only", ",".join([item, *OTHERS]), *arguments, program="BP_FAULTY", extra=extra)
        row = result.feature(item)
        self.assertEqual((row["status"], row["reason"]["id"]), (status, reason), row)
        for other in OTHERS:
            self.assertEqual(result.feature(other)["status"], "supported", f"{other}\n{result.log}")
        self.assertEqual(result.status, exit_status, result.errors)
        if log:
            self.assertIn(log, result.log)
            self.assertIn(item, result.log)
        else:
            self.assertEqual(result.log, "")
        return result

    def test_abort(self) -> None:
        self.costs_one_item("abort", "crashed", "worker_crashed", 5, log="SIGABRT")

    def test_cpu_spin(self) -> None:
        result = self.costs_one_item("cpu_spin", "timed_out", "time_out", 5, "--timeout", "2", log="did not answer")
        self.assertLess(result.seconds, 40)  # it spins for 60

    def test_gpu_spin(self) -> None:
        """Three times the time-out by the GPU's own clock."""
        self.costs_one_item("gpu_spin", "timed_out", "time_out", 5, "--timeout", "2", log="context was lost",
                            extra={"BLACKWELL_PROBE_SELF_TEST_SPIN_MS": "6000"})

    def test_gpu_spin_shorter_than_the_time_out(self) -> None:
        """The same probe, given the time it needs, is right: it is the time-out that stops it."""
        result = run("h200", "--only", "self_test.gpu_spin", program="BP_FAULTY",
                     extra={"BLACKWELL_PROBE_SELF_TEST_SPIN_MS": "100"})
        self.assertEqual((result.feature("self_test.gpu_spin")["status"], result.status), ("supported", 0))

    def test_illegal_address(self) -> None:
        self.costs_one_item("illegal_address", "crashed", "gpu_fault", 5, log="context was lost")

    def test_wrong_value(self) -> None:
        self.costs_one_item("wrong_value", "wrong_result", "wrong_value", 1)

    def test_garbage(self) -> None:
        self.costs_one_item("garbage", "crashed", "worker_garbage", 5, log="garbage")

    def test_silent_exit(self) -> None:
        self.costs_one_item("silent_exit", "crashed", "worker_exited", 5, log="exited")

    def test_planted_errors_are_for_the_sanitizer(self) -> None:
        """Without a sanitizer nobody sees the store behind the buffer and the race: the results are right."""
        result = run("h200", "--only", "self_test.oob_store,self_test.race", program="BP_FAULTY")
        self.assertEqual(result.by_status()["supported"], {"self_test.oob_store", "self_test.race"})
        self.assertEqual(result.status, 0)

    def test_all_together(self) -> None:
        """Every one costs itself and nothing else, and a wrong result outranks a crash in the status."""
        result = run("h200", "--timeout", "2", program="BP_FAULTY",
                     extra={"BLACKWELL_PROBE_SELF_TEST_SPIN_MS": "6000"})
        statuses = {row["id"]: row["status"] for row in result.gpu()["features"]}
        ours = {name.removeprefix("self_test."): status for name, status in statuses.items()
                if name.startswith("self_test.")}
        self.assertEqual(ours, {"abort": "crashed", "cpu_spin": "timed_out", "gpu_spin": "timed_out",
                                "illegal_address": "crashed", "wrong_value": "wrong_result", "garbage": "crashed",
                                "silent_exit": "crashed", "oob_store": "supported", "race": "supported"})
        rest = {status for name, status in statuses.items() if not name.startswith("self_test.")}
        self.assertEqual(rest, {"supported", "emulated", "unsupported", "not_run"}, result.log)
        self.assertEqual(result.status, 1)

    def test_product_has_none_of_them(self) -> None:
        result = run("h200", "--only", "ldmatrix")
        self.assertFalse([row["id"] for row in result.gpu()["features"] if row["id"].startswith("self_test.")])


class Killed(unittest.TestCase):
    def test_killed_worker(self) -> None:
        """As by the kernel when memory runs out: the item it ran is lost, the rest is done by a fresh worker."""
        result = disturb("h200", "--only", "mma_sync.f16,self_test.gpu_spin,self_test.race",
                         after="launch self_test_gpu_spin", action=kill_workers,
                         extra={"BLACKWELL_PROBE_SELF_TEST_SPIN_MS": "8000"})
        row = result.feature("self_test.gpu_spin")
        self.assertEqual((row["status"], row["reason"]["id"]), ("crashed", "worker_killed"), result.log)
        self.assertEqual(result.feature("mma_sync.f16")["status"], "supported")
        self.assertEqual(result.feature("self_test.race")["status"], "supported")
        self.assertIn("SIGKILL", result.log)
        self.assertEqual(result.status, 5)


class CtrlC(unittest.TestCase):
    def check_interrupted(self, result) -> None:
        self.assertEqual(result.status, 130, result.errors)
        self.assertLess(result.seconds, 1.0)
        self.assertFalse(result.report["complete"])

    def test_during_a_spinning_item(self) -> None:
        result = interrupt("h200", "--only", "mma_sync.f16,self_test.gpu_spin,self_test.wrong_value",
                           after="launch self_test_gpu_spin")
        self.check_interrupted(result)
        self.assertEqual(result.feature("mma_sync.f16")["status"], "supported")  # finished before, and written
        for name in ("self_test.gpu_spin", "self_test.wrong_value"):
            row = result.feature(name)
            self.assertEqual((row["status"], row["reason"]["id"]), ("not_run", "interrupted"))

    def test_during_a_hanging_init(self) -> None:
        result = interrupt("init_hang", after="cuInit")
        self.check_interrupted(result)

    def test_beside_assemblers_that_hang(self) -> None:
        """They are asked for their version meanwhile: the report does not wait for them, and none of them stays."""
        with tempfile.TemporaryDirectory() as folder:
            here = pathlib.Path(folder)
            for name in ("ptxas", "nvcc"):
                self.write_hanging(here / name)
            result = interrupt("init_hang", after="cuInit", program="BP_PROGRAM",
                               extra={"PATH": f"{here}:{os.environ['PATH']}"})
            self.check_interrupted(result)
            self.check_none_stays(here)

    def test_matrix_of_an_assembler_that_hangs(self) -> None:
        """Nothing stays: no process, no temporary folder, no unfinished file."""
        with tempfile.TemporaryDirectory() as folder:
            here = pathlib.Path(folder)
            self.write_hanging(here / "ptxas")
            (here / "tmp").mkdir()
            line = [*program(), "matrix", "--ptxas", str(here / "ptxas"), "-o", str(here / "matrix.csv")]
            with subprocess.Popen(line, env={**environment(None), "TMPDIR": str(here / "tmp")}) as process:
                while not (here / "started").exists() or len((here / "started").read_text().split()) < 2:
                    time.sleep(0.01)
                process.send_signal(signal.SIGINT)
                self.assertEqual(process.wait(timeout=20), 130)
            self.check_none_stays(here)
            self.assertEqual(list((here / "tmp").iterdir()), [])
            self.assertEqual({path.name for path in here.iterdir()}, {"ptxas", "started", "tmp"})

    @staticmethod
    def write_hanging(path: pathlib.Path) -> None:
        """A program that does not end, with a child: both write down their numbers."""
        note = path.parent / "started"
        path.write_text(f"#!/bin/sh\nsleep 1000 &\necho $$ $! >> {note}\nwait\n")
        path.chmod(0o755)

    def check_none_stays(self, here: pathlib.Path) -> None:
        started = (here / "started").read_text().split()
        self.assertTrue(started)
        self.assertEqual([pid for pid in started if self.runs(int(pid))], [])

    @staticmethod
    def runs(pid: int) -> bool:
        try:
            return ") Z " not in pathlib.Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            return False


if __name__ == "__main__":
    unittest.main()
