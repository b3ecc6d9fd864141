"""The report recorded on a real H200 against the program of today and against the fake driver's H200."""

import json
import os
import pathlib
import subprocess
import unittest

import expected
from harness import COMPLETE, environment, program, run, schema_problems

ROOT = pathlib.Path(__file__).resolve().parents[2]
RECORDED = ROOT / "tests" / "fixtures" / "h200.json"
# Around its first lines in README.md.
BEGIN, END = "The first lines of a run on an H200:\n\n```\n", "\n```\n"


# Features that have come since the report was recorded: nothing is known of them on a real H200 until it is recorded
# anew, and then this is empty again.
NEWER: set[str] = set()

# Rows of which the catalogue says something else since. Others have come and gone.
CORRECTED: set[str] = set()


def render(form: str) -> str:
    return subprocess.run([*program(), "render", str(RECORDED), "--format", form],
                          env=environment(None), capture_output=True, text=True, check=True).stdout


class Recorded(unittest.TestCase):
    def setUp(self):
        self.report = json.loads(RECORDED.read_text())
        self.gpu = self.report["gpus"][0]

    def test_is_valid_and_of_a_real_gpu(self):
        self.assertEqual(schema_problems(self.report), [])
        self.assertIsNone(self.report["driver"]["fake"])
        self.assertEqual(self.gpu["name"], "NVIDIA H200")

    def test_holds_what_hopper_must_show(self):
        # PTX ISA 9.0: wgmma is of sm_90a alone, tcgen05 of 10.x and 11.x, block-scaled mma.sync of 12.x.
        status = {feature["id"]: feature["status"] for feature in self.gpu["features"]}
        for feature in ("wgmma.bf16", "wgmma.e4m3", "tma.load", "tma.multicast", "cluster.launch", "mma_sync.bf16"):
            self.assertEqual(status[feature], "supported", feature)
        self.assertEqual(status["mma_sync.e4m3"], "emulated")
        for feature in ("tcgen05.tmem", "tcgen05.mma.f16", "mma_sync.mxf8f6f4", "mma_sync.mxf4nvf4"):
            self.assertEqual(status[feature], "unsupported", feature)
            evidence = next(f for f in self.gpu["features"] if f["id"] == feature)["evidence"]
            self.assertTrue(any("not supported on .target 'sm_90a'" in item["text"] for item in evidence), evidence)
            self.assertTrue(any(item["target"] in ("sm_100a", "sm_120a", "sm_100f", "sm_120f") for item in evidence),
                            "the positive control is missing")

    def test_full_level_measured_all(self):
        surveys = self.report["surveys"]
        self.assertEqual({survey["id"]: survey["status"] for survey in surveys},
                         {survey["id"]: "measured" for survey in surveys})
        listed = subprocess.run([*program(), "list", "surveys", "--format", "json"], env=environment(None),
                                capture_output=True, text=True, check=True).stdout
        one_gpu = {row["id"] for row in json.loads(listed) if row["scope"] != "pair"}
        self.assertEqual({survey["id"] for survey in surveys}, one_gpu)

    def test_rates_of_wgmma_are_within_5_percent_of_the_known_peak(self):
        share = {rate["feature"]: rate["share"] for rate in self.gpu["rates"]}
        for feature in ("wgmma.f16", "wgmma.bf16", "wgmma.tf32", "wgmma.s8", "wgmma.e4m3"):
            self.assertTrue(0.95 <= share[feature] <= 1.02, (feature, share[feature]))

    def test_opcodes_clocks_and_counters_agree_on_what_is_native(self):
        judges = ("blackwell-probe", "driver ", "CUPTI ")
        for feature in self.gpu["features"]:
            against = [(item["by"], item["against"]) for item in feature["evidence"]
                       if item["kind"] == "counted" and item["by"].startswith(judges)
                       and not item["text"].startswith("rate of the clocked loop")]
            for by, no in against:
                self.assertEqual(no, feature["status"] == "emulated", (feature["id"], by))

    def test_renders_in_every_format(self):
        self.assertEqual(json.loads(render("json")), self.report)
        self.assertIn("NVIDIA H200", render("text"))
        self.assertIn("NVIDIA H200", render("html"))

    def test_the_fake_h200_says_the_same(self):
        fake = run("h200", level="default").report["gpus"][0]
        for part, word in (("features", "status"), ("kernels", "status"), ("backends", "verdict")):
            with self.subTest(part):
                of_fake, of_real = ({item["id"]: item[word] for item in gpu[part]} for gpu in (fake, self.gpu))
                if part == "features":
                    self.assertEqual(of_fake.keys() - of_real.keys(), NEWER)
                    of_fake = {feature: status for feature, status in of_fake.items() if feature not in NEWER}
                if part == "kernels":
                    of_fake = {name: status for name, status in of_fake.items() if name in expected.HOST_KERNELS}
                    of_real = {name: status for name, status in of_real.items() if name in expected.HOST_KERNELS}
                if part == "backends":
                    both = of_fake.keys() & of_real.keys() - CORRECTED
                    self.assertGreater(len(both), 30)
                    of_fake, of_real = ({name: of[name] for name in both} for of in (of_fake, of_real))
                self.assertEqual(of_fake, of_real)

    def test_readme_shows_it(self):
        if not (ROOT / "README.md").exists() and not COMPLETE:
            self.skipTest("the README is not in the tests folder")
        first = render("text").split("\n\nBackends on GPU 0")[0]
        readme = (ROOT / "README.md").read_text()
        before, rest = readme.split(BEGIN)
        shown, after = rest.split(END, 1)
        if os.environ.get("BP_UPDATE_GOLDEN"):
            (ROOT / "README.md").write_text(before + BEGIN + first + END + after)
            return
        self.assertEqual(shown, first, "BP_UPDATE_GOLDEN=1 writes it anew")


if __name__ == "__main__":
    unittest.main()
