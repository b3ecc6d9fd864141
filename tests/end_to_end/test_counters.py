"""Hardware counters at --level full: with a CUPTI that counts, refuses, crashes, hangs or is not there."""

import unittest

from harness import environment, path_of, run

FEATURES = ("mma_sync.f16", "mma_sync.e4m3", "wgmma.f16")
ITEMS = ",".join((*FEATURES, "fact.memory_accounting", "sweep.counters"))


def counters(result) -> dict:
    return next(row for row in result.report["surveys"] if row["id"] == "sweep.counters")


def by_cupti(feature: dict) -> list[dict]:
    return [item for item in feature["evidence"] if "CUPTI" in item["by"]]


class Counters(unittest.TestCase):
    def count(self, how: str | None, *arguments: str, machine: str = "h200", items: str = ITEMS):
        """`how`: the fake CUPTI's behaviour (tests/fake_cupti); None: there is no CUPTI."""
        extra = {}
        if how is not None:
            libraries = f"{environment(machine)['LD_LIBRARY_PATH']}:{path_of('BP_FAKE_CUPTI')}"
            extra = {"LD_LIBRARY_PATH": libraries, "BLACKWELL_PROBE_FAKE_CUPTI": how}
        return run(machine, "--only", items, *arguments, level="full", extra=extra)

    def check_nothing_else_is_lost(self, result) -> None:
        self.assertEqual({name: result.feature(name)["status"] for name in FEATURES},
                         {"mma_sync.f16": "supported", "mma_sync.e4m3": "emulated", "wgmma.f16": "supported"})
        other = next(row for row in result.report["surveys"] if row["id"] == "fact.memory_accounting")
        self.assertEqual(other["status"], "measured")

    def check_blocked(self, result, reason: str) -> dict:
        survey = counters(result)
        self.assertEqual((survey["status"], survey["reason"]["id"]), ("blocked", reason), result.errors)
        self.assertEqual((result.status, result.report["log"]), (0, []), result.errors)
        self.check_nothing_else_is_lost(result)
        for name in FEATURES:
            self.assertEqual(by_cupti(result.feature(name)), [])
        self.assertIn(reason, result.html)
        return survey["reason"]

    def test_without_the_library(self) -> None:
        reason = self.check_blocked(self.count(None), "no_cupti")
        self.assertIn("cuda-cupti", reason["remedy"])

    def test_without_permission(self) -> None:
        result = self.count("denied", machine="h200_admin_counters")
        values = {row["name"]: row["value"] for row in counters(result)["values"]}
        self.assertIs(values["administrators_only"], True)
        reason = self.check_blocked(result, "counters_denied")
        self.assertIn("cuptiRangeProfilerEnable: CUPTI_ERROR_INSUFFICIENT_PRIVILEGES (35)", reason["sentence"])
        self.assertIn("NVreg_RestrictProfilingToAdminUsers=0", reason["remedy"])
        self.assertIn("only administrators", result.html)
        self.assertIn("NVreg_RestrictProfilingToAdminUsers", result.html)

    def test_beside_another_tool(self) -> None:
        self.check_blocked(self.count("39"), "counters_in_use")

    def test_on_a_virtual_gpu(self) -> None:
        reason = self.check_blocked(self.count("unsupported"), "counters_unavailable")
        self.assertIn("hypervisor", reason["sentence"])

    def test_a_library_without_the_metrics(self) -> None:
        reason = self.check_blocked(self.count("no_names"), "cupti_error")
        self.assertIn("cuptiProfilerHostConfigAddMetrics", reason["sentence"])

    def test_a_crash_costs_the_counters_alone(self) -> None:
        result = self.count("crash")
        self.assertEqual((counters(result)["status"], counters(result)["reason"]["id"]), ("crashed", "worker_crashed"))
        self.assertEqual(result.status, 5)
        self.assertEqual(len(result.report["log"]), 1)
        self.check_nothing_else_is_lost(result)

    def test_a_hang_costs_the_counters_alone(self) -> None:
        result = self.count("hang", "--timeout", "2")
        self.assertEqual((counters(result)["status"], counters(result)["reason"]["id"]), ("timed_out", "time_out"))
        self.check_nothing_else_is_lost(result)

    def test_counts_are_evidence_and_change_no_status(self) -> None:
        result = self.count("")
        survey = counters(result)
        self.assertEqual(survey["status"], "measured", survey["reason"])
        self.check_nothing_else_is_lost(result)
        values = {row["name"]: row["value"] for row in survey["values"]}
        self.assertEqual(values["chip"], "GH100")
        self.assertIsNone(values["administrators_only"])  # that machine's files do not say
        self.assertEqual(values["counter_gmma"], "sm__inst_executed_pipe_tensor_op_gmma.sum")
        names = [column["name"] for column in survey["columns"]]
        self.assertEqual(names, ["feature", "issued", "gmma", "hmma", "imma", "dmma", "all", "native"])
        rows = {row[0]: dict(zip(names, row)) for row in survey["rows"]}
        self.assertEqual(set(rows), set(FEATURES))
        # A loop that the driver does not launch, here for want of a rate of it in the machine's file, is no loss either.
        self.assertIn("refused the launch", rows["wgmma.f16"]["gmma"]["absent"])
        self.assertEqual(by_cupti(result.feature("wgmma.f16")), [])
        for name in FEATURES[:2]:
            # The fake's counters say 1000, 2000, ... whatever ran.
            self.assertEqual([rows[name][column] for column in names[2:7]], [1000, 2000, 3000, 4000, 5000])
            items = by_cupti(result.feature(name))
            self.assertEqual([(item["kind"], item["by"], item["target"]) for item in items],
                             [("counted", "fake CUPTI 13.0 (API 130000)", "sm_90a")])
            self.assertEqual(items[0]["against"], rows[name]["native"] is False)
            self.assertIn(f"issued {rows[name]['issued']}", items[0]["text"])
            self.assertIn(items[0]["text"], result.html)

    def test_named_alone_everything_that_can_be_is_counted(self) -> None:
        result = self.count("", items="sweep.counters")
        counted = {row[0] for row in counters(result)["rows"]}
        self.assertLessEqual({"mma_sync.f16", "mma_sync.s8", "wgmma.e4m3"}, counted)
        self.assertEqual(result.feature("wgmma.f16")["reason"]["id"], "not_selected")

    def test_under_an_injected_tool_nothing_is_attached(self) -> None:
        libraries = f"{environment('h200')['LD_LIBRARY_PATH']}:{path_of('BP_FAKE_CUPTI')}"
        result = run("h200", "--only", "mma_sync.f16,sweep.counters", level="full",
                     extra={"LD_LIBRARY_PATH": libraries, "NV_SANITIZER_INJECTION_PORT_BASE": "1"})
        survey = counters(result)
        self.assertEqual((survey["status"], survey["reason"]["id"]), ("blocked", "counters_in_use"))
        self.assertIn("compute-sanitizer", survey["reason"]["sentence"])


if __name__ == "__main__":
    unittest.main()
