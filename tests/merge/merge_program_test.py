#!/usr/bin/env python3
"""The merge command on files: a thousand of them, damaged ones, lists of names, and its JSON against the schema.

    merge_program_test.py PROGRAM
"""

import json
import os
import pathlib
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests/report"))
from validate_report import closed  # noqa: E402

PROGRAM = ""
SMALL = json.loads((ROOT / "tests/report/golden/h200.json").read_text())


def merge(*words: str, text: str | None = None, variables: dict[str, str] | None = None, **options) -> subprocess.CompletedProcess:
    environment = {**os.environ, "COLUMNS": "200", "LC_ALL": "C.UTF-8", **(variables or {})}
    return subprocess.run([PROGRAM, "merge", *words], input=text, capture_output=True, text=True, timeout=120,
                          check=False, env=environment, **options)


def waits_for_signals(process: subprocess.Popen) -> bool:
    lines = pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines()
    blocked = next(line for line in lines if line.startswith("SigBlk:")).split()[1]
    return int(blocked, 16) & 1 << (signal.SIGINT - 1) != 0


class Merge(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)

    def write(self, name: str, **changes) -> pathlib.Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({**SMALL, **changes}))
        return path

    def fleet(self, *words: str, status: int = 0, **options) -> dict:
        done = merge(*words, "--format", "json", **options)
        self.assertEqual(done.returncode, status, done.stderr)
        return json.loads(done.stdout)

    def test_a_thousand_reports_one_class_each_way(self):
        for number in range(1000):
            old = {"driver": {**SMALL["driver"], "version": "570.1"}} if number == 500 else {}
            self.write(f"rack{number % 10}/report-{number}.json", seed=number, **old)
        fleet = self.fleet(str(self.folder))
        jsonschema.validate(fleet, closed(json.loads((ROOT / "report/schema/fleet.schema.json").read_text())))
        self.assertEqual((fleet["reports"], fleet["copies"], fleet["skipped"]), (1000, 0, []))
        self.assertEqual([found["machines"] for found in fleet["classes"]], [999, 1])
        odd = fleet["classes"][1]
        self.assertEqual([(row["what"], row["here"], row["agree"]) for row in odd["differences"]],
                         [("driver", "570.1", 999)])
        self.assertTrue(odd["names"][0].endswith("rack0/report-500.json"))

        names = [str(path) for path in self.folder.rglob("*.json")]
        random.Random(1).shuffle(names)
        again = self.fleet("--files-from", "-", text="\0".join(names))
        again["created"] = fleet["created"]
        self.assertEqual(again, fleet)

    def test_what_is_no_report_is_named_and_skipped(self):
        good = self.write("good.json")
        whole = good.read_text()
        bad = {"cut.json": whole[:-100], "empty.json": "", "foreign.json": '{"a": 1}', "list.json": "[]",
               "newer.json": json.dumps({**SMALL, "schema_version": "2.0.0"}), "fleet.json": '{"fleet_schema_version": "1.0.0"}',
               "deep.json": "[" * 100_000, "binary.json": "\x00\x01"}
        for name, text in bad.items():
            (self.folder / name).write_text(text)
        (self.folder / "large.json").write_bytes(b" " * ((64 << 20) + 1))
        (self.folder / "note.txt").write_text("not looked at")
        done = merge(str(self.folder), "-o", str(self.folder / "out.html"), "-o", str(self.folder / "out.json"))
        self.assertEqual(done.returncode, 5, done.stderr)
        fleet = json.loads((self.folder / "out.json").read_text())
        self.assertEqual(fleet["reports"], 1)
        self.assertEqual({pathlib.Path(one["name"]).name for one in fleet["skipped"]}, {*bad, "large.json"})
        for name in bad:
            self.assertIn(name, done.stderr)
        self.assertIn("use a newer blackwell-probe", done.stderr)
        self.assertIn('id="skipped"', (self.folder / "out.html").read_text())

    def test_files_that_cannot_be_read_are_skipped(self):
        fleet = self.fleet(str(self.write("a.json")), str(self.folder / "none.json"), status=5)
        self.assertEqual(fleet["reports"], 1)
        self.assertIn("No such file", fleet["skipped"][0]["why"])

    def test_the_output_of_the_last_time_is_no_input(self):
        self.write("a.json")
        for _ in range(2):
            done = merge(".", "-o", "fleet.json", cwd=self.folder)
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_standard_input_and_copies(self):
        path = self.write("a.json")
        fleet = self.fleet(str(path), "-", text=path.read_text())
        self.assertEqual((fleet["reports"], fleet["copies"], len(fleet["classes"])), (2, 1, 1))

    def test_home_folders_are_left_out_of_names(self):
        self.write("home/alice/10.1.2.3/report.json")
        for words, kept in (((), False), (("--identify",), True)):
            text = merge(str(self.folder), *words).stdout
            self.assertEqual("10.1.2.3" in text, kept)

    def test_home_folders_are_left_out_of_what_is_complained_about(self):
        missing = str(self.folder / "none.json")
        for words, kept in (((), False), (("--identify",), True)):
            done = merge(str(self.write("a.json")), missing, *words, variables={"HOME": str(self.folder)})
            self.assertIn("Skipped", done.stderr)
            self.assertEqual(str(self.folder) in done.stderr, kept, done.stderr)

    def test_an_interrupt_leaves_nothing_behind_while_a_file_does_not_answer(self):
        self.write("a.json")
        for number in (signal.SIGINT, signal.SIGTERM):
            with subprocess.Popen([PROGRAM, "merge", "a.json", "-", "-o", "fleet.html"], cwd=self.folder, stdin=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL) as process:
                while not waits_for_signals(process):
                    self.assertIsNone(process.poll(), "it ended before its input did")
                    time.sleep(0.01)
                self.assertTrue(list(self.folder.glob(".fleet.html.*")))
                process.send_signal(number)
                self.assertEqual(process.wait(30), 130)
            self.assertEqual([path.name for path in self.folder.iterdir()], ["a.json"])

    def test_where_no_thread_can_be_started_files_are_read_one_by_one(self):
        def no_threads():  # their stacks, which are as large as this, find no room
            resource.setrlimit(resource.RLIMIT_STACK, (1 << 47, resource.getrlimit(resource.RLIMIT_STACK)[1]))

        for number in range(5):
            self.write(f"{number}.json", seed=number)
        self.assertEqual(self.fleet(str(self.folder), preexec_fn=no_threads)["reports"], 5)

    def test_nothing_to_merge_is_a_usage_error(self):
        for words in ((), (str(self.folder),), ("--files-from", str(self.folder / "none"))):
            done = merge(*words)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertTrue(done.stderr.startswith("blackwell-probe: "), done.stderr)


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main()
