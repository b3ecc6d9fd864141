"""diff on reports of fake machines and on changed copies of a real one: what it says, its JSON, and its status."""

from __future__ import annotations

import json
import pathlib
import subprocess
import tempfile
import unittest

from harness import MACHINES, environment, path_of, program, read_trace, schema_problems

FIXTURE = MACHINES.parent / "fixtures" / "h200.json"


class Diff(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.here = pathlib.Path(folder.name)
        self.real = json.loads(FIXTURE.read_text())

    def changed(self, change) -> str:
        report = json.loads(json.dumps(self.real))
        change(report)
        (self.here / "changed.json").write_text(json.dumps(report))
        return "changed.json"

    def said(self, *arguments: str, status: int = 0, given: str | None = None) -> subprocess.CompletedProcess:
        done = subprocess.run([*program(), "diff", *arguments], cwd=self.here, env=environment(None), input=given,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True, timeout=60, check=False)
        self.assertEqual(done.returncode, status, f"{done.stdout}\n{done.stderr}")
        return done

    def diff(self, *arguments: str, **options) -> dict:
        document = json.loads(self.said(*arguments, "--format", "json", **options).stdout)
        self.assertEqual(schema_problems(document, "diff"), [])
        self.assertEqual(sum(document[trend] for trend in ("worse", "better", "other")), len(document["changes"]))
        return document

    def probed(self, machine: str, name: str) -> str:
        variables = {**environment(machine), "BLACKWELL_PROBE_FAKE_TRACE": str(self.here / "trace")}
        subprocess.run([*program(), "run", "--libcuda", path_of("BP_FAKE_DRIVER"), "--level", "quick", "-q", "-o", name],
                       cwd=self.here, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=200, check=False)
        read_trace(self.here)
        return name

    # The same machine twice

    def twice(self, machine: str) -> None:
        before, after = self.probed(machine, "before.json"), self.probed(machine, "after.json")
        self.assertTrue(json.loads((self.here / before).read_text())["driver"]["fake"], "the machine was not played")
        for pair in ((before, before), (before, after)):
            document = self.diff(*pair)
            self.assertEqual((document["changes"], document["warnings"]), ([], []))
            self.assertIn("Nothing changed.", self.said(*pair, "--fail-on", "any").stdout)

    def test_two_runs_on_a_machine_differ_in_nothing(self) -> None:
        self.twice("two_gpus")

    def test_two_runs_on_a_gpu_with_unified_memory_differ_in_nothing(self) -> None:
        self.twice("gb10")

    def test_two_runs_without_a_usable_driver_differ_in_nothing(self) -> None:
        self.twice("driver_mismatch")

    # What changed, and the status

    def test_what_got_worse_is_status_1(self) -> None:
        def crash(report: dict) -> None:
            row = next(row for row in report["gpus"][0]["features"] if row["id"] == "wgmma.bf16")
            row["status"] = "crashed"

        after = self.changed(crash)
        document = self.diff(str(FIXTURE), after, status=1)
        self.assertEqual([(row["trend"], row["what"], row["id"], row["where"]) for row in document["changes"]],
                         [("worse", "feature", "wgmma.bf16", ["GPU 0"])])
        self.assertEqual(self.diff(after, str(FIXTURE))["better"], 1)
        self.diff(after, str(FIXTURE), "--fail-on", "any", status=1)
        self.diff(str(FIXTURE), after, "--fail-on", "never")

    def test_all_outputs_of_one_comparison(self) -> None:
        after = self.changed(lambda report: report["driver"].update(version="999.1"))
        self.said(str(FIXTURE), "-", "-o", "d.md", "-o", "d.json", "-o", "d.txt", given=(self.here / after).read_text())
        for name in ("d.md", "d.json", "d.txt"):
            self.assertIn("999.1", (self.here / name).read_text())

    # Versions of the report

    def test_older_minor_versions_are_read(self) -> None:
        def older(report: dict) -> None:
            report["schema_version"] = "1.0.0"
            for key in ("surveys", "models", "catalogue", "shape"):
                report.pop(key, None)
            for gpu in report["gpus"]:
                for key in ("rates", "selectors"):
                    gpu.pop(key, None)

        document = self.diff(self.changed(older), str(FIXTURE))
        self.assertEqual(document["worse"], 0, document["changes"])
        self.assertIn(("all rates", "measured"), [(row["id"], row["after"]) for row in document["changes"]])

    def test_another_major_version_is_refused_with_a_sentence(self) -> None:
        newer = self.changed(lambda report: report.update(schema_version="2.0.0"))
        for pair in ((newer, str(FIXTURE)), (str(FIXTURE), newer)):
            done = self.said(*pair, status=2)
            self.assertEqual(done.stdout, "")
            self.assertRegex(done.stderr, r"changed\.json.*\"2\.0\.0\".*newer blackwell-probe")

    def test_what_is_no_report_is_a_usage_error(self) -> None:
        (self.here / "cut.json").write_text(FIXTURE.read_text()[:-100])
        for pair in (("cut.json", str(FIXTURE)), (str(FIXTURE), "none.json"), ("-", "-")):
            done = self.said(*pair, "-o", "out.md", status=2, given="")
            self.assertTrue(done.stderr.startswith("blackwell-probe: "), done.stderr)
            self.assertFalse((self.here / "out.md").exists())


if __name__ == "__main__":
    unittest.main()
