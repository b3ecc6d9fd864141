"""What a run says of language models: kernels by operation, KV cache, context, estimates; and models from files."""

from __future__ import annotations

import json
import pathlib
import subprocess
import tempfile
import unittest

from harness import MACHINES, Run, command, environment, run

PRESETS = MACHINES.parents[1] / "report" / "models" / "presets"
USAGE = 2


def model(result: Run, name: str) -> dict:
    return next(row for row in result.report["models"] if row["id"] == name)


def size(report: dict, gpus: int) -> dict:
    return next(row for row in report["sizes"] if row["tensor_parallel"] == gpus)


def ways(report: dict, need: str, gpus: int) -> list[dict]:
    return next(row["ways"] for row in report["needs"] if row["name"] == need and gpus in row["tensor_parallel"])


def taken(report: dict, need: str, gpus: int) -> dict:
    return next(way for way in ways(report, need, gpus) if way["verdict"] == "runs")


def work(way: dict, gpus: int) -> dict:
    return next(row for row in way["work"] if row["tensor_parallel"] == gpus)


class Machines(unittest.TestCase):
    maxDiff = None

    def test_h200(self) -> None:
        result = run("h200")
        v3 = model(result, "deepseek-v3")
        self.assertEqual(v3["cache"][0], {"dtype": "bf16", "bytes_per_token": 61 * 1152, "bytes_per_sequence": 0})
        self.assertEqual(size(v3, 1)["context_tokens"], 0, "671 billion weights on one GPU")
        memory = v3["memory"]["value"]
        self.assertEqual(size(v3, 8)["context_tokens"], int((memory - 688586727753 / 8) / (61 * 1152)))
        self.assertIn("flashmla.dense_decode.sm90", taken(v3, "decode", 8)["runs"])
        v32 = model(result, "deepseek-v3.2")
        self.assertEqual(taken(v32, "decode", 2)["best"], "flashmla.sparse_decode_fp8.sm90")
        at_16_heads = taken(v32, "decode", 8)
        self.assertNotIn("flashmla.sparse_decode_fp8.sm90", at_16_heads["runs"])
        self.assertIn("vllm.sparse.flashmla", at_16_heads["runs"], "it pads the heads")
        self.assertEqual(at_16_heads["refused"],
                         [{"backend": "flashmla.sparse_decode_fp8.sm90", "why": "takes 64 or 128 heads"}])
        # This driver declares no clock of the memory: work is exact, and no time is made up.
        self.assertIsNone(v3["bandwidth"])
        self.assertIsNone(work(at_16_heads, 8)["estimated_us"])
        self.assertNotIn("estimate: at least", result.html + result.markdown)

    def test_gb10(self) -> None:
        result = run("gb10")
        v32 = model(result, "deepseek-v3.2")
        self.assertAlmostEqual(v32["bandwidth"]["value"], 273.056, msg="its driver declares transfers, not clocks")
        decode = taken(v32, "decode", 8)
        self.assertEqual(decode["best"], "flashinfer.mla.sparse_sm120.v32")
        read = 32 * (2048 * (656 + 4) + 16 * (576 + 512) * 2)
        self.assertEqual(work(decode, 8)["bytes"], read)
        self.assertAlmostEqual(work(decode, 8)["estimated_us"], read / 273056, places=3)
        flash = model(result, "deepseek-v4-flash")
        self.assertEqual([size(flash, gpus)["context_tokens"] > 0 for gpus in (1, 2)], [False, True])
        for text in (result.html, result.markdown):
            self.assertIn("Times are estimates (roofline), not measured", text)
            self.assertIn("room for at most", text)

    def test_rtx5090(self) -> None:
        result = run("rtx5090")
        self.assertAlmostEqual(model(result, "glm-5")["bandwidth"]["value"], 1792.128)
        self.assertEqual(taken(model(result, "glm-5"), "decode", 8)["best"], "flashinfer.mla.sparse_sm120.v32")
        fitting = [row["id"] for row in result.report["models"] if size(row, 8)["context_tokens"] > 0]
        self.assertEqual(fitting, ["deepseek-v4-flash"])
        self.assertIn("but the weights do not fit", result.markdown)

    def test_b200(self) -> None:
        result = run("b200")
        for need, best in (("decode", "flashinfer.mla.cute_dsl"), ("prefill", "flashmla.dense_prefill_mha.sm100")):
            self.assertEqual(taken(model(result, "deepseek-v3"), need, 8)["best"], best)
        self.assertEqual(taken(model(result, "deepseek-v4-pro"), "decode", 8)["best"], "flashinfer.mla.sparse_dsv4.sm100")
        self.assertGreater(size(model(result, "deepseek-v4-flash"), 1)["context_tokens"], 0)

    def test_a100(self) -> None:
        result = run("a100")
        v32 = model(result, "deepseek-v3.2")
        self.assertEqual((size(v32, 8)["verdict"], size(v32, 8)["missing"]), ("no_hardware", ["indexer"]))
        self.assertIn("decode", size(v32, 8)["falls_back"])
        decode = taken(v32, "decode", 8)
        self.assertEqual((decode["operation"], decode["fallback"]), ("mla.dense_decode", True))
        usual = work(ways(v32, "decode", 8)[0], 8)["estimated_us"]
        self.assertGreater(work(decode, 8)["estimated_us"], 20 * usual, "it reads 32768 tokens instead of 2048")
        self.assertIn("estimate: at least 593 us instead of 21 us", result.markdown)

    def test_eight_gpus_of_one_kind_are_one_answer(self) -> None:
        result = run("eight_h200", "--only", "wgmma.bf16", "--model", "deepseek-v3")
        self.assertEqual([(row["id"], row["gpus"]) for row in result.report["models"]], [("deepseek-v3", list(range(8)))])
        self.assertIn("<details><summary>Models on <code>GPUs 0, 1, 2, 3, 4, 5, 6, 7&#58; NVIDIA H200</code> (1)</summary>",
                      result.markdown)


class Files(unittest.TestCase):
    def setUp(self) -> None:
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)

    def file(self, content: dict) -> str:
        path = self.folder / "mine.json"
        path.write_text(json.dumps(content))
        return str(path)

    def test_a_file_stands_beside_presets(self) -> None:
        mine = {**json.loads((PRESETS / "glm_5.json").read_text()), "id": "mine", "name": "Mine <b>|`x`", "weights": None}
        result = run("h200", "--only", "wgmma.bf16", "--model", self.file(mine), "--model", "GLM-5")
        self.assertEqual([row["id"] for row in result.report["models"]], ["mine", "glm-5"])
        self.assertIsNone(size(model(result, "mine"), 1)["weight_bytes"])
        self.assertIn("without its weights, room for at most", result.html)
        self.assertIn("without its weights, room for at most", result.markdown)
        self.assertIn("Mine &lt;b&gt;|`x`", result.html)
        self.assertNotIn("Mine <b>", result.html + result.markdown)

    def refused(self, name: str) -> str:
        line = command("BP_PROGRAM", None, "--model", name, "-o", "report.json")
        done = subprocess.run(line, cwd=self.folder, env=environment("h200"), capture_output=True, text=True,
                              timeout=60, check=False)
        self.assertEqual((done.returncode, done.stdout), (USAGE, ""), done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, "one sentence")
        self.assertFalse((self.folder / "report.json").exists())
        return done.stderr

    def test_mistakes_are_usage_errors_before_any_work(self) -> None:
        self.assertIn('unknown key "architectures"', self.refused(self.file({"architectures": []})))
        self.assertIn('"attention" is missing', self.refused(self.file({"id": "x", "name": "X"})))
        self.assertIn("it is larger than 64 KiB", self.refused("/dev/zero"))
        self.assertIn("No such file", self.refused("./none.json"))
        self.assertIn("did you mean deepseek-v3.2?", self.refused("deepseek-v3.3"))


if __name__ == "__main__":
    unittest.main()
