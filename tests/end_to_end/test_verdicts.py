"""What the numbers and clocks of a run decide."""

import unittest

import expected
from harness import run


class Verdicts(unittest.TestCase):
    maxDiff = None

    def fp8(self, machine: str) -> dict:
        result = run(machine, "--only", "mma_sync.f16,mma_sync.e4m3")
        self.assertEqual(result.status, 0, result.errors)
        return result.feature("mma_sync.e4m3")

    def test_clock_says_emulated(self) -> None:
        row = self.fp8("h200")
        self.assertEqual((row["status"], row["reason"]["id"]), ("emulated", "emulated_ratio"))
        self.assertAlmostEqual(self.ratio(row), 2318 / 2576, places=2)

    def test_swapped_clock_says_native(self) -> None:
        """Same GPU, same image, other clocks: it is the clock that decides, not the capability."""
        row = self.fp8("h200_native_fp8")
        self.assertEqual(row["status"], "supported")
        self.assertAlmostEqual(self.ratio(row), 2.0, places=2)

    def test_swapped_clock_says_emulated(self) -> None:
        row = self.fp8("rtx4090_emulated_fp8")
        self.assertEqual((row["status"], row["reason"]["id"]), ("emulated", "emulated_ratio"))

    def test_unclear_clock_decides_nothing(self) -> None:
        """Between the thresholds the ratio says nothing; the native opcode in the loaded image does."""
        row = self.fp8("rtx4090_unclear_fp8")
        self.assertEqual(row["status"], "supported")
        self.assertTrue(any("QMMA" in item["text"] for item in row["evidence"] if not item["against"]), row)

    def ratio(self, row: dict) -> float:
        return next(item["value"] for item in row["evidence"] if item.get("unit") == "x")

    def others_as_on_h200(self, result, broken: str) -> None:
        for row in result.gpu()["features"]:
            if row["id"] != broken and row["status"] != "not_run":
                self.assertIn(row["id"], expected.MACHINES["h200"][row["status"]])

    def test_wrong_value(self) -> None:
        result = run("h200_wrong_bf16")
        self.assertEqual(result.status, 1, result.errors)
        row = result.feature("mma_sync.bf16")
        self.assertEqual((row["status"], row["reason"]["id"]), ("wrong_result", "wrong_value"))
        self.assertFalse([item for item in row["evidence"] if item["kind"] == "verified" and not item["against"]])
        self.others_as_on_h200(result, "mma_sync.bf16")
        self.assertEqual(result.backend("flashinfer.mla.fa2")["verdict"], "at_risk")

    def test_fault_not_caught(self) -> None:
        result = run("h200_deaf_bf16")
        self.assertEqual(result.status, 1, result.errors)
        row = result.feature("mma_sync.bf16")
        self.assertEqual((row["status"], row["reason"]["id"]), ("wrong_result", "fault_not_caught"))
        self.others_as_on_h200(result, "mma_sync.bf16")

    def test_hanging_launch(self) -> None:
        result = run("h200_hang_tma", "--timeout", "2")
        self.assertEqual(result.status, 5, result.errors)
        row = result.feature("tma.load")
        self.assertEqual((row["status"], row["reason"]["id"]), ("timed_out", "time_out"))
        self.assertIn("tma.load", result.log)
        self.others_as_on_h200(result, "tma.load")

    def test_faulting_launch(self) -> None:
        result = run("h200_fault_dsmem")
        self.assertEqual(result.status, 5, result.errors)
        row = result.feature("dsmem.read")
        self.assertEqual((row["status"], row["reason"]["id"]), ("crashed", "gpu_fault"))
        self.assertIn("dsmem.read", result.log)
        self.others_as_on_h200(result, "dsmem.read")

    def test_kernel(self) -> None:
        result = run("h200", "--only", "mla.*", level="default")
        self.assertEqual(result.status, 0, result.errors)
        row = next(row for row in result.gpu()["kernels"] if row["id"] == "mla.dense_decode.mma_sync")
        self.assertEqual(row["status"], "supported")
        self.assertIn("verified", {item["kind"] for item in row["evidence"]})

    def test_a_fake_driver_gives_a_kernel_no_speed(self) -> None:
        result = run("h200", "--only", "mla.*", level="full")
        self.assertEqual(result.status, 0, result.errors)
        row = next(row for row in result.gpu()["kernels"] if row["id"] == "mla.dense_decode.mma_sync")
        self.assertNotIn("bandwidth", {figure["name"] for figure in row["figures"]})

    def test_wrong_kernel(self) -> None:
        result = run("h200_wrong_decode", "--only", "mla.*", level="default")
        self.assertEqual(result.status, 1, result.errors)
        row = next(row for row in result.gpu()["kernels"] if row["id"] == "mla.dense_decode.mma_sync")
        self.assertEqual((row["status"], row["reason"]["id"]), ("wrong_result", "wrong_value"))

    def test_quick_leaves_kernels_out(self) -> None:
        result = run("h200", "--only", "mla.*,dsa.*,ldmatrix")
        self.assertEqual({row["reason"]["id"] for row in result.gpu()["kernels"]}, {"level_quick"})

    def test_full_tells_the_rates(self) -> None:
        def rates(level: str) -> list[tuple[str, float]]:
            items = run("h200", "--only", "mma_sync.f16", level=level).feature("mma_sync.f16")["evidence"]
            return [(item["kind"], item["value"]) for item in items if item.get("unit") == "operations per clock and SM"]
        (kind, rate), = rates("full")
        self.assertEqual(kind, "launched")
        self.assertAlmostEqual(rate, 2576, delta=1)  # the machine's, but for the fake clock's whole ticks
        self.assertEqual(rates("default"), [])

    def test_strict(self) -> None:
        """Blocked items count under --strict: R535 cannot assemble FP8 mma.sync."""
        self.assertEqual(run("h100_r535", "--only", "mma_sync.e4m3").status, 0)
        self.assertEqual(run("h100_r535", "--only", "mma_sync.e4m3", "--strict").status, 5)


if __name__ == "__main__":
    unittest.main()
