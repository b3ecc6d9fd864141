"""Manners on a command line: what goes to which stream and to a terminal, how wide, in which colours, in which order."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import tempfile
import threading
import unittest

import harness

FEW = ("--only", "wgmma.*f16,mma_sync.f16")


def on_terminal(*arguments: str, columns: int = 80, **variables: str) -> tuple[int, str, str]:
    """Status, what the terminal at standard error got, standard output (another terminal)."""
    screens = [b"", b""]
    ends = [pty.openpty() for _ in screens]

    def read(index: int) -> None:
        try:
            while block := os.read(ends[index][0], 65536):
                screens[index] += block
        except OSError:
            pass  # EIO: the last writer has gone

    with tempfile.TemporaryDirectory() as folder:
        environment = {**harness.environment("h200"), "TERM": "xterm", "COLUMNS": str(columns), "LC_ALL": "C.UTF-8"}
        environment.pop("NO_COLOR", None)
        process = subprocess.Popen(harness.command("BP_PROGRAM", None, "--level", "quick", *arguments), cwd=folder,
                                   env={**environment, **variables}, stdin=subprocess.DEVNULL,
                                   stdout=ends[1][1], stderr=ends[0][1])
        for _, ours in ends:
            os.close(ours)
        threads = [threading.Thread(target=read, args=(index,)) for index in range(len(ends))]
        for thread in threads:
            thread.start()
        try:
            status = process.wait(timeout=120)
        finally:
            process.kill()
            for thread in threads:
                thread.join(timeout=10)
            for theirs, _ in ends:
                os.close(theirs)
    return status, screens[0].decode(), screens[1].decode()


class Habits(unittest.TestCase):
    def test_progress_is_for_terminals(self) -> None:
        status, errors, _ = on_terminal(*FEW)
        self.assertEqual(status, 0, errors)
        self.assertRegex(errors, r"\[=+>? *\]  \d+/\d+  GPU 0  wgmma\.")
        self.assertTrue(errors.endswith("\r\x1b[K"), "nothing of it stays")
        for line in re.split(r"\r\x1b\[K", errors):
            self.assertLess(len(line), 80, "it would wrap")
        self.assertEqual(on_terminal(*FEW, "--quiet")[1], "")
        self.assertEqual(on_terminal(*FEW, TERM="dumb")[1], "")
        self.assertEqual(harness.run("h200", *FEW).errors, "", "not into a pipe")

    def test_verbose_names_each_item_once_on_standard_error(self) -> None:
        done = harness.run("h200", *FEW, "-v")
        rows = [re.fullmatch(r" *(\d+\.\d+ m?s)?  GPU 0  (\w+) +(\S+)", line) for line in done.errors.splitlines()]
        self.assertTrue(all(rows), done.errors)
        self.assertEqual(sorted(row[3] for row in rows),
                         sorted(row["id"] for row in done.gpu()["features"] if row["status"] != "not_run"))
        self.assertTrue(all(row[1] for row in rows if row[2] == "supported"), done.errors)
        self.assertNotIn("GPU 0  supported", done.text)

    def test_errors_remain_when_quiet(self) -> None:
        done = harness.run("no_device", "--quiet")
        self.assertEqual(done.status, 3)
        self.assertTrue(done.errors.startswith("blackwell-probe: "), done.errors)

    def test_colours_are_for_terminals_and_can_be_refused(self) -> None:
        colour = "\x1b["
        self.assertIn(colour, on_terminal(*FEW)[2])
        self.assertNotIn(colour, on_terminal(*FEW, NO_COLOR="1")[2])
        self.assertIn(colour, on_terminal(*FEW, "--color", "always", NO_COLOR="1")[2])
        self.assertNotIn(colour, on_terminal(*FEW, "--color", "never")[2])
        self.assertNotIn(colour, harness.run("h200", *FEW, "-o", "-").text)
        self.assertIn(colour, harness.run("h200", *FEW, "-o", "-", "--color", "always").text)

    def test_two_runs_say_the_same_in_the_same_order(self) -> None:
        texts = []
        for _ in range(2):
            done = harness.run("two_gpus", "--only", "wgmma.*,tma.*,cvt.*", "-o", "-")
            self.assertEqual(done.status, 0, done.errors)
            report = done.report
            report.pop("created")
            report["environment"] = [row for row in report["environment"] if row["key"] != "memory_available_bytes"]
            texts.append((report, re.sub(r"(?m)^(blackwell-probe .*|.*memory available.*)$", "", done.text)))
        self.assertEqual(*(report for report, _ in texts))
        self.assertEqual(*(text for _, text in texts))
