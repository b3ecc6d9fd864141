"""What works on a machine without a GPU: every command that needs none."""

from __future__ import annotations

import csv
import json
import subprocess
import unittest

from harness import MACHINES, environment, program, schema_problems

FIXTURE = MACHINES.parent / "fixtures" / "h200.json"
NO_DRIVER = ("--libcuda", "/nonexistent/libcuda.so.1")


class NoGpu(unittest.TestCase):
    maxDiff = None

    def out(self, *arguments: str, status: int = 0) -> str:
        done = subprocess.run([*program(), *arguments], env=environment(None), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, universal_newlines=True, timeout=120, check=False)
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stdout

    def test_version(self) -> None:
        text = self.out("version")
        self.assertTrue(text.startswith("blackwell-probe "), text)
        for word in ("ptxas", "sm_90a", "sm_121"):
            self.assertIn(word, text)
        self.assertEqual(self.out("--version").split()[:2], text.split()[:2])

    def test_help(self) -> None:
        for command in ((), ("run",), ("matrix",), ("list",), ("render",), ("completion",)):
            with self.subTest(command=command):
                self.assertIn("Usage: blackwell-probe", self.out(*command, "--help"))

    def test_unknown_command(self) -> None:
        self.assertEqual(self.out("juggle", status=2), "")

    def test_list(self) -> None:
        for kind, row in (("probes", "tcgen05.mma.f16"), ("kernels", "mla.dense_decode.mma_sync"),
                          ("backends", "flashmla.dense_decode.sm90"), ("targets", "sm_121a")):
            with self.subTest(kind=kind):
                self.assertIn(row, self.out("list", kind))

    def test_completion(self) -> None:
        for shell in ("bash", "zsh", "fish"):
            with self.subTest(shell=shell):
                self.assertIn("sm_121", self.out("completion", shell))

    def test_matrix(self) -> None:
        rows = self.out("matrix", "--format", "csv").splitlines()
        self.assertGreater(len(rows), 300)
        self.assertTrue(any("wgmma.bf16" in row and "sm_90a" in row for row in rows), rows[:3])

    def matrix(self, *arguments: str) -> list[dict[str, str]]:
        return list(csv.DictReader(self.out("matrix", "--format", "csv", *arguments).splitlines()))

    def test_matrix_of_toolkits(self) -> None:
        """The suffix f came with CUDA 12.9, sm_107 with 13.4."""
        rows = self.matrix("--toolkit", "12.8,12.9", "--feature", "mma_sync.mxf4nvf4", "--target", "sm_120")
        taken = [(row["toolkit"], row["target"], row["ptx"]) for row in rows if row["verdict"] == "assembles"]
        self.assertEqual(taken, [("ptxas 12.8.93", "sm_120a", "8.7"),
                                 ("ptxas 12.9.86", "sm_120f", "8.8"), ("ptxas 12.9.86", "sm_120a", "8.7")])
        rubin = self.matrix("--feature", "tcgen05.mma.f16", "--target", "sm_107")
        self.assertEqual({(row["target"], row["verdict"]) for row in rubin},
                         {("sm_107", "refused"), ("sm_107f", "assembles"), ("sm_107a", "assembles")})
        self.assertTrue(all(row["since"] == "ptxas 13.5.37" for row in rubin if row["verdict"] == "assembles"))
        self.assertEqual(len({row["toolkit"] for row in self.matrix("--toolkit", "all", "--target", "sm_90a")}), 4)
        self.out("matrix", "--toolkit", "11.8", status=2)
        self.out("matrix", "--toolkit", "12.8", "--ptxas", "/bin/true", status=2)

    def test_matrix_shows_machine_code(self) -> None:
        """mma_sync.e4m3 is native on sm_89 and expanded on sm_90; TMA to .shared::cluster calls a helper on sm_120."""
        text = self.out("matrix", "--feature", "mma_sync.e4m3,tma.load", "--target", "sm_89,sm_90,sm_120")
        lines = {line.split()[0]: line.split()[1:] for line in text.splitlines() if line.strip()}
        self.assertEqual(lines["mma_sync.e4m3"], ["yes", "~", "yes"])
        self.assertEqual(lines["tma.load"], ["-", "yes", "*"])
        for row in self.matrix("--feature", "mma_sync.e4m3", "--target", "sm_90"):
            self.assertTrue(row["sass"].startswith("expanded: F2FP"), row)

    def test_render(self) -> None:
        report = json.loads(FIXTURE.read_text(encoding="utf-8"))
        rendered = json.loads(self.out("render", str(FIXTURE), "--format", "json"))
        self.assertEqual(rendered["gpus"], report["gpus"])
        self.assertEqual(schema_problems(rendered), [])
        for form in ("text", "html"):
            self.assertIn("NVIDIA H200", self.out("render", str(FIXTURE), "--format", form))

    def test_bare_command(self) -> None:
        """All is well: it says what every known target is expected to do."""
        report = json.loads(self.out(*NO_DRIVER, "--format", "json"))
        self.assertEqual(schema_problems(report), [])
        self.assertEqual(report["driver"]["problem"]["id"], "no_libcuda")
        self.assertEqual(report["gpus"], [])
        self.assertLessEqual({"sm_90", "sm_100", "sm_110", "sm_121"}, {row["target"] for row in report["targets"]})

    def test_run_needs_a_driver(self) -> None:
        self.assertIn("No libcuda.so.1 was found", self.out("run", *NO_DRIVER, status=3))


if __name__ == "__main__":
    unittest.main()
