"""The program folder on a minimal Debian: read-only, as a user without home, with nowhere to write but where it is told
to, with and without /proc."""

import json
import unittest

import outputs
from bare_root import SUITES, BareRoot

PLACE = "/opt/blackwell-probe"
PROGRAM = f"{PLACE}/bin/blackwell-probe"
TESTS = "/opt/tests"
READ_ONLY = {"TMPDIR": "/"}  # the whole root is


def each_machine(test):
    """A test method with the parameter `root`, run in each release with and without /proc."""

    def run(self) -> None:
        folders = {PLACE: outputs.program_folder(outputs.HERE), TESTS: outputs.tests_folder(outputs.HERE)}
        for suite in SUITES:
            for proc in (True, False):
                with self.subTest(suite=suite, proc=proc), BareRoot(suite, folders, write=("/out",), proc=proc) as root:
                    test(self, root)

    run.__name__, run.__doc__ = test.__name__, test.__doc__
    return run


def fake_gpu(machine: str) -> dict[str, str]:
    """The environment in which the tests' driver plays a machine."""
    return {**READ_ONLY, "LD_LIBRARY_PATH": f"{TESTS}/lib/fake_nvml",
            "BLACKWELL_PROBE_FAKE_MACHINE": f"{TESTS}/tests/machines/{machine}.json"}


FAKE_DRIVER = ("--libcuda", f"{TESTS}/lib/fake_driver/libcuda.so.1")


class BareRootRuns(unittest.TestCase):
    def expect(self, result, status: int, *texts: str) -> None:
        self.assertEqual(result.status, status, str(result))
        for text in texts:
            self.assertIn(text, result.output)

    @each_machine
    def test_the_root_is_bare(self, root):
        """Else the other tests would show nothing."""
        for place in ("/out2", f"{PLACE}/x", f"{TESTS}/x", "/tmp/x", "/var/tmp/x", "/dev/shm/x"):
            self.assertNotEqual(root.run("/usr/bin/touch", place).status, 0, f"{place} can be written to")
        environment = root.run("/usr/bin/env").output
        self.assertEqual(environment, "")
        self.assertEqual(root.run("/usr/bin/id", "-u").output, "65534\n")
        libraries = root.run("/usr/bin/find", "/usr/lib", "-name", "libc++*", "-o", "-name", "libcuda*").output
        self.assertEqual(libraries, "")

    @each_machine
    def test_commands_without_a_gpu(self, root):
        version = outputs.version()
        self.expect(root.run(PROGRAM, "version", environment=READ_ONLY), 0, version)
        self.expect(root.run(PROGRAM, "--version", environment=READ_ONLY), 0, version)
        self.expect(root.run(PROGRAM, "--help", environment=READ_ONLY), 0, "Usage: blackwell-probe", "Subcommands")
        self.expect(root.run(PROGRAM, "matrix", "--help", environment=READ_ONLY), 0, "Usage: blackwell-probe matrix")
        for what, text in (("probes", "tcgen05.mma.f16"), ("kernels", "mla.dense_decode.mma_sync"),
                           ("backends", "flashmla."), ("targets", "sm_121a")):
            self.expect(root.run(PROGRAM, "list", what, environment=READ_ONLY), 0, text)
        self.expect(root.run(PROGRAM, "matrix", "--target", "sm_121", environment=READ_ONLY), 0, "mma_sync.mxf4nvf4")

    @each_machine
    def test_offline_report(self, root):
        # No environment at all, not even the read-only TMPDIR.
        for environment in ({}, READ_ONLY):
            self.expect(root.run(PROGRAM, environment=environment), 0, f"blackwell-probe {outputs.version()}", "sm_121")
        result = root.run(PROGRAM, "--format", "json", environment=READ_ONLY)
        self.expect(result, 0)
        report = json.loads(result.output)
        self.assertEqual(report["tool"]["version"], outputs.version())
        self.assertEqual(report["gpus"], [])
        self.assertTrue(report["matrix"])

    @each_machine
    def test_a_run_says_that_there_is_no_driver(self, root):
        result = root.run(PROGRAM, "run", environment=READ_ONLY)
        self.assertEqual(result.status, 3, str(result))

    @each_machine
    def test_files_are_written_where_asked(self, root):
        result = root.run(PROGRAM, "-o", "report.json", "-o", "report.html", environment=READ_ONLY, directory="/out")
        self.expect(result, 0)
        self.assertEqual(json.loads(root.read("/out/report.json"))["tool"]["version"], outputs.version())
        self.assertTrue(root.read("/out/report.html").rstrip().endswith(b"</html>"))
        self.assertEqual(root.run("/usr/bin/ls", "-A", "/out").output, "report.html\nreport.json\n")

    @each_machine
    def test_a_place_that_cannot_be_written_is_named(self, root):
        result = root.run(PROGRAM, "-o", f"{PLACE}/report.json", environment=READ_ONLY)
        self.assertEqual(result.status, 2, str(result))
        self.assertIn(f"{PLACE}/report.json", result.errors)

    @each_machine
    def test_however_it_is_started(self, root):
        """It starts itself again, as a worker: by a relative path, by its name, by a link."""
        link = root.run("/usr/bin/ln", "-s", PROGRAM, "/out/probe")
        self.assertEqual(link.status, 0, str(link))
        for command, directory, path in ((("./blackwell-probe",), f"{PLACE}/bin", "/usr/bin"),
                                         (("bin/blackwell-probe",), PLACE, "/usr/bin"),
                                         (("blackwell-probe",), "/", f"/usr/bin:{PLACE}/bin"),
                                         (("/out/probe",), "/", "/usr/bin")):
            with self.subTest(command=command[0]):
                result = root.run(*command, "run", *FAKE_DRIVER, "--only", "mma_sync.f16",
                                  environment=fake_gpu("gb10") | {"PATH": path}, directory=directory)
                self.expect(result, 0, "compute capability 12.1")

    @each_machine
    def test_a_machine_with_a_gpu(self, root):
        """Workers and all, against the driver of the tests playing a DGX Spark."""
        result = root.run(PROGRAM, "run", *FAKE_DRIVER, "--only", "mma_sync.*", "-o", "report.json",
                          environment=fake_gpu("gb10"), directory="/out")
        self.expect(result, 0, "compute capability 12.1")
        report = json.loads(root.read("/out/report.json"))
        self.assertEqual(len(report["gpus"]), 1)
        by_id = {row["id"]: row["status"] for row in report["gpus"][0]["features"]}
        self.assertEqual(by_id["mma_sync.f16"], "supported")


if __name__ == "__main__":
    unittest.main()
