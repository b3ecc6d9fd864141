"""The speeds on the pages of the kernels, docs/kernels/*.md, are those of the bench recorded on a real H200.

After tests/fixtures/h200_bench.json was recorded anew, and test_recorded_bench.py has written it:

    BP_UPDATE_GOLDEN=1 ctest --test-dir build/default -R RecordedPages

writes the table "Recorded" of each page from it."""

import json
import os
import pathlib
import textwrap
import unittest

import test_recorded_bench as recorded
from harness import COMPLETE

PAGES = pathlib.Path(__file__).resolve().parents[2] / "docs" / "kernels"
PAGE_OF = {
    "mla.dense_decode": "dense_decode.md",
    "mla.dense_prefill": "dense_prefill.md",
    "mla.sparse_decode": "sparse_decode.md",
    "mla.sparse_prefill": "sparse_prefill.md",
    "mla.kv_pack": "kv_pack.md",
    "dsa.indexer": "indexer.md",
    "dsa.indexer_prepare": "indexer_prepare.md",
    "dsa.topk": "topk.md",
}

BEGIN, END = "<!-- recorded: tests/fixtures/h200_bench.json -->\n", "<!-- end of what was recorded -->\n"

COLUMNS = {"shape": "---", "path": "---", "tuning": "---", "µs": "---:", "GB/s": "---:", "of copy": "---:",
           "TFLOP/s": "---:", "of its rate": "---:", "of cuBLAS bf16": "---:", "times wgmma": "---:",
           "throttled": "---:"}


def cells(row: dict, wgmma: dict | None) -> list[str]:
    clocks = row["clocks"]
    times = "" if wgmma is None or wgmma is row else f"{row['seconds']['median'] / wgmma['seconds']['median']:.2f}"
    return [row["shape"], row["path"], row["tuning"], f"{row['seconds']['median'] * 1e6:.1f}",
            f"{row['bytes_per_second'] * 1e-9:.0f}", recorded.share(row["share_of_copy"]),
            f"{row['operations_per_second'] * 1e-12:.0f}" if row["operations"] else "",
            recorded.share(row["share_of_rate"]), recorded.share(row["share_of_cublas"]), times,
            f"{100 * clocks['throttled'] / clocks['samples']:.0f} %" if clocks["throttled"] else ""]


def table(rows: list[dict]) -> str:
    """Shape by shape, the most special path first; a column that no row has something for is left out."""
    shapes = list(dict.fromkeys(row["shape"] for row in rows))
    paths = ["wgmma", "mma_sync", "simt"]
    wgmma = {row["shape"]: row for row in rows if row["path"] == "wgmma"}
    rows = sorted(rows, key=lambda row: (shapes.index(row["shape"]), paths.index(row["path"]), row["tuning"]))
    lines = [cells(row, wgmma.get(row["shape"])) for row in rows]
    kept = [i for i, _ in enumerate(COLUMNS) if any(line[i] for line in lines)]
    head = [[name for name in COLUMNS], list(COLUMNS.values())]
    return "".join("| " + " | ".join(line[i] for i in kept) + " |\n" for line in head + lines)


def value_of(yardstick: dict) -> str:
    value = max(yardstick["values"]) * 1e-12
    return f"{yardstick['id']} " + (f"{value:.2f} TB/s" if yardstick["id"] == "copy" else f"{value:.0f} TFLOP/s")


def said(report: dict, operation: str) -> str:
    """What the page of an operation says of the run."""
    gpu = report["gpus"][0]
    rows = [row for row in gpu["bench"]["rows"] if row["operation"] == operation]
    timed = [row for row in rows if row["status"] == "measured"]
    if not timed:
        return f"\nThe run that was recorded has no time of the {len(rows)} rows.\n\n"
    units = {"copy"} | {row["unit"] for row in timed if row["unit"]}
    units |= {"cublas.bf16" for row in timed if row["share_of_cublas"] is not None}
    values = [value_of(yardstick) for yardstick in gpu["bench"]["yardsticks"]
              if yardstick["id"] in units and yardstick["values"]]
    portable = "" if all(row["tuning"] == "free" for row in timed) else (
        "`portable`: from PTX for sm_80 through the driver, with at most 99 KiB of shared memory a block. ")
    missing = "" if len(timed) == len(rows) else f" {len(rows) - len(timed)} of {len(rows)} rows were not timed in it."
    text = (f"One run on an {gpu['name']}, cold L2, medians of launches, beside yardsticks of the same run: "
            f"{', '.join(values)}. {portable}Registers and shared memory: [resources.md](resources.md).{missing}")
    return "\n" + textwrap.fill(text, 120, break_long_words=False, break_on_hyphens=False) + f"\n\n{table(timed)}\n"


class RecordedPages(unittest.TestCase):
    def setUp(self):
        if not PAGES.exists() and not COMPLETE:
            self.skipTest("the pages are not in the tests folder")
        self.report = json.loads(recorded.RECORDED.read_text())

    def test_every_operation_has_a_page(self):
        kernels = json.loads(recorded.run("list", "kernels", "--format", "json"))
        self.assertEqual({kernel["operation"] for kernel in kernels}, set(PAGE_OF))

    def test_pages_show_what_was_recorded(self):
        for operation, name in PAGE_OF.items():
            with self.subTest(page=name):
                page = (PAGES / name).read_text()
                self.assertEqual((page.count(BEGIN), page.count(END)), (1, 1))
                before, rest = page.split(BEGIN)
                shown, after = rest.split(END)
                expected = said(self.report, operation)
                if os.environ.get("BP_UPDATE_GOLDEN"):
                    (PAGES / name).write_text(before + BEGIN + expected + END + after)
                else:
                    self.assertEqual(shown, expected)


if __name__ == "__main__":
    unittest.main()
