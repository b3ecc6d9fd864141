"""Rates at --level full beside known peaks, and what a throttled GPU or an attached tool makes of the figures."""

import unittest

from harness import Run, run

SELECTED = ("--only", "mma_sync.f16,mma_sync.f16.acc_f16,mma_sync.e4m3,mma_sync.e4m3.acc_f16,mma_sync.b1.and,"
                      "fact.memory_bandwidth,fact.power")
GPU_COPY, CPU_COPY = "gpu_copy_read_and_write", "cpu_copy_read_and_write"


def full(machine: str, **more) -> Run:
    return run(machine, *SELECTED, level="full", **more)


def survey(result: Run, name: str) -> dict:
    return next(row for row in result.report["surveys"] if row["id"] == name)


def bandwidth(result: Run, name: str) -> dict:
    return next(row for row in survey(result, "fact.memory_bandwidth")["values"] if row["name"] == name)


def rates(result: Run) -> dict[str, dict]:
    return {row["feature"]: row for row in result.gpu()["rates"]}


def slowed_by(result: Run) -> dict[str, str]:
    table = survey(result, "fact.power")
    names = [column["name"] for column in table["columns"]]
    return {row[names.index("while")]: row[names.index("slowed_down_by")] for row in table["rows"]}


class Rates(unittest.TestCase):
    maxDiff = None

    def half_rate(self, result: Run) -> set[str]:
        return {name for name, row in rates(result).items() if any("at half rate" in note for note in row["notes"])}

    def test_h200(self) -> None:
        result = full("h200")
        found = rates(result)
        self.assertEqual((found["mma_sync.f16"]["peak"], found["mma_sync.f16"]["share"]), (4096, 0.629))
        self.assertTrue(any("of wgmma" in note for note in found["mma_sync.f16"]["notes"]))
        self.assertTrue(any("a lower bound" in note for note in found["mma_sync.f16"]["notes"]))
        self.assertIsNone(found["mma_sync.e4m3"]["peak"], "emulated: the FP8 peak is not its measure")
        self.assertIsNone(found["mma_sync.b1.and"]["peak"], "nobody published one")
        self.assertEqual(self.half_rate(result), set())
        self.assertIn("Rates against known peaks", result.html)
        self.assertIn("62.9 % of the published peak for this product of compute capability 9.0", result.html)
        # A peak from the table is evidence of nothing.
        for feature in result.gpu()["features"]:
            self.assertFalse([item for item in feature["evidence"] if "peak" in item["text"]], feature["id"])

    def test_geforce_accumulates_at_half_rate(self) -> None:
        for machine in ("rtx4090", "rtx5090"):
            with self.subTest(machine=machine):
                result = full(machine)
                self.assertEqual(self.half_rate(result), {"mma_sync.f16", "mma_sync.e4m3"})
                self.assertEqual(rates(result)["mma_sync.f16"]["share"], 1.0)
                for name in ("mma_sync.f16", "mma_sync.e4m3", "mma_sync.e4m3.acc_f16"):
                    self.assertEqual(result.feature(name)["status"], "supported")

    def test_professional_cards_of_the_same_capability_do_not(self) -> None:
        result = full("rtx_pro_6000")
        self.assertEqual(self.half_rate(result), set())
        self.assertEqual(rates(result)["mma_sync.f16"]["peak"], 1024)

    def test_tcgen05_loops_of_a_b200_are_set_beside_its_peaks(self) -> None:
        result = run("b200", "--only", "tcgen05.mma.*", level="full")
        found = rates(result)
        peaks = {"f16": 8192, "f16.cta_group2": 8192, "i8": 16384, "f8f6f4": 16384, "mxf8f6f4": 16384,
                 "mxf4": 32768, "mxf4nvf4": 32768}
        self.assertEqual({name: row["peak"] for name, row in found.items()},
                         {f"tcgen05.mma.{kind}": peak for kind, peak in peaks.items()})
        for name, row in found.items():
            self.assertGreater(row["share"], 0.99, name)
            self.assertEqual(row["notes"], [], "the instruction that reaches the peak")
        # The machine refuses the loop that it knows no clocks of, and the verdict stands.
        silent = result.feature("tcgen05.mma.tf32")
        self.assertEqual(silent["status"], "supported")
        self.assertIn("the clocked loop was not launched", silent["evidence"][-1]["text"])

    def test_an_unknown_gpu_has_rates_and_no_peak(self) -> None:
        found = rates(full("unknown_cc13"))
        self.assertTrue(found)
        self.assertEqual({row["peak"] for row in found.values()}, {None})

    def test_lower_levels_have_none(self) -> None:
        result = run("h200", "--only", "mma_sync.f16")
        self.assertEqual(result.gpu()["rates"], [])
        self.assertNotIn("Rates against known peaks", result.html)


class Power(unittest.TestCase):
    maxDiff = None

    def test_what_the_wall_clock_says_of_a_throttled_gpu_is_invalid(self) -> None:
        result = full("h200_throttled")
        self.assertEqual(result.status, 0, result.errors)
        value = bandwidth(result, GPU_COPY)
        self.assertGreater(value["value"], 0)
        self.assertEqual(value["invalid"]["id"], "throttled")
        self.assertIn("sw_power_cap, sw_thermal_slowdown", value["invalid"]["sentence"])
        self.assertNotIn("invalid", bandwidth(result, CPU_COPY), "the CPU is not throttled")
        self.assertEqual(set(slowed_by(result)), {"before", "features and rates", "fact.memory_bandwidth", "now"})
        self.assertEqual(set(slowed_by(result).values()), {"sw_power_cap, sw_thermal_slowdown"})
        # Counted in the GPU's own clocks: as on the machine that is not throttled.
        self.assertEqual(rates(result), rates(full("h200")))
        self.assertIn("These rates stay valid", result.html)

    def test_what_nvml_does_not_tell_is_not_held_against_the_figures(self) -> None:
        result = full("h200")  # its NVML has no clocks and no reasons
        self.assertEqual(bandwidth(result, GPU_COPY)["invalid"]["id"], "fake_driver", "not throttled")
        self.assertEqual({cell["absent"] for cell in slowed_by(result).values()}, {"NVML: Not Supported"})
        self.assertNotIn("stay valid", result.html)

    def test_without_nvml_nothing_is_sampled_and_nothing_throttled(self) -> None:
        result = full("jetson_no_nvml")
        power = survey(result, "fact.power")
        self.assertEqual((power["status"], power["reason"]["id"]), ("blocked", "no_nvml"))
        self.assertEqual(bandwidth(result, GPU_COPY)["invalid"]["id"], "fake_driver")
        text = "\n".join(item["text"] for item in survey(result, "fact.memory_bandwidth")["evidence"])
        self.assertIn("not sampled: libnvidia-ml.so.1 was not found", text)

    def test_under_a_tool_every_figure_of_a_clock_is_invalid(self) -> None:
        result = full("h200", extra={"NV_SANITIZER_INJECTION_PORT_BASE": "49152"})
        for name in (GPU_COPY, CPU_COPY):
            self.assertEqual(bandwidth(result, name)["invalid"]["id"], "clocks_invalid")
        self.assertEqual(result.gpu()["rates"], [])
        self.assertIn("compute-sanitizer", bandwidth(result, GPU_COPY)["invalid"]["sentence"])


if __name__ == "__main__":
    unittest.main()
