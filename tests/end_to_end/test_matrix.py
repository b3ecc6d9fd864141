"""`matrix --driver`: what the driver's assembler says, in a process of its own, beside the table."""

import csv
import pathlib
import subprocess
import tempfile
import unittest

from harness import environment, path_of, program, read_trace


class DriverMatrix(unittest.TestCase):
    def ask(self, machine: str, *arguments: str) -> subprocess.CompletedProcess:
        with tempfile.TemporaryDirectory() as folder:
            here = pathlib.Path(folder)
            variables = {**environment(machine), "BLACKWELL_PROBE_FAKE_TRACE": str(here / "trace")}
            done = subprocess.run([*program(), "matrix", "--driver", "--libcuda", path_of("BP_FAKE_DRIVER"), *arguments],
                                  env=variables, capture_output=True, text=True, timeout=240, check=False)
            read_trace(here)
            return done

    def rows(self, machine: str, *arguments: str) -> list[dict[str, str]]:
        done = self.ask(machine, "--format", "csv", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return list(csv.DictReader(done.stdout.splitlines()))

    def test_the_driver_agrees_with_the_table(self) -> None:
        rows = self.rows("h200", "--feature", "wgmma.bf16,mma_sync.mxf4nvf4", "--target", "sm_90,sm_120")
        self.assertEqual({(row["feature"], row["target"]) for row in rows if row["verdict"] == "assembles"},
                         {("wgmma.bf16", "sm_90a"), ("mma_sync.mxf4nvf4", "sm_120a"),
                          ("mma_sync.mxf4nvf4", "sm_120f")})
        for row in rows:
            self.assertTrue(row["toolkit"].startswith("driver "), row)
            self.assertEqual(row["verdict"], row["table_verdict"], row)
        text = self.ask("h200", "--feature", "wgmma.bf16", "--target", "sm_90").stdout
        self.assertIn("No difference in the 2 cells", text)

    def test_targets_that_the_driver_does_not_know_are_left_out(self) -> None:
        rows = self.rows("h100_r570", "--feature", "wgmma.bf16", "--target", "sm_90,sm_103")
        self.assertEqual({row["target"] for row in rows}, {"sm_90", "sm_90a"})

    def test_a_driver_that_breaks_is_a_sentence(self) -> None:
        for machine in ("init_segv", "no_device", "no_jit_compiler"):
            with self.subTest(machine=machine):
                done = self.ask(machine, "--feature", "wgmma.bf16")
                self.assertEqual((done.returncode, done.stdout), (3, ""), done.stderr)
                self.assertIn("--driver: ", done.stderr)
                # With the remedy that `run` names.
                self.assertRegex(done.stderr, r"\. (Check|Install) .*\.$")


if __name__ == "__main__":
    unittest.main()
