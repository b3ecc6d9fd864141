"""gate on fake machines, on a stored report and on targets; what it emits is given to its consumers."""

from __future__ import annotations

import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

from harness import COMPLETE, MACHINES, environment, path_of, program, read_trace, schema_problems

FIXTURE = MACHINES.parent / "fixtures" / "h200.json"
WGMMA = "feature:wgmma.bf16>=verified"
# As Python 3.6 knows it.
CAPTURED = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "universal_newlines": True}
TCGEN05 = "feature:tcgen05.mma.f16>=verified"
# The probe of multimem is never launched, so it is not run on any GPU.
NOT_RUN = "feature:multimem>=verified"


def need(found: object, what: str) -> None:
    """Whoever reads what is emitted must be here, but on a test machine that has nothing but Python."""
    if not found:
        message = f"{what} is not installed"
        raise AssertionError(message) if COMPLETE else unittest.SkipTest(message)


class Gate(unittest.TestCase):
    maxDiff = None

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.here = pathlib.Path(folder.name)

    def gate(self, *arguments: str, status: int = 0, machine: str | None = None, fresh: bool = False, given: str = "",
             extra: dict[str, str] | None = None) -> subprocess.CompletedProcess:
        variables = {**environment(machine), "BLACKWELL_PROBE_FAKE_TRACE": str(self.here / "trace"), **(extra or {})}
        line = [*program(), "gate", *arguments]
        if machine is not None or fresh:
            line += ["--libcuda", path_of("BP_FAKE_DRIVER") if machine else "/nonexistent/libcuda.so.1"]
        done = subprocess.run(line, cwd=self.here, env=variables, input=given, timeout=120, check=False,
                              **CAPTURED)
        read_trace(self.here)
        self.assertEqual(done.returncode, status, f"{done.stdout}\n{done.stderr}")
        return done

    def rows(self, *arguments: str, **options) -> list[dict]:
        done = self.gate(*arguments, "--format", "json", **options)
        document = json.loads(done.stdout)
        self.assertEqual(schema_problems(document, "gate"), [])
        self.assertEqual(document["status"], done.returncode)
        return document["requirements"]

    def stored(self, *requirements: str, **options) -> list[dict]:
        words = [word for text in requirements for word in ("--require", text)]
        return self.rows("--report", str(FIXTURE), *words, **options)

    # A stored report

    def test_a_report_of_a_real_gpu(self) -> None:
        rows = self.stored(WGMMA, "limit:smem_optin>=99KiB", "driver>=580 and cuda>=13.0 and ptx>=8.7",
                           "kernel:mla.dense_decode.wgmma>=verified", "backend:flashinfer.mla.fa2=runs",
                           "kernel:mla.sparse_decode.mma_sync>=verified", "kernel:dsa.topk.simt>=verified",
                           "not feature:tcgen05.mma.f16=supported", "feature:wgmma.*>=verified", "cc=9.x and gpu=0",
                           "limit:cluster_max=16")
        self.assertEqual({row["outcome"] for row in rows}, {"met"}, rows)
        self.assertEqual([row["evidence"] for row in rows][:2], ["counted", "declared"])
        self.assertEqual(rows[-1]["evidence"], "verified")

    def test_not_met_is_1_and_comes_before_not_known(self) -> None:
        self.assertEqual(self.stored(TCGEN05, status=1)[0]["outcome"], "not_met")
        self.stored(WGMMA, TCGEN05, NOT_RUN, status=1)

    def test_not_known_is_5(self) -> None:
        row = self.stored(NOT_RUN, status=5)[0]
        self.assertEqual(row["outcome"], "not_known")
        self.stored("not " + NOT_RUN, status=5)

    def test_what_is_required_of_no_gpu_here_is_no_pass(self) -> None:
        other = "all(cc=12.x, feature:mma_sync.mxf4>=verified)"
        self.assertEqual(self.stored(other, status=5)[0]["outcome"], "no_such_gpu")
        self.stored(other, WGMMA)
        self.stored(other.replace("all", "any"), status=1)

    def test_expected_failures_are_strict(self) -> None:
        report = ("--report", str(FIXTURE))
        self.gate(*report, "--xfail", TCGEN05)
        self.assertIn("XPASS (strict)", self.gate(*report, "--xfail", WGMMA, status=1).stdout)
        self.gate(*report, "--xfail", NOT_RUN, status=5)

    def test_a_report_from_standard_input(self) -> None:
        self.gate("--report", "-", "--require", WGMMA, given=FIXTURE.read_text())

    def test_a_glob_is_of_kernels_that_exist(self) -> None:
        for glob in ("kernel:mla.dense_decode.*", "kernel:dsa.topk.*", "kernel:*.wgmma"):
            self.assertEqual(self.stored(glob + ">=verified")[0]["outcome"], "met")
        # One that may come is named by itself alone.
        row = self.stored("kernel:mla.dense_decode.tcgen05>=verified", status=5)[0]
        self.assertIn("the report says nothing of kernel mla.dense_decode.tcgen05", row["reason"])
        for name in ("dsa.topk.mma_sync", "attention.decode.tcgen05", "tcgen05", "*.tcgen05"):
            self.gate("--report", str(FIXTURE), "--require", f"kernel:{name}>=verified", status=2)

    def test_an_old_report_and_ids_that_are_no_longer_known(self) -> None:
        report = json.loads(FIXTURE.read_text())
        report["gpus"][0]["features"][0]["id"] = "of.yesterday"
        for key in ("rates", "selectors"):
            report["gpus"][0].pop(key, None)
        (self.here / "old.json").write_text(json.dumps(report))
        self.gate("--report", "old.json", "--require", "feature:of.yesterday>=verified")
        self.gate("--report", "old.json", "--require", "feature:mma_sync.f16>=verified", status=5)

    def test_a_fake_report_is_refused(self) -> None:
        report = json.loads(FIXTURE.read_text())
        report["driver"]["fake"] = "h200"
        (self.here / "fake.json").write_text(json.dumps(report))
        done = self.gate("--report", "fake.json", "--require", WGMMA, status=5)
        self.assertIn("fake driver", done.stdout)
        self.gate("--report", "fake.json", "--require", WGMMA, "--allow-fake")

    # Usage

    def test_usage_errors_name_the_column_and_the_nearest_id(self) -> None:
        for requirement, column, part in (
                ("feature:wgma.bf16>=verified", 9, "did you mean wgmma.bf16?"),
                ("driver>=580 and backend:flashinfer.mla.fa3=run", 44, "expected a verdict"),
                ("feature:wgmma.bf16>=verifid", 21, 'not "verifid"'),
                ("limit:smem_opt>=1B", 7, "smem_optin"),
                ("limit:smem_optin>=99", 21, "expected a unit"),
                ("kernel:mla.dense_decode.wgmm>=verified", 8, "did you mean mla.dense_decode.wgmma?"),
                ("feature:nonsense.*>=verified", 9, "matches no feature")):
            with self.subTest(requirement):
                done = self.gate("--report", str(FIXTURE), "--require", requirement, status=2)
                sentence, text, caret = done.stderr.splitlines()
                self.assertIn(f"at column {column}: ", sentence)
                self.assertIn(part, sentence)
                self.assertEqual(text, "  " + requirement)
                self.assertEqual(caret, " " * (column + 1) + "^")

    def test_flags_that_contradict_each_other(self) -> None:
        for arguments in ((), ("--set", "x"), ("--report", "-", "--target", "sm_90", "--require", WGMMA),
                          ("--target", "sm_90", "--gpu", "0", "--require", WGMMA),
                          ("--report", "-", "--heads", "16", "--require", WGMMA),
                          ("--emit", "env", "--format", "json"), ("--emit", "env", "-o", "-"), ("--emit", "toml"),
                          ("--target", "sm_12", "--require", WGMMA), ("--config", "nowhere.toml"),
                          ("--report", "nowhere.json", "--require", WGMMA)):
            with self.subTest(arguments):
                done = self.gate(*arguments, status=2)
                self.assertEqual(done.stdout, "")
                self.assertTrue(done.stderr.startswith("blackwell-probe: "), done.stderr)

    # A project's file

    def test_a_projects_file_is_found_and_its_sets_are_chosen(self) -> None:
        (self.here / ".blackwell-probe.toml").write_text(f"""
[gate]
require = ["{WGMMA}", {{ require = "{TCGEN05}", name = "blackwell", xfail = "no such GPU yet" }}]
[gate.sets]
strict = [{{ require = "{WGMMA}", xfail = "wrong" }}]
lax = [{{ require = "{WGMMA}", xfail = "wrong", strict = false }}]
""")
        report = ("--report", str(FIXTURE))
        rows = self.rows(*report)
        self.assertEqual([row["outcome"] for row in rows], ["met", "xfailed"])
        self.assertEqual(rows[1]["name"], "blackwell")
        self.assertEqual(self.rows(*report, "--set", "strict", status=1)[0]["outcome"], "xpassed")
        self.assertEqual(self.rows(*report, "--set", "lax")[0]["outcome"], "xpassed_lax")
        self.assertIn("did you mean strict?", self.gate(*report, "--set", "strikt", status=2).stderr)
        # What is typed is what is judged; a file that is named comes on top.
        self.assertEqual(len(self.rows(*report, "--require", "driver>=1")), 1)
        self.assertEqual(len(self.rows(*report, "--require", "driver>=1", "--config", ".blackwell-probe.toml")), 3)

    def test_a_json_file_and_one_that_is_broken(self) -> None:
        (self.here / ".blackwell-probe.json").write_text(json.dumps({"gate": {"require": [WGMMA]}}))
        self.assertEqual(len(self.rows("--report", str(FIXTURE))), 1)
        (self.here / "bad.toml").write_text("[gate]\nrequire = ['feature:nothing>=verified']\n")
        done = self.gate("--report", str(FIXTURE), "--config", "bad.toml", status=2)
        self.assertIn("bad.toml, gate.require[0]: at column 9", done.stderr)
        (self.here / "bad.toml").write_text("[gate\n")
        self.assertIn("bad.toml: line 1", self.gate("--config", "bad.toml", status=2).stderr)

    # Targets that are not here

    def test_a_target_is_answered_as_far_as_an_assembler_can(self) -> None:
        sparse = ("--target", "sm_121")
        self.gate(*sparse, "--require", "feature:mma_sync.mxf4nvf4>=assembled")
        self.gate(*sparse, "--require", "feature:mma_sync.mxf4nvf4>=verified", status=5)
        self.gate(*sparse, "--require", "feature:tcgen05.mma.f16>=assembled", status=1)
        self.gate(*sparse, "--require", "limit:smem_optin>=1KiB", status=5)
        self.gate(*sparse, "--require", "driver>=580", status=5)
        self.gate(*sparse, "--require", "not gpu=0", status=5)
        self.gate("--target", "sm_90,sm_100", "--require", "feature:wgmma.bf16>=assembled", status=1)
        self.gate("--target", "sm_90,sm_100", "--require", "all(cc=9.x, feature:wgmma.bf16>=assembled)")
        # sm_120a takes what sm_120 refuses.
        self.gate("--target", "sm_120a", "--require", "feature:mma_sync.mxf4nvf4>=assembled")

    # A fresh run

    def test_a_fresh_run_probes_what_is_named_and_no_more(self) -> None:
        rows = self.rows("--require", WGMMA, "--require", "limit:smem_optin>=99KiB and driver>=500", "--allow-fake",
                         machine="h200")
        self.assertEqual([row["outcome"] for row in rows], ["met", "met"])
        launched = {line for line in (self.here / "trace").read_text().splitlines() if "launch" in line}
        self.assertFalse([line for line in launched if "tma" in line or "tcgen05" in line], launched)

    def test_a_backend_is_judged_by_the_features_that_it_needs(self) -> None:
        self.gate("--require", "backend:flashmla.dense_decode.sm90=runs", "--allow-fake", machine="h200")
        row = self.rows("--require", "backend:flashmla.dense_decode.sm90=runs", "--allow-fake", machine="rtx5090",
                        status=1)[0]
        self.assertIn("wgmma", row["reason"])

    def test_a_limit_that_the_driver_does_not_tell_is_measured(self) -> None:
        row = self.rows("--require", "limit:cluster_max>=16", "--allow-fake", machine="h200")[0]
        self.assertEqual((row["outcome"], row["evidence"]), ("met", "verified"), row)
        row = self.rows("--require", "limit:cluster_max=0", "--allow-fake", machine="a100")[0]
        self.assertEqual((row["outcome"], row["evidence"]), ("met", "declared"), row)

    def test_a_kernel_is_run(self) -> None:
        self.gate("--require", "kernel:mla.dense_decode.mma_sync>=verified", "--allow-fake", machine="h200")
        # The fake driver has none of this one; that it is a name is what counts.
        row = self.rows("--require", "kernel:dsa.topk.simt>=verified", "--allow-fake", machine="h200", status=5)[0]
        self.assertEqual(row["outcome"], "not_known")

    def test_a_fake_driver_is_refused(self) -> None:
        self.gate("--require", "driver>=1", machine="h200", status=5)

    def test_selected_gpus_of_several(self) -> None:
        row = self.rows("--require", "all(gpu=1, cc=9.x)", "--require", "limit:sms>=1", "--allow-fake",
                        machine="eight_h200")[1]
        self.assertTrue(row["reason"].startswith("all 8 GPUs: "), row)
        self.gate("--require", "any(gpu=1, cc=9.x)", "--gpu", "0", "--allow-fake", machine="eight_h200", status=1)

    def test_no_gpu_is_3_and_an_unusable_driver_5(self) -> None:
        self.assertIn("No libcuda", self.gate("--require", WGMMA, fresh=True, status=3).stderr.replace(
            "The file that --libcuda names", "No libcuda"))
        self.gate("--require", WGMMA, "--allow-fake", machine="no_device", status=3)
        self.gate("--require", WGMMA, "--allow-fake", machine="driver_mismatch", status=5)
        self.gate("--require", "driver>=1", "--emit", "env", "--allow-fake", machine="no_device", status=3)

    # Outputs

    def test_outputs_for_ci(self) -> None:
        self.gate("--report", str(FIXTURE), "--require", WGMMA, "--require", TCGEN05, "-o", "gate.xml", "-o",
                  "gate.json", "-o", "gate.txt", status=1)
        suite = xml.etree.ElementTree.parse(self.here / "gate.xml").getroot().find(".//testsuite")
        self.assertEqual((suite.get("tests"), suite.get("failures"), suite.get("errors")), ("2", "1", "0"))
        self.assertEqual(json.loads((self.here / "gate.json").read_text())["status"], 1)
        self.assertIn("not met", (self.here / "gate.txt").read_text())
        text = self.gate("--report", str(FIXTURE), "--require", TCGEN05, "--format", "github", status=1).stdout
        self.assertTrue(text.startswith("::error "), text)

    # What is emitted, in the hands of those who read it

    def emitted(self, kind: str, *arguments: str, machine: str = "rtx5090", status: int = 0) -> str:
        return self.gate("--emit", kind, "--allow-fake", *arguments, machine=machine, status=status).stdout

    def test_a_shell_takes_the_variables(self) -> None:
        script = self.emitted("env", "--require", "feature:mma_sync.mxf4>=verified")
        for shell in filter(shutil.which, ("sh", "bash", "dash")):
            done = subprocess.run([shell, "-euc", f'{script}\necho "$CUDAARCHS $TORCH_CUDA_ARCH_LIST"'],
                                  check=True, **CAPTURED)
            self.assertEqual(done.stdout, "120f 12.0a\n")
        self.assertEqual(self.emitted("env", machine="two_gpus", status=0).count("export"), 3)

    def test_cmake_takes_its_script(self) -> None:
        need(shutil.which("cmake"), "cmake")
        (self.here / "arch.cmake").write_text(self.emitted("cmake", "--require", "feature:mma_sync.mxf4>=verified"))
        (self.here / "main.cmake").write_text('include(arch.cmake)\nmessage("${CMAKE_CUDA_ARCHITECTURES}")\n')
        done = subprocess.run(["cmake", "-P", "main.cmake"], cwd=self.here, check=True, **CAPTURED)
        version = subprocess.run(["cmake", "--version"], check=True, **CAPTURED).stdout.split()[2]
        newer = tuple(map(int, version.split(".")[:2])) >= (4, 1)
        self.assertEqual(done.stderr.strip(), "120f" if newer else "120a")

    def test_without_an_answer_nothing_is_emitted(self) -> None:
        self.assertEqual(self.gate("--emit", "env", machine="h200", status=5).stdout, "")
        self.assertEqual(self.gate("--emit", "cmake", fresh=True, status=3).stdout, "")
        done = self.gate("--emit", "cmake", "--report", str(FIXTURE), "--require", TCGEN05, status=1)
        self.assertIn('set(CMAKE_CUDA_ARCHITECTURES "90"', done.stdout)
        self.assertIn("not met", done.stderr)

    def test_targets_that_are_not_here_have_lists_too(self) -> None:
        text = self.gate("--emit", "env", "--target", "sm_120,sm_121,sm_90", "--require",
                         "feature:mma_sync.mxf4>=assembled or feature:wgmma.bf16>=assembled").stdout
        self.assertIn("export CUDAARCHS='90a;120f'", text)
        self.assertIn("export TORCH_CUDA_ARCH_LIST='9.0a;12.0a;12.1a'", text)

    def without_gpu_0(self) -> tuple[str, str]:
        """A report of two GPUs, the first of which nobody could ask anything."""
        report = json.loads(FIXTURE.read_text())
        closed = {**report["gpus"][0], "compute_capability": "0.0", "features": [], "kernels": [], "backends": [],
                  "problem": {"id": "driver_error", "sentence": "It does not answer", "remedy": None}}
        report["gpus"] = [closed, {**report["gpus"][0], "index": 1}]
        (self.here / "closed.json").write_text(json.dumps(report))
        return "--report", "closed.json"

    def test_a_gpu_of_unknown_capability_is_no_gpu_that_is_not_there(self) -> None:
        report = self.without_gpu_0()
        row = self.rows(*report, "--require", "all(cc=9.x, feature:wgmma.bf16>=verified)", status=5)[0]
        self.assertIn("GPU 0: its compute capability is not known: It does not answer", row["reason"])
        self.gate(*report, "--require", "not any(cc=12.x, feature:wgmma.bf16>=verified)", status=5)
        text = self.gate(*report, "--emit", "env", status=5).stdout
        self.assertIn("export CUDAARCHS='90a'", text)
        self.assertIn("GPU 0 is left out", text)

    def test_pytest_skips_what_the_gpu_lacks_and_no_more(self) -> None:
        need(importlib.util.find_spec("pytest"), "pytest")
        plugin = self.gate("--emit", "pytest-markers", "--report", str(FIXTURE), "--xfail", TCGEN05, "--require",
                           NOT_RUN, status=5).stdout
        (self.here / "gpu_markers.py").write_text(plugin)
        (self.here / "test_it.py").write_text(f"""
import pytest
@pytest.mark.needs_gpu("feature:wgmma.bf16", "backend:flashmla.dense_decode.sm90")
def test_has(): pass
@pytest.mark.needs_gpu("feature:tcgen05.mma.f16")
def test_lacks(): assert False
@pytest.mark.needs_gpu("{NOT_RUN}")
def test_unknown(): pass
@pytest.mark.needs_gpu("{TCGEN05}")
def test_expected_to_fail(): assert False
""")
        line = [sys.executable, "-B", "-m", "pytest", "-p", "gpu_markers", "-p", "no:cacheprovider", "-q", "-rA", "."]
        variables = {**os.environ, "PYTHONPATH": str(self.here)}
        done = subprocess.run(line, cwd=self.here, env=variables, check=False, **CAPTURED)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("1 passed, 1 skipped, 1 xfailed, 1 error", done.stdout)
        self.assertIn("not known", done.stdout)
        (self.here / "test_it.py").write_text('import pytest\n@pytest.mark.needs_gpu("feature:x")\ndef test(): pass\n')
        done = subprocess.run(line, cwd=self.here, env=variables, check=False, **CAPTURED)
        self.assertEqual(done.returncode, 4, done.stdout)  # a usage error
        self.assertIn("knows no 'feature:x'", done.stdout + done.stderr)

    def test_markers_do_not_hang_on_the_first_gpu(self) -> None:
        plugin = self.gate("--emit", "pytest-markers", *self.without_gpu_0(), status=5).stdout
        answers = json.loads(plugin.split("r'''")[1].split("'''")[0])
        self.assertEqual(answers["feature:wgmma.bf16"][0], "unknown")
        self.assertEqual(answers["backend:flashinfer.mla.fa2"][0], "unknown")
        self.assertEqual(answers["feature:tcgen05.mma.f16"][0], "lacks")  # GPU 1 is known to lack it


if __name__ == "__main__":
    unittest.main()
