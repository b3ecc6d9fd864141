"""The bench recorded on a real H200: whole, right, and what docs/benchmarks.md says.

After tests/fixtures/h200_bench.json was recorded anew:

    BP_UPDATE_GOLDEN=1 ctest --test-dir build/default -R RecordedBench.test_the_page_shows_it

writes it as this version of the program would, and the tables of the page from it."""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import subprocess
import unittest

from harness import COMPLETE, environment, program, schema_problems

ROOT = pathlib.Path(__file__).resolve().parents[2]
RECORDED = ROOT / "tests" / "fixtures" / "h200_bench.json"
PAGE = ROOT / "docs" / "benchmarks.md"

BEGIN, END = "<!-- made from tests/fixtures/h200_bench.json -->\n", "<!-- end of what is made -->\n"

MEASURES = {"share_of_copy": "copy", "share_of_cublas": "cuBLAS bf16", "share_of_rate": "rate of its own instruction"}


@dataclasses.dataclass(frozen=True)
class Goal:
    """What a kernel is to reach at a shape: a share of a yardstick of the same run."""
    kernel: str
    shape: str
    tuning: str
    measure: str
    least: float


def goals() -> list[Goal]:
    dense, sparse = "mla.dense_decode", "mla.sparse_decode"
    found = [
        Goal(f"{dense}.wgmma", "b128_h16_sq1_sk4096", "free", "share_of_copy", 0.90),
        Goal(f"{dense}.wgmma", "b128_h64_sq1_sk4096", "free", "share_of_copy", 0.80),
        Goal(f"{dense}.wgmma", "b128_h128_sq2_sk8192", "free", "share_of_cublas", 0.70),
        Goal(f"{dense}.wgmma", "b1_h128_sq1_sk65536", "free", "share_of_cublas", 0.38)]
    for tuning, copy, rate in (("free", 0.76, 0.50), ("portable", 0.50, 0.35)):
        found += [
            Goal(f"{dense}.mma_sync", "b128_h16_sq1_sk4096", tuning, "share_of_copy", copy),
            Goal(f"{dense}.mma_sync", "b128_h64_sq1_sk4096", tuning, "share_of_copy", copy),
            Goal(f"{dense}.mma_sync", "b128_h128_sq1_sk4096", tuning, "share_of_rate", rate)]
    return found + [
        Goal(f"{sparse}.wgmma", "v32_b128_h128_sq2_topk2048", "free", "share_of_cublas", 0.40),
        Goal("mla.sparse_prefill.wgmma", "sq4096_h128_d576_skv8192_topk2048", "free", "share_of_cublas", 0.65),
        Goal("dsa.indexer.wgmma", "sq4096_sk32768_h64", "free", "share_of_rate", 0.50),
        Goal("dsa.indexer.wgmma", "paged_b128_sk32768_h64_sq1", "free", "share_of_copy", 0.55),
        Goal("dsa.topk.simt", "r4096_n32768_k2048", "free", "share_of_copy", 0.50),
        Goal("dsa.topk.simt", "r4096_n32768_k2048_constant", "free", "share_of_copy", 0.50)]


def run(*arguments: str) -> str:
    return subprocess.run([*program(), *arguments], env=environment(None), capture_output=True, text=True,
                          check=True).stdout


def share(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def of_operation(rows: list[dict]) -> list[dict]:
    """Operation by operation, shape by shape: a path below the one that it stands in for."""
    operations = list(dict.fromkeys(row["operation"] for row in rows))
    shapes = list(dict.fromkeys(row["shape"] for row in rows))
    return sorted(rows, key=lambda row: (operations.index(row["operation"]), shapes.index(row["shape"]),
                                         row["fallback_from"] is not None, row["kernel"], row["tuning"]))


def speed_table(rows: list[dict]) -> str:
    lines = ["| kernel | shape | tuning | µs | fallback | GB/s | of copy | TFLOP/s | of rate | of cuBLAS | throttled |",
             "|---|---|---|---:|---:|---:|---:|---:|---:|---:|---:|"]
    for row in of_operation(rows):
        samples = row["clocks"]["samples"]
        throttled = f"{100 * row['clocks']['throttled'] / samples:.0f} %" if row["clocks"]["throttled"] else ""
        rate = "" if not row["operations"] else f"{row['operations_per_second'] * 1e-12:.0f}"
        fallback = "" if row["fallback_from"] is None else f"{row['fallback_times']:.2f}x {row['fallback_from']}"
        lines.append(f"| {row['kernel']} | {row['shape']} | {row['tuning']} | {row['seconds']['median'] * 1e6:.1f} | "
                     f"{fallback} | {row['bytes_per_second'] * 1e-9:.0f} | {share(row['share_of_copy'])} | {rate} | "
                     f"{share(row['share_of_rate'])} | {share(row['share_of_cublas'])} | {throttled} |")
    return "\n".join(lines) + "\n"


def goals_table(rows: list[dict]) -> str:
    named = {(row["kernel"], row["shape"], row["tuning"]): row for row in rows}
    lines = ["| kernel | shape | tuning | share of | goal | reached | |", "|---|---|---|---|---:|---:|---|"]
    for goal in goals():
        row = named.get((goal.kernel, goal.shape, goal.tuning))
        reached = None if row is None else row[goal.measure]
        verdict = "not timed" if reached is None else "" if reached >= goal.least else "missed"
        lines.append(f"| {goal.kernel} | {goal.shape} | {goal.tuning} | {MEASURES[goal.measure]} | {goal.least:.2f} | "
                     f"{share(reached)} | {verdict} |")
    return "\n".join(lines) + "\n"


def made(report: dict, rows: list[dict]) -> str:
    """All that the page says of this run."""
    gpu = report["gpus"][0]
    all_rows = gpu["bench"]["rows"]
    ended = "" if report["complete"] else ", ended before the rest"
    values = [f"{yardstick['id']} " + ", then ".join(f"{value * (1e-9 if yardstick['id'] == 'copy' else 1e-12):.0f}"
                                                     for value in yardstick["values"])
              + (" GB/s" if yardstick["id"] == "copy" else " TFLOP/s")
              for yardstick in gpu["bench"]["yardsticks"] if yardstick["values"]]
    return (f"\n`{report['command']}` on an {gpu['name']}, driver {report['driver']['version']}, {report['created'][:10]}: "
            f"{len(rows)} of {len(all_rows)} rows timed{ended}. Yardsticks: {'; '.join(values)}.\n\n"
            f"### Goals\n\n{goals_table(rows)}\n### All rows\n\n{speed_table(rows)}\n")


class RecordedBench(unittest.TestCase):
    def setUp(self):
        self.report = json.loads(RECORDED.read_text())
        self.bench = self.report["gpus"][0]["bench"]
        self.timed = [row for row in self.bench["rows"] if row["status"] == "measured"]

    def test_is_valid_and_of_a_real_gpu(self):
        self.assertEqual(schema_problems(self.report), [])
        self.assertIsNone(self.report["driver"]["fake"])
        self.assertEqual(self.report["gpus"][0]["name"], "NVIDIA H200")
        self.assertEqual(self.report["command"], "blackwell-probe bench")

    def test_every_row_was_right_and_timed(self):
        recorded = {(row["kernel"], row["shape"], row["tuning"]) for row in self.timed}
        if not self.report["complete"]:
            # A run that was ended before its last rows has those that it got to.
            for row in self.bench["rows"]:
                if row["status"] != "measured":
                    self.assertIn(row["reason"]["id"], ("interrupted", "time_out"), (row["kernel"], row["shape"]))
            self.assertGreater(len(recorded), 100)
            return
        for row in self.bench["rows"]:
            self.assertEqual(row["status"], "measured", (row["kernel"], row["shape"], row["tuning"], row["reason"]))
        shapes = {tuple(line.split("  ")[0].split("/")) for line in run("bench", "--list").splitlines()}
        expected = {(*shape, "free") for shape in shapes}
        expected |= {(kernel, shape, "portable") for kernel, shape in shapes if kernel.endswith(".mma_sync")}
        self.assertEqual(recorded, expected)
        for goal in goals():
            self.assertIn((goal.kernel, goal.shape, goal.tuning), recorded)

    def test_shares_are_below_the_limits(self):
        for row in self.timed:
            for name in ("share_of_copy", "share_of_rate"):
                # What L2 keeps between launches of a small shape may come on top of the memory's own rate.
                self.assertLess(row[name] or 0, 1.05, (row["kernel"], row["shape"], row["tuning"], name))

    def test_what_falling_back_costs_is_there(self):
        for row in self.timed:
            beside = [other for other in self.timed if other["path"] == "wgmma" and
                      (other["operation"], other["shape"]) == (row["operation"], row["shape"])]
            if row["path"] != "mma_sync" or not beside:
                continue
            self.assertEqual(row["fallback_from"], "wgmma")
            times = row["seconds"]["median"] / beside[0]["seconds"]["median"]
            self.assertAlmostEqual(row["fallback_times"] / times, 1, places=3)

    def test_yardsticks_were_measured(self):
        found = {yardstick["id"]: yardstick["status"] for yardstick in self.bench["yardsticks"]}
        for name in ("copy", "cublas.bf16", "mma_sync.bf16", "wgmma.bf16", "wgmma.e4m3"):
            self.assertEqual(found[name], "measured", name)

    def test_renders_in_every_format(self):
        self.assertEqual(json.loads(run("render", str(RECORDED), "--format", "json")), self.report)
        for form in ("text", "html", "markdown", "csv", "prom"):
            self.assertIn("mla.dense_decode.wgmma", run("render", str(RECORDED), "--format", form), form)

    def test_the_page_shows_it(self):
        if not PAGE.exists() and not COMPLETE:
            self.skipTest("the page is not in the tests folder")
        if os.environ.get("BP_UPDATE_GOLDEN"):
            RECORDED.write_text(run("render", str(RECORDED), "--format", "json"))
            self.setUp()
        page = PAGE.read_text()
        before, rest = page.split(BEGIN)
        shown, after = rest.split(END)
        expected = made(self.report, self.timed)
        if os.environ.get("BP_UPDATE_GOLDEN"):
            PAGE.write_text(before + BEGIN + expected + END + after)
            return
        self.assertEqual(shown, expected)


if __name__ == "__main__":
    unittest.main()
