"""The first ten minutes: what is wrong with a machine is said with its reason and remedy, and the exit status."""

import unittest

import expected
from harness import run


class Setups(unittest.TestCase):
    maxDiff = None

    def unusable(self, machine: str, reason: str, status: int, **options):
        """The driver itself does not work."""
        result = run(machine, **options)
        self.assertEqual(result.problem["id"], reason)
        self.assertTrue(result.problem["sentence"])
        self.assertTrue(result.problem["remedy"])
        self.assertIn(result.problem["sentence"][:30], " ".join(result.text.split()))
        self.assertEqual(result.report["gpus"], [])
        self.assertEqual(result.status, status, result.errors)
        return result

    def closed(self, machine: str, reason: str):
        """The GPU is seen, but cannot be opened: every probe is blocked for that reason."""
        result = run(machine)
        self.assertEqual(result.status, 5, result.errors)
        self.assertIsNone(result.problem)
        self.assertEqual(result.gpu()["problem"]["id"], reason)
        self.assertTrue(result.gpu()["problem"]["remedy"])
        blocked = [row for row in result.gpu()["features"] if row["status"] != "not_run"]
        self.assertTrue(blocked)
        for row in blocked:
            self.assertEqual((row["status"], row["reason"]["id"]), ("blocked", reason), row["id"])
        for row in result.gpu()["backends"]:
            self.assertNotIn(row["verdict"], ("runs", "at_risk"), row["id"])

    def works_like(self, machine: str, model: str, *arguments: str):
        result = run(machine, *arguments)
        self.assertEqual(result.status, 0, result.errors)
        self.assertIsNone(result.problem)
        statuses = result.by_status()
        statuses.pop("not_run")
        self.assertEqual(statuses, expected.MACHINES[model])
        return result

    def test_no_libcuda(self) -> None:
        """As in a container without --gpus, or without the compute capability."""
        result = run(None, libcuda="/nonexistent/libcuda.so.1")
        self.assertEqual((result.problem["id"], result.status), ("no_libcuda", 3))
        self.assertIn("Name a libcuda.so.1", result.problem["remedy"])

    def test_no_libcuda_bare(self) -> None:
        """The bare command then tells what every known target is expected to do, and all is well."""
        result = run(None, libcuda="/nonexistent/libcuda.so.1", bare=True)
        self.assertEqual(result.status, 0, result.errors)
        self.assertEqual(result.report["gpus"], [])
        targets = {row["target"] for row in result.report["targets"]}
        self.assertLessEqual({"sm_80", "sm_90", "sm_100", "sm_103", "sm_110", "sm_120", "sm_121"}, targets)
        kinds = {item["kind"] for target in result.report["targets"] for row in target["features"]
                 for item in row["evidence"]}
        self.assertEqual(kinds, {"assembled"})

    def test_stub(self) -> None:
        self.unusable("stub", "stub_libcuda", 3)

    def test_no_device(self) -> None:
        self.unusable("no_device", "no_device", 3)

    def test_no_device_bare(self) -> None:
        result = run("no_device", bare=True)
        self.assertEqual((result.problem["id"], result.status), ("no_device", 0))
        self.assertTrue(result.report["targets"])

    def test_hidden_by_environment(self) -> None:
        result = run("h100", extra={"CUDA_VISIBLE_DEVICES": "-1"})
        self.assertEqual((result.problem["id"], result.status), ("no_device", 3))
        self.assertIn("CUDA_VISIBLE_DEVICES", result.problem["remedy"])

    def test_fabric_not_ready(self) -> None:
        self.unusable("fabric_not_ready", "fabric_not_ready", 5)

    def test_fabric_not_ready_bare(self) -> None:
        self.assertEqual(run("fabric_not_ready", bare=True).status, 5)

    def test_driver_mismatch(self) -> None:
        self.unusable("driver_mismatch", "driver_mismatch", 5)

    def test_forward_compat(self) -> None:
        self.unusable("forward_compat", "forward_compat", 5)

    def test_not_initialized(self) -> None:
        result = self.unusable("not_initialized", "driver_error", 5)
        self.assertIn("CUDA_ERROR_NOT_INITIALIZED", result.problem["sentence"])

    def test_device_denied(self) -> None:
        self.unusable("device_denied", "device_denied", 5)

    def test_unknown_error(self) -> None:
        result = self.unusable("unknown_error", "driver_error", 5)
        self.assertIn("CUDA_ERROR_UNKNOWN", result.problem["sentence"])

    def test_no_uvm(self) -> None:
        self.unusable("no_uvm", "no_uvm", 5)

    def test_init_abort(self) -> None:
        result = self.unusable("init_abort", "driver_crashed", 5)
        self.assertIn("SIGABRT", result.log)

    def test_init_segv(self) -> None:
        result = self.unusable("init_segv", "driver_crashed", 5)
        self.assertIn("SIGSEGV", result.log)

    def test_init_hang(self) -> None:
        result = run("init_hang", "--timeout", "0.5")
        self.assertEqual((result.problem["id"], result.status), ("driver_hung", 5))
        self.assertTrue(result.problem["remedy"])

    def test_memory_full(self) -> None:
        self.closed("memory_full", "out_of_memory")

    def test_memory_tight(self) -> None:
        """64 MiB beyond the context are enough, for the kernels too."""
        result = run("memory_tight", level="default")
        self.assertEqual(result.status, 0, result.errors)
        statuses = result.by_status()
        statuses.pop("not_run")
        self.assertEqual(statuses, expected.MACHINES["h100"])
        self.assertEqual({row["status"] for row in result.gpu()["kernels"] if row["id"] in expected.HOST_KERNELS},
                         {"supported"})

    def test_exclusive_process(self) -> None:
        self.closed("exclusive_process", "exclusive_process")

    def test_prohibited(self) -> None:
        self.closed("prohibited", "prohibited")

    def test_no_jit_compiler(self) -> None:
        """Refusals then rest on the embedded toolkit, and the evidence says so."""
        result = self.works_like("no_jit_compiler", "h100")
        self.assertEqual(result.assemblies(), [])
        for row in result.gpu()["features"]:
            if row["status"] == "unsupported":
                judges = {item["by"].split()[0] for item in row["evidence"] if item["kind"] == "assembled"}
                self.assertEqual(judges, {"ptxas"}, row)

    def test_unknown_cc13_no_jit_compiler(self) -> None:
        """Nobody can say anything about a GPU that the build does not know: blocked, never no."""
        result = run("unknown_cc13_no_jit_compiler")
        self.assertEqual(result.status, 0, result.errors)
        statuses = result.by_status()
        statuses.pop("not_run")
        self.assertEqual(set(statuses), {"blocked"})
        for row in result.gpu()["features"]:
            if row["status"] == "blocked":
                self.assertEqual(row["reason"]["id"], "no_assembler")
                self.assertTrue(row["reason"]["remedy"])
        for row in result.gpu()["backends"]:
            self.assertNotEqual(row["verdict"], "runs", row["id"])
            self.assertNotIn("emulated", row["reason"])
        self.assertEqual(run("unknown_cc13_no_jit_compiler", "--strict").status, 5)

    def test_mps(self) -> None:
        """A fault would end the other clients: what can fault is not run."""
        result = run("mps")
        self.assertEqual(result.status, 0, result.errors)
        statuses = result.by_status()
        self.assertEqual(set(statuses), {"supported", "emulated", "unsupported", "blocked", "not_run"})
        # Register and shared-memory instructions of one warp cannot fault; copies, clusters and barriers in memory can.
        can_fault = {"cp_async", "mbarrier.test_wait", "cooperative_launch"}
        self.assertLessEqual(expected.AMPERE - can_fault, statuses["supported"])
        self.assertLessEqual({"tma.load", "tma.multicast", "cluster.launch", "dsmem.write", "wgmma.bf16"},
                             statuses["blocked"])
        for row in result.gpu()["features"]:
            if row["status"] == "blocked":
                self.assertEqual(row["reason"]["id"], "mps_shared")
                self.assertIn("MPS", row["reason"]["remedy"])

    def test_mig(self) -> None:
        result = self.works_like("mig_h100", "h100")
        facts = {row["key"]: row["value"] for row in result.gpu()["facts"]}
        self.assertTrue(facts["mig_slice"])
        self.assertEqual(facts["multiprocessor_count"], 16)

    def test_wsl(self) -> None:
        """No device nodes and no /proc/driver: no reason to call anything missing."""
        self.works_like("wsl", "rtx5090")

    def test_jetson_no_nvml(self) -> None:
        result = self.works_like("jetson_no_nvml", "thor")
        facts = {row["key"]: row for row in result.gpu()["facts"]}
        self.assertIsNone(facts["nvml"]["value"])
        self.assertTrue(facts["nvml"]["absent"])
        # That driver answers 0 for the memory clock and the bus width: not known, not 0.
        self.assertIsNone(facts["memory_clock_rate_khz"]["value"])
        self.assertIsNone(facts["global_memory_bus_width_bits"]["value"])

    def test_slurm_one_of_four(self) -> None:
        result = self.works_like("slurm_one_of_four", "h100")
        self.assertEqual(len(result.report["gpus"]), 1)

    def test_two_gpus(self) -> None:
        result = self.works_like("two_gpus", "h100")
        self.assertEqual([gpu["index"] for gpu in result.report["gpus"]], [0, 1])
        self.assertEqual(result.by_status(0), result.by_status(1))

    def test_one_of_two_gpus_full(self) -> None:
        """A GPU that cannot be opened costs nothing on the other one."""
        result = run("two_gpus_one_full")
        self.assertEqual(result.status, 5, result.errors)
        self.assertEqual([gpu["problem"] and gpu["problem"]["id"] for gpu in result.report["gpus"]],
                         [None, "out_of_memory"])
        statuses = result.by_status(0)
        statuses.pop("not_run")
        self.assertEqual(statuses, expected.MACHINES["h100"])

    def nvml(self, machine: str) -> dict:
        result = run(machine, "--only", "ldmatrix")
        return {row["key"]: row for row in result.gpu()["facts"] if row["by"] == "NVML"}

    def test_nvml(self) -> None:
        facts = self.nvml("h100")
        self.assertEqual(facts["nvml_fb_total_mib"]["value"], 81559)
        self.assertEqual(facts["nvml_default_power_limit_w"]["value"], 700)
        self.assertEqual(facts["nvml_fabric_state"]["value"], "Completed")

    def test_nvml_of_gb200(self) -> None:
        """Its nvidia-smi says "Addressing Mode: ATS"; what this NVML does not answer is null with its own words."""
        facts = self.nvml("gb200")
        self.assertEqual(facts["nvml_addressing_mode"]["value"], "ATS")
        for key in ("nvml_confidential_computing", "nvml_remapped_rows", "nvml_ecc_uncorrected_errors"):
            self.assertEqual((facts[key]["value"], facts[key]["absent"]), (None, "Not Supported"), key)

    def test_nvml_of_gb10(self) -> None:
        """Memory is the host's: NVML does not support the question there. Null with a reason, not 0."""
        fact = self.nvml("gb10")["nvml_fb_total_mib"]
        self.assertIsNone(fact["value"])
        self.assertIn("Not Supported", fact["absent"])

    def test_second_gpu_only(self) -> None:
        result = self.works_like("two_gpus", "h100", "--gpu", "1")
        self.assertEqual([gpu["index"] for gpu in result.report["gpus"]], [1])


if __name__ == "__main__":
    unittest.main()
