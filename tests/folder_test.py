"""The tests folder as it is installed: run-tests finds everything there, skips what is missing, and can fail.

usage: folder_test.py BUILD_FOLDER PROGRAM PTXAS [--paths-in-programs]     (CTest calls it)
"""

from __future__ import annotations

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

build, product, ptxas = (pathlib.Path(word) for word in sys.argv[1:4])
# With debug information programs name the folder that they were built in.
paths_in_programs = "--paths-in-programs" in sys.argv


class Folder(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.scratch = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.scratch.name) / "elsewhere"
        subprocess.run(["cmake", "--install", build, "--component", "tests", "--prefix", cls.folder], check=True,
                       stdout=subprocess.DEVNULL)
        cls.program = pathlib.Path(cls.scratch.name) / "program"
        shutil.copy(product, cls.program)

    @classmethod
    def tearDownClass(cls) -> None:
        cls.scratch.cleanup()

    def run_tests(self, *arguments: object) -> tuple[int, dict[str, int], str]:
        """Exit status, the numbers of the last line, all output. Nothing of this environment helps, no GPU is seen."""
        done = subprocess.run([self.folder / "run-tests", *map(str, arguments)], cwd="/", stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, universal_newlines=True, check=False,
                              env={"PATH": "/usr/bin:/bin", "CUDA_VISIBLE_DEVICES": "-1"})
        counts = re.findall(r"^(\d+) passed, (\d+) failed, (\d+) skipped$", done.stdout, re.M)
        self.assertEqual(len(counts), 1, done.stdout)
        return done.returncode, dict(zip(("passed", "failed", "skipped"), map(int, counts[0]))), done.stdout

    def test_all_kinds_of_tests_pass(self) -> None:
        chosen = (r"Ptxas\.|Golden|Nvml\.|Supervise\.OneCrash|Machines\.test_gb10|MachineFiles|NoGpu|test_abort|"
                  r"report_schema|Schema\.|test_models\.Files")
        status, counts, out = self.run_tests("--program", self.program, "--ptxas", ptxas, "--only", chosen)
        self.assertEqual((status, counts["failed"], counts["skipped"]), (0, 0, 0), out)
        self.assertGreater(counts["passed"], 25)

    def test_without_an_assembler(self) -> None:
        status, counts, out = self.run_tests("--program", self.program, "--only", r"test_machines\.Machines\.test_gb10$|Ptxas\.Assembles")
        self.assertEqual((status, counts), (0, {"passed": 0, "failed": 0, "skipped": 2}), out)
        self.assertIn("needs ptxas", out)
        self.assertIn("needs BP_PTXAS", out)

    def test_a_program_that_does_not_work(self) -> None:
        status, counts, out = self.run_tests("--program", "/bin/false", "--only", "test_no_gpu")
        self.assertEqual((status, counts["passed"]), (1, 0), out)
        self.assertGreater(counts["failed"], 5)

    def test_a_test_program_that_ends_early(self) -> None:
        victim = self.folder / "bin" / "small_float_test"
        whole = victim.read_bytes()
        victim.write_text("#!/bin/sh\necho Suite.\necho '  Test'\nkill -SEGV $$\n")
        try:
            status, counts, out = self.run_tests("--program", self.program, "--only", "small_float_test")
        finally:
            victim.write_bytes(whole)
        self.assertEqual((status, counts["passed"], counts["failed"]), (1, 0, 1), out)

    def test_gpu_tests_fail_where_there_is_none(self) -> None:
        status, counts, out = self.run_tests("--gpu")
        self.assertEqual((status, counts["passed"], counts["skipped"]), (1, 0, 0), out)
        self.assertGreater(counts["failed"], 40)

    def test_a_name_that_no_test_has(self) -> None:
        status, _, out = self.run_tests("--program", self.program, "--only", "nonsense")
        self.assertEqual(status, 2, out)

    def test_programs_hold_no_path_of_the_build(self) -> None:
        if paths_in_programs:
            self.skipTest("built with debug information")
        files = [file for part in ("bin", "lib") for file in (self.folder / part).rglob("*") if file.is_file()]
        self.assertGreater(len(files), 15)
        naming = [str(file) for file in files if str(build).encode() in file.read_bytes()]
        self.assertEqual(naming, [])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
