"""What identifies a machine or its user leaves the program only with --identify: not in any format, nor on stderr."""

import json
import pathlib
import socket
import subprocess
import tempfile
import unittest

from harness import MACHINES, command, environment, program, read_machine

PLANTED = ["GPU-4d6f2a11-0000-4000-8000-123456789abc", "00000000:e1:00.0", "alice", "52:54:00:12:34:56", "10.11.12.13",
           "hf_abcdefghijklmnopqrstuvwxyz", "gpu-worker-9", "probe-x7k2p"]
# Names that say nothing stay: taking them out would take words out of sentences.
if any(character in socket.gethostname() for character in "0123456789-"):
    PLANTED.append(socket.gethostname())
OUTPUTS = ("json:report.json", "html:report.html", "markdown:issue.md", "csv:report.csv", "junit:report.xml",
           "github:notes", "prom:gpu.prom", "nfd:gpu.labels", "text:report.txt")


class Redaction(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.here = pathlib.Path(folder.name)
        machine = read_machine("h200")
        words = " ".join(PLANTED)
        machine["gpus"][0]["name"] = f"NVIDIA H200 {words}"
        machine["driver"]["version"] = f"580.126.09 {words}"
        machine["files"]["/proc/driver/nvidia/version"] += words
        # Refusing it makes a reason with the texts of the driver.
        machine["gpus"][0]["behave"] = {"elect_sync": "refused", "redux_sync": "illegal_address"}
        (self.here / "machine.json").write_text(json.dumps(machine))
        self.variables = {**environment("h200"), "BLACKWELL_PROBE_FAKE_MACHINE": str(self.here / "machine.json"),
                          "USER": "alice", "LOGNAME": "alice", "HOME": "/home/alice", "VIRTUAL_ENV": "/home/alice/venv",
                          "SLURMD_NODENAME": "gpu-worker-9", "POD_NAME": "probe-x7k2p",
                          "CUDA_HOME": "/mnt/alice/cuda", "TORCH_CUDA_ARCH_LIST": words, "HF_TOKEN": "hf_abcdefghijklmnopqrstuvwxyz",
                          "NVCC_APPEND_FLAGS": "-DAPI_KEY=hunter2secret -I/home/alice/include"}

    def run_all(self, *arguments: str) -> dict[str, str]:
        """What each output holds, stdout and stderr too."""
        line = command("BP_PROGRAM", None, "--level", "quick", "--only", "elect_sync,redux_sync,mma_sync.f16", "-v",
                       *arguments)
        for output in OUTPUTS:
            line += ["-o", output]
        done = subprocess.run(line, cwd=self.here, env=self.variables, capture_output=True, text=True, timeout=120,
                              check=False)
        texts = {"stdout": done.stdout, "stderr": done.stderr}
        for output in OUTPUTS:
            path = self.here / output.partition(":")[2]
            self.assertTrue(path.exists(), done.stderr)
            texts[output] = path.read_text()
            path.unlink()
        return texts

    def identifiers(self, report: dict) -> list[str]:
        gpu = report["gpus"][0]
        return [*PLANTED, "/home/", "hunter2secret", gpu["uuid"], gpu["pci"]]

    def test_nothing_planted_comes_out(self) -> None:
        identified = self.run_all("--identify")
        report = json.loads(identified["json:report.json"])
        identifiers = self.identifiers(report)
        texts = self.run_all()
        for output, text in texts.items():
            for identifier in identifiers:
                self.assertNotIn(identifier, text, f"{identifier} in {output}")
        # Otherwise that would prove nothing.
        for identifier in PLANTED:
            self.assertIn(identifier, identified["json:report.json"])
        redacted = json.loads(texts["json:report.json"])
        self.assertTrue(redacted["redacted"])
        facts = {fact["key"]: fact["value"] for fact in redacted["environment"]}
        self.assertEqual(facts["variable_NVCC_APPEND_FLAGS"], "-DAPI_KEY=[secret] -I~/include")
        self.assertEqual(facts["variable_CUDA_HOME"], "/mnt/[user]/cuda")
        self.assertNotIn("variable_HF_TOKEN", facts)

    def test_a_report_made_with_it_is_redacted_by_whoever_reads_it(self) -> None:
        identified = self.here / "identified.json"
        identified.write_text(self.run_all("--identify")["json:report.json"])
        identifiers = self.identifiers(json.loads(identified.read_text()))
        readers = [["render", str(identified), "--format", name] for name in ("json", "text", "html", "markdown")]
        for form in ("text", "json", "markdown"):
            readers.append(["diff", str(identified), str(MACHINES.parent / "fixtures" / "h200.json"), "--format", form])
        for form in ("text", "json", "junit", "github"):
            readers.append(["gate", "--report", str(identified), "--format", form, "--require",
                            "feature:elect_sync>=verified and feature:redux_sync>=verified and driver>=999"])
        for form in ("text", "json", "html"):
            readers.append(["merge", str(identified), "--format", form])
        for reader in readers:
            done = subprocess.run([*program(), *reader], cwd=self.here, env=self.variables, capture_output=True, text=True,
                                  timeout=120, check=False)
            self.assertGreater(len(done.stdout), 50, done.stderr)
            for identifier in identifiers:
                self.assertNotIn(identifier, done.stdout + done.stderr, " ".join(reader))
        kept = subprocess.run([*program(), "render", str(identified), "--identify", "--format", "json"], cwd=self.here,
                              env=self.variables, capture_output=True, text=True, timeout=120, check=True).stdout
        self.assertEqual(json.loads(kept), json.loads(identified.read_text()))

    def test_diff_knows_gpus_by_uuid_where_it_may(self) -> None:
        before, after = self.here / "before.json", self.here / "after.json"
        before.write_text(self.run_all("--identify")["json:report.json"])
        uuid = json.loads(before.read_text())["gpus"][0]["uuid"]
        after.write_text(before.read_text().replace(uuid, uuid[:-4] + "0000"))
        for flags, shown in (((), False), (("--identify",), True)):
            done = subprocess.run([*program(), "diff", str(before), str(after), *flags], env=self.variables, timeout=120,
                                  capture_output=True, text=True, check=False)
            self.assertEqual(uuid in done.stdout, shown, done.stdout + done.stderr)

    def test_a_gpu_that_is_not_there_is_said_without_them(self) -> None:
        line = command("BP_PROGRAM", None, "--level", "quick", "--gpu", "7")
        done = subprocess.run(line, cwd=self.here, env=self.variables, capture_output=True, text=True, timeout=120,
                              check=False)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("this machine has 0 (NVIDIA H200 ", done.stderr)
        for identifier in PLANTED:
            self.assertNotIn(identifier, done.stderr)


if __name__ == "__main__":
    unittest.main()
