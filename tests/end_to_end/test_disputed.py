"""Disputed claims on named machines, each settled by its own command; the size of a report that says them."""

import json
import subprocess
import unittest

from harness import environment, program, read_machine, run


def outcomes(result) -> dict[str, str]:
    return {row["id"]: row["outcome"] for row in result.report["disputed"]}


def claim(result, name: str) -> dict:
    return next(row for row in result.report["disputed"] if row["id"] == name)


class Disputed(unittest.TestCase):
    maxDiff = None

    def settled(self, result, **expected: str) -> None:
        found = outcomes(result)
        self.assertEqual({name: found[name] for name in expected}, expected)
        for name in expected:
            row = claim(result, name)
            self.assertEqual(row["basis"], "executed", row)
            self.assertIsNone(row["command"], row)  # by execution: nothing is left to run
            self.assertNotIn("Expected", row["finding"])
            self.assertNotIn("Not in hand", row["finding"])
            self.assertTrue(row["evidence"], row)
            self.assertIn(f"<code>{name}</code>", result.html)

    def test_h200(self) -> None:
        result = run("h200", "--only", "sweep.*,wgmma.f16,mma_sync.f16,mma_sync.e4m3,wgmma.bf16,tcgen05.mma.f16,"
                     "mma_sync.mxf4nvf4", level="full")
        paths = claim(result, "three_paths")  # about any GPU
        self.assertEqual((paths["outcome"], paths["basis"]), ("confirmed", "in_hand"), paths)
        seen, _, expected = paths["finding"].partition("Not in hand: other compute capabilities. Expected, as assembled: ")
        self.assertIn("wgmma.bf16 supported, tcgen05.mma.f16 unsupported, mma_sync.mxf4nvf4 unsupported", seen)
        self.assertIn("no target takes two", expected)
        self.assertIn("sm_100a", expected)
        self.assertNotIn("sm_90a", expected)  # that one is in hand
        self.assertIn("--only wgmma.bf16,", paths["command"])
        for name in ("shared_memory_227", "cluster_of_16"):  # for itself, and not for 10.x
            row = claim(result, name)
            self.assertEqual((row["outcome"], row["basis"]), ("confirmed", "in_hand"), row)
            self.assertIn("Not in hand: compute capability 10.x", row["finding"])
            self.assertTrue(row["command"].startswith("blackwell-probe run --level full --only sweep."), row)
            self.assertRegex(result.html, f"confirmed on the GPU in hand<(?s:.)*{row['command']}")
        native = claim(result, "fp8_mma_sync_native")  # one GPU is enough to say no
        self.assertEqual((native["outcome"], native["basis"]), ("contradicted", "executed"))
        seen, _, expected = native["finding"].partition("Not in hand: compute capability 10.x or 11.0. Expected, as assembled:")
        self.assertIn("mma_sync.e4m3 not native", seen)
        self.assertRegex(expected, r"other instructions or a call for .*sm_100.*sm_110")
        self.assertEqual(native["command"], "blackwell-probe run --level full --only mma_sync.e4m3")
        self.assertEqual({item["kind"] for item in native["evidence"]}, {"counted", "assembled"})
        # What is about other GPUs is still only expected.
        multicast = claim(result, "sm12x_multicast_native")
        self.assertEqual((multicast["outcome"], multicast["basis"]), ("contradicted", "expected"))
        self.assertTrue(multicast["finding"].startswith("Expected, as assembled: "), multicast)
        self.assertEqual(multicast["command"], "blackwell-probe run --level full --only tma.multicast")
        self.assertEqual({item["kind"] for item in multicast["evidence"]}, {"assembled"})
        self.assertEqual(outcomes(result)["sm12x_multicast"], "open")  # that it assembles is not that it works

    def check_sm12x(self, name: str) -> None:
        result = run(name, "--only", "sweep.*,cluster.launch,dsmem.*,wgmma.bf16,tcgen05.tmem,tcgen05.mma.f16,"
                     "mma_sync.mxf4nvf4,griddepcontrol,cvt.e2m1x2,tma.gather4", level="full")
        self.settled(result, sm12x_clusters="contradicted", sm12x_cluster_of_8="confirmed", sm12x_dsmem="contradicted",
                     sm12x_wgmma="confirmed", sm12x_tmem="confirmed", sm12x_pdl="contradicted",
                     sm12x_shared_memory_228="contradicted", sm12x_shared_memory_128="contradicted",
                     sm12x_shared_memory_99="confirmed", sm12x_warps="confirmed")
        blocks = read_machine(name)["gpus"][0]["attributes"]["max_blocks_per_multiprocessor"]
        self.settled(result, sm12x_blocks="confirmed" if blocks == 24 else "contradicted")
        self.assertEqual(outcomes(result)["fp8_f32_half_rate"], "open")  # it was not among those that ran

    def test_gb10(self) -> None:
        self.check_sm12x("gb10")

    def test_time_under_a_fake_driver_settles_nothing(self) -> None:
        row = claim(run("gb10", "--only", "fact.memory_bandwidth", level="full"), "gb10_bandwidth")
        self.assertEqual((row["outcome"], row["evidence"]), ("open", []), row)
        self.assertIn("gpu copy read and write measured, but invalid: A fake driver answered", row["finding"])
        self.assertEqual(row["command"], "blackwell-probe run --level full --only fact.memory_bandwidth")

    def test_rtx5090(self) -> None:
        self.check_sm12x("rtx5090")

    def test_b200(self) -> None:
        result = run("b200", "--only", "wgmma.bf16,tcgen05.tmem,mma_sync.mxf4nvf4,mma_sync.mxf4", level="full")
        self.settled(result, sm100_wgmma="contradicted", sm100_tmem="confirmed", sm100_fp4_mma_sync="contradicted",
                     llama_cpp_b200="contradicted")

    def test_quick_settles_no_sweep(self) -> None:
        result = run("gb10", "--only", "cluster.launch")
        self.assertEqual(outcomes(result)["sm12x_cluster_of_8"], "open")
        self.assertEqual(claim(result, "sm12x_cluster_of_8")["command"],
                         "blackwell-probe run --level full --only sweep.cluster_launch")


class Size(unittest.TestCase):
    def test_eight_gpus_of_one_kind_are_shown_once(self) -> None:
        result = run("eight_h200")
        self.assertEqual(len(result.report["gpus"]), 8)
        # verdict, backends, selectors, features, models, kernels
        self.assertEqual(result.html.count("GPUs 0, 1, 2, 3, 4, 5, 6, 7: NVIDIA H200"), 6)
        self.assertLess(len(result.html.encode()), 750_000)
        one = run("h200")
        self.assertLess(len(result.html.encode()), 2 * len(one.html.encode()))


class Offline(unittest.TestCase):
    def offline(self, form: str) -> bytes:
        return subprocess.run([*program(), "--libcuda", "/nonexistent/libcuda.so.1", "--format", form],
                              env=environment(None), stdout=subprocess.PIPE, timeout=120, check=True).stdout

    def test_nothing_is_settled_by_a_document(self) -> None:
        rows = {row["id"]: row for row in json.loads(self.offline("json"))["disputed"]}
        self.assertEqual(rows["sm12x_warps"]["outcome"], "open")
        self.assertEqual({item["kind"] for item in rows["sm12x_warps"]["evidence"]}, {"inferred"})
        self.assertEqual(rows["fp4_120f"]["outcome"], "contradicted")
        self.assertIn("since ptxas 12.9", rows["fp4_120f"]["finding"])
        self.assertIn("sm_107", rows["sm100_wgmma"]["finding"])  # what only a newer toolkit knows
        for row in rows.values():
            self.assertTrue(row["sources"] and row["topic"] and row["about"], row)
            self.assertFalse([item for item in row["evidence"] if item["kind"] not in ("inferred", "assembled")], row)
            self.assertEqual(row["basis"], None if row["outcome"] == "open" else "expected", row)
            if row["outcome"] != "open":  # what it means stands behind what says so
                self.assertTrue(row["finding"].startswith("Expected, as assembled: "), row)
        self.assertEqual(rows["tile_32_mma_sync"]["outcome"], "open")  # arithmetic alone
        self.assertIn("(arithmetic, not measured)", rows["tile_32_mma_sync"]["finding"])
        self.assertIn("contradicted, expected", self.offline("html").decode())
        self.assertIn("contradicted, expected", self.offline("text").decode())

    def test_a_report_of_every_target_stays_small(self) -> None:
        self.assertLess(len(self.offline("json")), 2_000_000)  # a dozen targets, each with all verdicts
        self.assertLess(len(self.offline("html")), 1_000_000)
