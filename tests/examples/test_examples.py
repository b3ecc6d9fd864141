"""The examples of docs/examples: what carries the published schemas takes them, and their commands do what they say.

    test_examples.py PYTHON          a Python with requirements.txt (tests/examples/setup.sh)
"""

from __future__ import annotations

import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
EXAMPLES = HERE.parents[1] / "docs" / "examples"
sys.path += [str(HERE.parent / "end_to_end"), str(HERE.parent / "support")]

from tools import lacks  # noqa: E402  pylint: disable=wrong-import-position

PYTHON = sys.argv.pop(1) if len(sys.argv) > 1 else ""

SCHEMAS = {
    "github-actions.yml": ["-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"],
    "gitlab-ci.yml": ["-m", "check_jsonschema", "--builtin-schema", "vendor.gitlab-ci",
                      "--data-transform", "gitlab-ci"],
    "issue-form.yml": ["-m", "check_jsonschema", "--builtin-schema", "vendor.github-issue-forms"],
    "kubernetes-job.yaml": ["-m", "kubernetes_validate", "--strict"],
    "kubernetes-daemonset.yaml": ["-m", "kubernetes_validate", "--strict"],
}
# Changes that each schema must refuse: else it looks at nothing.
SPOILED = {
    "github-actions.yml": ("runs-on:", "run-on:"),
    "gitlab-ci.yml": ("when: always", "when: perhaps"),
    "issue-form.yml": ("type: textarea", "type: textfield"),
    "kubernetes-job.yaml": ("backoffLimit: 0", "backOffLimit: 0"),
    "kubernetes-daemonset.yaml": ("hostPath:", "hostpath:"),
}


def accepted(name: str, path: pathlib.Path) -> tuple[bool, str]:
    done = subprocess.run([PYTHON, "-B", *SCHEMAS[name], path], capture_output=True, text=True, timeout=60, check=False)
    return done.returncode == 0, done.stdout + done.stderr


def read(name: str) -> dict:
    """The YAML as JSON; PyYAML is in the other Python. `on:` would be read as true."""
    code = "import json, sys, yaml; json.dump(yaml.load(sys.stdin, yaml.BaseLoader), sys.stdout)"
    done = subprocess.run([PYTHON, "-c", code], input=(EXAMPLES / name).read_text(), capture_output=True, text=True,
                          timeout=60, check=True)
    return json.loads(done.stdout)


class Schemas(unittest.TestCase):
    def test_each_example_has_one(self) -> None:
        self.assertEqual({path.name for path in EXAMPLES.iterdir()} - {"slurm.sh"}, set(SCHEMAS))

    def test_they_take_the_examples(self) -> None:
        for name in SCHEMAS:
            with self.subTest(name):
                good, said = accepted(name, EXAMPLES / name)
                self.assertTrue(good, said)

    def test_they_refuse_spoiled_ones(self) -> None:
        for name, (old, new) in SPOILED.items():
            with self.subTest(name), tempfile.TemporaryDirectory() as folder:
                text = (EXAMPLES / name).read_text()
                self.assertIn(old, text)
                path = pathlib.Path(folder) / name
                path.write_text(text.replace(old, new, 1))
                self.assertFalse(accepted(name, path)[0])

    def test_no_fork_can_start_code_on_an_own_runner(self) -> None:
        workflow = read("github-actions.yml")
        self.assertIn("self-hosted", workflow["jobs"]["kernels"]["runs-on"])
        self.assertEqual(set(workflow["on"]), {"push", "workflow_dispatch"})

    def test_the_report_is_a_required_field_of_the_issue(self) -> None:
        field = next(row for row in read("issue-form.yml")["body"] if row.get("id") == "report")
        self.assertEqual(field["validations"]["required"], "true")


class Commands(unittest.TestCase):
    """As the launchers would start them, on a machine of the fake driver."""

    def setUp(self) -> None:
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)
        self.folder = pathlib.Path(self.scratch.name)

    def execute(self, words: list[str], **variables: str) -> None:
        import harness
        self.assertEqual(words[0], "blackwell-probe")
        more = ["--libcuda", harness.path_of("BP_FAKE_DRIVER")]
        if words[1] == "gate":
            more = ["--allow-fake"] + ([] if "--report" in words else more)
        else:
            more += ["--only", "wgmma.bf16"]  # the rest is tested elsewhere, and takes a while
        done = subprocess.run([*harness.program(), *words[1:], *more], cwd=self.folder, capture_output=True, text=True,
                              env={**harness.environment("h200"), **variables}, timeout=120, check=False)
        self.assertEqual(done.returncode, 0, f"{shlex.join(words)}\n{done.stdout[-2000:]}{done.stderr}")

    def files(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir() if not path.name.startswith("."))

    def container(self, container: dict, mount: str, **variables: str) -> None:
        words = [word.replace(f"{mount}/", f"{self.folder}/") for word in container["args"]]
        self.execute(["blackwell-probe", *words], **variables)

    def test_of_the_kubernetes_job(self) -> None:
        pod = read("kubernetes-job.yaml")["spec"]["template"]["spec"]
        self.container(pod["containers"][0], "/reports", NODE_NAME="node-7", HOSTNAME="blackwell-probe-x7v2k")
        first = self.files()
        self.assertEqual([pathlib.Path(name).suffix for name in first], [".html", ".json"])
        self.container(pod["containers"][0], "/reports", NODE_NAME="node-7")
        self.assertEqual(self.files(), first, "the same node, the same file")

    def daemon_set(self, machine: str, *more: str) -> subprocess.CompletedProcess:
        """What the init container runs, with the program on PATH."""
        import harness
        program = self.folder / "bin" / "blackwell-probe"
        program.parent.mkdir(exist_ok=True)
        more = ("--libcuda", harness.path_of("BP_FAKE_DRIVER"), "--only", "*.bf16", *more)
        program.write_text(f'#!/bin/sh\nexec {shlex.join(harness.program())} "$@" {shlex.join(more)}\n')
        program.chmod(0o755)
        pod = read("kubernetes-daemonset.yaml")["spec"]["template"]["spec"]["initContainers"][0]
        script = [word.replace("/features.d", str(self.folder / "features.d")) for word in pod["args"]]
        return subprocess.run([*pod["command"], *script], capture_output=True, text=True, timeout=120, check=False,
                              env={**harness.environment(machine), "PATH": f"{program.parent}:{os.environ['PATH']}"})

    def test_of_the_kubernetes_daemon_set(self) -> None:
        labels = self.folder / "features.d" / "blackwell-probe"
        labels.parent.mkdir()
        for machine, status, shown in (("h200", 0, r"blackwell-probe\.wgmma=true"), ("no_device", 3, ""),
                                       ("h200_wrong_bf16", 1, "blackwell-probe.wrong-result=true")):
            with self.subTest(machine):
                done = self.daemon_set(machine)
                self.assertEqual((done.returncode, done.stdout.splitlines()[-1]), (0, f"exit status {status}"), done.stderr)
                self.assertRegex(labels.read_text(), rf"(?m)^{shown}$")

    def test_of_the_kubernetes_daemon_set_without_labels(self) -> None:
        """Those of an earlier run are not taken for its own: the container fails and is tried again."""
        labels = self.folder / "features.d" / "blackwell-probe"
        labels.parent.mkdir()
        labels.write_text("blackwell-probe.wgmma=true\n")
        done = self.daemon_set("h200", "--no-such-flag")
        self.assertNotEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertFalse(labels.exists())

    def test_of_github_actions(self) -> None:
        steps = read("github-actions.yml")["jobs"]["kernels"]["steps"]
        for step in steps:
            if "run" in step:
                self.execute(shlex.split(step["run"]))
        self.assertEqual(self.files(), sorted(steps[-1]["with"]["path"].split()))

    def test_of_gitlab(self) -> None:
        job = read("gitlab-ci.yml")["gpu"]
        for line in job["script"]:
            self.execute(shlex.split(line))
        artifacts = job["artifacts"]
        self.assertEqual(self.files(), sorted(artifacts["paths"] + artifacts["reports"]["junit"]))

    def test_of_the_issue_form(self) -> None:
        text = read("issue-form.yml")["body"][0]["attributes"]["value"]
        command = next(line for line in text.splitlines() if line.startswith("    "))
        self.execute(shlex.split(command))
        self.assertLess(len((self.folder / "issue.md").read_bytes()), 60_000)


if __name__ == "__main__":
    if not pathlib.Path(PYTHON).exists():
        lacks("the checkers are not installed (tests/examples/setup.sh installs them)")
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    unittest.main(verbosity=2)
