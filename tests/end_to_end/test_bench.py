"""`bench` against a driver that plays a GPU: it has no clock, so nothing is timed, and it says so."""

from __future__ import annotations

import json
import pathlib
import subprocess
import tempfile
import unittest

from harness import environment, path_of, program, schema_problems

MET, USAGE, NO_GPU, INCOMPLETE = 0, 2, 3, 5
DECODE = "mla.dense_decode.mma_sync"
SHAPE = f"{DECODE}/b128_h16_sq1_sk4096"


def bench(machine: str | None, *arguments: str, folder: str | None = None, libcuda: bool = True):
    line = [*program(), "bench", *arguments]
    if libcuda:
        line += ["--libcuda", path_of("BP_FAKE_DRIVER")]
    return subprocess.run(line, cwd=folder, env=environment(machine), capture_output=True, text=True, timeout=120, check=False)


def say(*arguments: str, folder: str | None = None):
    return subprocess.run([*program(), *arguments], cwd=folder, env=environment(None), capture_output=True, text=True,
                          timeout=60, check=False)


class Bench(unittest.TestCase):
    maxDiff = None

    def test_a_fake_gpu_has_nothing_to_time(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            done = bench("h200", "--filter", SHAPE, "-o", "bench.json", folder=folder)
            self.assertEqual(done.returncode, INCOMPLETE)
            self.assertIn(f"GPU 0: nothing was timed. {DECODE} is blocked: A fake driver answered", done.stderr)
            report = json.loads((pathlib.Path(folder) / "bench.json").read_text())
        self.assertEqual(schema_problems(report), [])
        rows = report["gpus"][0]["bench"]["rows"]
        self.assertEqual([(row["kernel"], row["shape"], row["tuning"]) for row in rows],
                         [(DECODE, "b128_h16_sq1_sk4096", tuning) for tuning in ("free", "portable")])
        for row in rows:
            self.assertEqual((row["status"], row["reason"]["id"], row["seconds"]), ("blocked", "fake_driver", None))
        self.assertEqual([row["id"] for row in report["gpus"][0]["bench"]["yardsticks"]],
                         ["copy", "cublas.bf16", "mma_sync.bf16", "mma_sync.e4m3"])
        self.assertEqual(report["command"].split(" --libcuda")[0], f"blackwell-probe bench --filter {SHAPE}")
        self.assertEqual(report["gpus"][0]["backends"], [])

    def test_the_paths_of_a_shape_are_timed_one_after_the_other(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            bench("h200", "--filter", "mla.*_decode.*", "-o", "bench.json", folder=folder)
            report = json.loads((pathlib.Path(folder) / "bench.json").read_text())
        rows = [(row["operation"], row["shape"], row["path"], row["tuning"]) for row in report["gpus"][0]["bench"]["rows"]]
        self.assertEqual(rows[:3], [("mla.dense_decode", "b128_h16_sq1_sk4096", *how) for how in
                                    (("mma_sync", "free"), ("mma_sync", "portable"), ("wgmma", "free"))])
        shapes = [row[:2] for row in rows]
        for place, shape in enumerate(shapes):
            self.assertLess(place - shapes.index(shape), 3, f"{shape} comes again")

    def test_what_a_gpu_lacks_is_not_timed(self) -> None:
        # GB10 has no wgmma: the evidence is that of the feature, whatever is known of time there.
        with tempfile.TemporaryDirectory() as folder:
            bench("gb10", "--filter", "*wgmma*", "-o", "bench.json", folder=folder)
            path = pathlib.Path(folder) / "bench.json"
            if not path.exists():
                self.skipTest("no kernel of that path has shapes")
            report = json.loads(path.read_text())
        self.assertTrue(report["gpus"][0]["bench"]["rows"])
        for row in report["gpus"][0]["bench"]["rows"]:
            self.assertEqual((row["status"], row["reason"]["id"]), ("unsupported", "need_missing"), row)

    def test_every_output_is_written(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            names = [f"bench.{suffix}" for suffix in ("json", "html", "md", "txt", "csv")]
            done = bench("h200", "--filter", SHAPE, *(word for name in names for word in ("-o", name)), folder=folder)
            for name in names:
                self.assertIn("b128_h16_sq1_sk4096", (pathlib.Path(folder) / name).read_text(), name)
            self.assertIn("b128_h16_sq1_sk4096", done.stdout)
            again = say("render", "bench.json", "--format", "json", folder=folder)
            self.assertEqual(again.stdout, (pathlib.Path(folder) / "bench.json").read_text())
            self.assertEqual(say("diff", "bench.json", "bench.json", folder=folder).returncode, MET)
            merged = say("merge", "bench.json", folder=folder)
            self.assertEqual((merged.returncode, merged.stderr), (MET, ""))
            gate = say("gate", "--report", "bench.json", "--allow-fake", "--require", "feature:mma_sync.bf16=supported",
                       folder=folder)
            self.assertNotEqual(gate.returncode, 4, gate.stderr)

    def test_list_names_kernels_and_shapes(self) -> None:
        done = say("bench", "--list")
        self.assertEqual((done.returncode, done.stderr), (MET, ""))
        rows = done.stdout.splitlines()
        self.assertIn(f"{SHAPE}  deepseek-v3", rows)
        glm = say("bench", "--list", "--model", "glm-5").stdout.splitlines()
        self.assertTrue(glm)
        self.assertEqual(glm, [row for row in rows if "glm-5" in row.partition("  ")[2].split(", ")])
        whole = say("bench", "--list", "--filter", DECODE).stdout.splitlines()
        self.assertEqual(whole, [row for row in rows if row.startswith(DECODE + "/")])
        portable = say("bench", "--list", "--tuning", "portable").stdout.splitlines()
        self.assertEqual(portable, [row for row in rows if ".mma_sync/" in row])

    def test_wrong_words_are_usage_errors(self) -> None:
        for arguments, sentence in (
                (("--filter", "nothing.*"), "--filter nothing.* matches no id"),
                (("--filter", ""), "--filter is empty"),
                (("--filter", "mla.dense_decode"), "did you mean 'mla.dense_decode.*'?"),
                (("--model", "glm-6"), "--model glm-6 is no model of `list models`; did you mean glm-5?"),
                (("--tuning", "best"), "--tuning"),
                (("--gpu", "first one"), "--gpu first one is neither a number nor a UUID"),
                (("--min-time", "0"), "--min-time"),
                (("--timeout", "nan"), "--timeout"),
                (("--filter", SHAPE, "--model", "glm-5"), "--filter with --model leaves nothing to time"),
                (("-o", "bench.xyz"), "the suffix names no format"),
                (("--repetitions", "3"), "--repetitions")):
            with self.subTest(arguments=arguments):
                done = say("bench", *arguments)
                self.assertEqual((done.returncode, done.stdout), (USAGE, ""))
                self.assertIn(sentence, done.stderr)

    def test_no_driver_and_no_such_gpu(self) -> None:
        done = bench(None, libcuda=False)
        self.assertEqual(done.returncode, NO_GPU)
        self.assertIn("No libcuda.so.1 was found", done.stderr)
        done = bench("h200", "--gpu", "7")
        self.assertEqual(done.returncode, USAGE)
        self.assertIn("--gpu 7: there is no such GPU here", done.stderr)


if __name__ == "__main__":
    unittest.main()
