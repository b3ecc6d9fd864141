"""Sweeps and facts at --level full, on named machines; none of them at the lower levels."""

import unittest

from harness import read_machine, run

SURVEYS = ("--only", "sweep.*,fact.*")


def surveys(result) -> dict[str, dict]:
    return {row["id"]: row for row in result.report["surveys"]}


def values(survey: dict) -> dict:
    return {row["name"]: row["value"] for row in survey["values"]}


def table(survey: dict) -> list[dict]:
    names = [column["name"] for column in survey["columns"]]
    return [dict(zip(names, row)) for row in survey["rows"]]


class Surveys(unittest.TestCase):
    maxDiff = None

    def check(self, name: str, largest_cluster: int) -> dict[str, dict]:
        result = run(name, *SURVEYS, level="full")
        self.assertEqual((result.status, result.report["log"]), (0, []), result.errors)
        found = surveys(result)
        counters = found.pop("sweep.counters")  # test_counters.py
        self.assertEqual((counters["status"], counters["reason"]["id"]), ("blocked", "no_cupti"))
        self.assertEqual({row["status"] for row in found.values()}, {"measured"},
                         {key: row["reason"] for key, row in found.items()})
        attributes = read_machine(name)["gpus"][0]["attributes"]
        self.check_cluster_launch(found["sweep.cluster_launch"], attributes, largest_cluster)
        optin = attributes["max_shared_memory_per_block_optin"]
        self.assertEqual(values(found["sweep.shared_memory"])["largest_launched"], optin)
        self.check_residency(found["sweep.residency"], attributes)
        for survey in found.values():  # absent is null with a reason
            for value in survey["values"]:
                self.assertEqual(value["value"] is None, bool(value.get("absent")), value)
        self.assertIn("Sweeps and facts", result.text + result.html)
        return found

    def check_cluster_launch(self, survey: dict, attributes: dict, largest: int) -> None:
        optin = attributes["max_shared_memory_per_block_optin"]
        sizes = {0, 48 << 10, 99 << 10, optin}
        rows = table(survey)
        self.assertEqual({(row["cluster"], row["shared_memory"], row["threads"]) for row in rows},
                         {(c, s, t) for c in (1, 2, 4, 8, 16) for s in sizes for t in (128, 1024)})
        for row in rows:
            fits = row["cluster"] <= largest and row["shared_memory"] <= optin
            self.assertEqual(row["launch"] == "launched", fits, row)
            if fits:
                self.assertLessEqual(row["sms_reached"], attributes["multiprocessor_count"])
        self.assertEqual(values(survey)["largest_cluster_launched"], largest)

    def check_residency(self, survey: dict, attributes: dict) -> None:
        self.assertEqual(values(survey)["most_ctas_on_one_sm"], attributes["max_blocks_per_multiprocessor"])
        warps = attributes["max_threads_per_multiprocessor"] // attributes["warp_size"]
        self.assertEqual(values(survey)["most_warps_on_one_sm"], warps)

    def test_h200(self) -> None:
        found = self.check("h200", 16)
        # No dump of that machine says whether the GPU is integrated: then nobody is believed.
        self.assertIsNone(values(found["fact.memory_accounting"])["believe"])

    def test_gb10(self) -> None:
        found = self.check("gb10", 8)
        accounts = values(found["fact.memory_accounting"])
        self.assertEqual(accounts["believe"], "host_available")
        self.assertEqual(accounts["host_available"], 113246208 * 1024)
        self.assertIsNone(accounts["nvml_free"])
        self.assertEqual(values(found["fact.pageable_access"])["malloc_read_and_written"], 2 << 20)
        self.assertEqual(values(found["fact.managed_memory"])["read_and_written"], 2 << 20)

    def test_masks_and_scopes_are_told_in_words(self) -> None:
        result = run("b300", "--only", "fact.memory_pools,fact.gpudirect_rdma", level="full")
        found = surveys(result)
        self.assertEqual(values(found["fact.memory_pools"])["handle_types"], "file descriptor, fabric")
        rdma = values(found["fact.gpudirect_rdma"])
        self.assertEqual((rdma["flush_writes_options"], rdma["writes_ordering"]), ("host", "owner"))
        self.assertIn("file descriptor, fabric", result.html)

    def test_two_gpus(self) -> None:
        result = run("two_gpus", "--only", "fact.peer_access,fact.memory_accounting", level="full")
        self.assertEqual(result.status, 0, result.errors)
        pair = surveys(result)["fact.peer_access"]
        self.assertEqual((pair["gpus"], pair["status"]), ([0, 1], "measured"))
        self.assertEqual(values(surveys(result)["fact.memory_accounting"])["believe"], "cuda_free")
        self.assertEqual(values(pair)["first_to_second_copied"], 4 << 20)
        self.assertIsNone(values(pair)["first_to_second_changed_by_kernel"])

    def test_a100_has_no_clusters(self) -> None:
        result = run("a100", "--only", "sweep.cluster_launch", level="full")
        survey = surveys(result)["sweep.cluster_launch"]
        self.assertEqual((survey["status"], survey["reason"]["id"]), ("unsupported", "need_missing"))

    def test_lower_levels_have_none(self) -> None:
        result = run("h200", "--only", "elect_sync", level="quick")
        rows = result.report["surveys"]
        self.assertTrue(rows)
        self.assertEqual({(row["status"], row["reason"]["id"]) for row in rows}, {("not_run", "level_full")})
        self.assertFalse([line for line in result.trace if "bp_survey" in line])
        self.assertNotIn("Sweeps and facts", result.html)


if __name__ == "__main__":
    unittest.main()
