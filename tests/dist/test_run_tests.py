"""The tests folder runs the program folder, both as they are copied to another machine; Arm under qemu's emulation."""

from __future__ import annotations

import os
import pathlib
import re
import subprocess
import unittest

import outputs

# GPUs of 64-bit Arm hosts, and the commands that need none.
ARM = r"test_machines\.Machines\.test_(gb10|thor|gb200)$|test_no_gpu\.NoGpu|Supervise\.AllGoesWell"
NO_GPU = outputs.REPOSITORY / "tests" / "end_to_end" / "test_no_gpu.py"
ARM_TESTS = 3 + len(re.findall(r"^    def test_", NO_GPU.read_text(), re.M)) + 1
EMULATOR = "qemu-aarch64-static -L /usr/aarch64-linux-gnu"


def cached(build: pathlib.Path, variable: str) -> str:
    found = re.search(rf"^{variable}:\w+=(.+)$", (build / "CMakeCache.txt").read_text(), re.M)
    if found is None:
        raise AssertionError(f"{build}/CMakeCache.txt does not name {variable}")
    return found[1]


def ptxas() -> str:
    """That of the native build whose device code the distribution holds."""
    named = os.environ.get("BP_PTXAS")
    return named or cached(pathlib.Path(cached(outputs.REPOSITORY / "build" / "dist" / "x86_64", "BP_NATIVE")), "BP_PTXAS")


class RunTests(unittest.TestCase):
    def run_tests(self, arch: str, *arguments: str) -> tuple[int, int, int]:
        """Passed, failed, skipped for another reason than that there is no GPU. Nothing of this environment helps."""
        done = subprocess.run([outputs.tests_folder(arch) / "run-tests", "--program", outputs.program(arch), *arguments],
                              env={"PATH": "/usr/bin:/bin"}, cwd="/", stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, check=False)
        counts = re.search(r"^(\d+) passed, (\d+) failed, (\d+) skipped$", done.stdout, re.M)
        self.assertIsNotNone(counts, done.stdout)
        self.assertEqual(done.returncode, 0, done.stdout)
        no_gpu = re.findall(r"^ +(\d+) skipped: (?:no usable GPU: )?No libcuda\.so\.1 was found", done.stdout, re.M)
        return int(counts[1]), int(counts[2]), int(counts[3]) - sum(map(int, no_gpu))

    def test_x86_64(self) -> None:
        """All there are; what needs a GPU, older assemblers or the sources is skipped."""
        passed, failed, skipped = self.run_tests("x86_64", "--ptxas", ptxas())
        self.assertEqual(failed, 0)
        self.assertGreater(passed, 1000)
        self.assertLess(skipped, 20)

    def test_aarch64(self) -> None:
        counts = self.run_tests("aarch64", "--ptxas", ptxas(), "--emulator", EMULATOR, "--only", ARM)
        self.assertEqual(counts, (ARM_TESTS, 0, 0))

    def test_emulation_needs_no_set_up_of_the_kernel(self) -> None:
        """The library of the tests starts the workers, not binfmt_misc: without it there are none."""
        if any(pathlib.Path("/proc/sys/fs/binfmt_misc").glob("*aarch64*")):
            self.skipTest("this machine's kernel runs Arm programs by itself")
        words = [*EMULATOR.split(), str(outputs.program("aarch64")), "run", "--libcuda",
                 str(outputs.tests_folder("aarch64") / "lib" / "fake_driver" / "libcuda.so.1")]
        done = subprocess.run(words, env={"PATH": "/usr/bin:/bin"}, cwd="/", stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        self.assertNotEqual(done.returncode, 0, done.stdout)


if __name__ == "__main__":
    unittest.main()
