"""What works on a machine without a GPU: every command that needs none."""

from __future__ import annotations

import csv
import json
import subprocess
import unittest

from harness import MACHINES, environment, program, schema_problems

FIXTURE = MACHINES.parent / "fixtures" / "h200.json"
NO_DRIVER = ("--libcuda", "/nonexistent/libcuda.so.1")


class NoGpu(unittest.TestCase):
    maxDiff = None

    def out(self, *arguments: str, status: int = 0) -> str:
        done = subprocess.run([*program(), *arguments], env=environment(None), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, universal_newlines=True, timeout=120, check=False)
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stdout

    def test_version(self) -> None:
        text = self.out("version")
        self.assertTrue(text.startswith("blackwell-probe "), text)
        for word in ("ptxas", "sm_90a", "sm_121"):
            self.assertIn(word, text)
        self.assertEqual(self.out("--version").split()[:2], text.split()[:2])

    def test_help(self) -> None:
        for command in ((), ("run",), ("matrix",), ("list",), ("render",), ("completion",)):
            with self.subTest(command=command):
                self.assertIn("Usage: blackwell-probe", self.out(*command, "--help"))

    def test_unknown_command(self) -> None:
        self.assertEqual(self.out("juggle", status=2), "")

    def test_list(self) -> None:
        for kind, row in (("probes", "tcgen05.mma.f16"), ("kernels", "mla.dense_decode.mma_sync"),
                          ("backends", "flashmla.dense_decode.sm90"), ("targets", "sm_121a")):
            with self.subTest(kind=kind):
                self.assertIn(row, self.out("list", kind))

    def verdicts(self, *arguments: str) -> dict[str, dict]:
        rows = json.loads(self.out("list", "backends", "--format", "json", *arguments))
        return {f"{row['target']} {row['id']}": row for row in rows}

    def test_list_backends_of_a_target_are_verdicts(self) -> None:
        """FlashMLA's dense decode needs wgmma, and its gate admits 9.0 alone."""
        rows = self.verdicts("--target", "sm_90,sm_121")
        self.assertEqual(rows["sm_90 flashmla.dense_decode.sm90"]["verdict"], "runs")
        lacking = rows["sm_121 flashmla.dense_decode.sm90"]
        self.assertEqual((lacking["verdict"], lacking["kind"]), ("no_hardware", "kernel"))
        self.assertIn(lacking["evidence"], ("inferred", "assembled"))  # the weakest: it lacks shared memory too
        self.assertIn("wgmma.bf16", lacking["reason"])
        self.assertEqual(rows[f"sm_121 {lacking['nearest']}"]["verdict"], "runs")
        self.assertEqual(rows[f"sm_121 {lacking['nearest']}"]["operation"], lacking["operation"])
        kernels = {row["id"] for row in json.loads(self.out("list", "backends", "--format", "json"))
                   if row["kind"] == "kernel"}
        self.assertEqual(set(rows), {f"{target} {name}" for target in ("sm_90", "sm_121") for name in kernels})
        table = csv.DictReader(self.out("list", "backends", "--target", "sm_121", "--format", "csv").splitlines())
        self.assertEqual({row["id"]: row["verdict"] for row in table},
                         {row["id"]: row["verdict"] for row in rows.values() if row["target"] == "sm_121"})
        self.assertIn("no_hardware", self.out("list", "backends", "--target", "sm_121"))

    def test_verdicts_are_for_the_shape_that_was_asked(self) -> None:
        """FlashMLA's sparse decode takes 64 or 128 heads."""
        name = "sm_90 flashmla.sparse_decode_fp8.sm90"
        self.assertEqual(self.verdicts("--target", "sm_90", "--heads", "64")[name]["verdict"], "runs")
        other = self.verdicts("--target", "sm_90", "--heads", "16")[name]
        self.assertNotEqual(other["verdict"], "runs")
        self.assertIn("16", other["reason"])
        report = json.loads(self.out(*NO_DRIVER, "--target", "sm_90", "--heads", "16", "--format", "json"))
        self.assertIn("--heads 16", report["command"])
        judged = next(row for row in report["targets"][0]["backends"] if row["id"] == name.split()[1])
        self.assertEqual((judged["verdict"], judged["reason"]), (other["verdict"], other["reason"]))

    def test_what_list_cannot_judge_is_said(self) -> None:
        self.assertEqual(self.complaint("list", "probes", "--target", "sm_121"),
                         "--target is for list backends: probes are the same for every target")
        self.assertEqual(self.complaint("list", "backends", "--heads", "16"),
                         "Backends are judged for heads 16 on a target: add --target, for example --target sm_121")

    def test_list_targets_is_what_the_matrix_knows(self) -> None:
        """Also those that the newest toolkit has dropped, and those that only it knows."""
        listed = json.loads(self.out("list", "targets", "--format", "json"))
        toolkits: dict[str, list[str]] = {}
        for row in self.matrix("--toolkit", "all", "--feature", "mma_sync.f16"):
            toolkits.setdefault(row["target"], []).append(row["toolkit"].split()[1].rsplit(".", 1)[0])
        self.assertEqual({row["target"]: row["toolkits"] for row in listed}, toolkits)
        rows = csv.DictReader(self.out("list", "targets", "--format", "csv").splitlines())
        table = {row["target"]: row for row in rows}
        self.assertEqual({target: row["toolkits"].split() for target, row in table.items()}, toolkits)
        self.assertEqual((table["sm_121"]["ptx_version"], table["sm_107"]["ptx_version"]), ("8.8", ""))
        self.assertIsNone(next(row for row in listed if row["target"] == "sm_107")["ptx_version"])
        self.assertEqual({row["target"] for row in listed},
                         set(json.loads(self.out("version", "--format", "json"))["targets"]))

    def complaint(self, *arguments: str, status: int = 2) -> str:
        done = subprocess.run([*program(), *arguments], env=environment(None), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, universal_newlines=True, timeout=120, check=False)
        self.assertEqual((done.returncode, done.stdout), (status, ""), done.stderr)
        return done.stderr.rstrip("\n").replace("blackwell-probe: ", "", 1)

    def test_a_wrong_target_is_named_with_what_was_meant(self) -> None:
        unknown = "is not a known target (see blackwell-probe list targets)"
        for word, meant in (("121", "sm_121"), ("12.1a", "sm_121a"), ("compute_100f", "sm_100f"), ("SM_90", "sm_90"),
                            ("sm121", "sm_121"), ("sm_121b", "sm_121"), ("sm_1211", "sm_121")):
            with self.subTest(word=word):
                for command in (("run",), ("matrix",), ("list", "backends")):
                    self.assertEqual(self.complaint(*command, "--target", word),
                                     f"--target {word} {unknown}; did you mean {meant}?")
        self.assertEqual(self.complaint("run", "--target", "sm_999"), f"--target sm_999 {unknown}")
        self.assertEqual(self.complaint("matrix", "--target", ""), "--target is empty")

    def test_a_wrong_toolkit_is_named_with_those_there_are(self) -> None:
        holds = "is not in the table; it holds 12.8, 12.9, 13.0, 13.5, newest, all"
        self.assertEqual(self.complaint("matrix", "--toolkit", "99.9"), f"--toolkit 99.9 {holds}")
        self.assertEqual(self.complaint("matrix", "--toolkit", "newset"),
                         f"--toolkit newset {holds}; did you mean newest?")
        self.assertEqual(self.complaint("matrix", "--toolkit", ""), "--toolkit is empty")
        for pair in (("--driver", "--toolkit", "all"), ("--driver", "--ptxas", "/bin/true")):
            self.assertIn("give one of them", self.complaint("matrix", *pair))

    def test_an_id_that_nothing_has_is_said_with_where_to_look(self) -> None:
        self.assertEqual(self.complaint("run", "--only", "nosuch.*"),
                         "--only nosuch.* matches no id (see blackwell-probe list probes, kernels, surveys)")
        self.assertEqual(self.complaint("matrix", "--feature", "nosuch.*"),
                         "--feature nosuch.* matches no id (see blackwell-probe list probes)")
        for flag in ("--only", "--skip", "--gpu"):
            self.assertEqual(self.complaint("run", flag, ""), f"{flag} is empty")

    def test_what_another_level_would_probe_is_said(self) -> None:
        surveys = "only sweeps and facts, which run at --level full: "
        self.assertEqual(self.complaint("run", "--only", "sweep.residency"), f"--only leaves {surveys}add --level full")
        self.assertEqual(self.complaint("run", "--only", "fact.*", "--level", "quick"),
                         f"--only leaves {surveys}give that")
        self.assertEqual(self.complaint("run", "--only", "mla.*", "--level", "quick"),
                         "--only leaves no feature, and --level quick probes nothing else: leave that level out")
        for level in ("quick", "default", "full"):
            self.assertEqual(self.complaint("run", "--skip", "*", "--level", level), "--skip leaves nothing to probe")
        self.assertEqual(self.complaint("run", "--only", "wgmma.*", "--skip", "*"),
                         "--only and --skip leave nothing to probe")

    def test_completion(self) -> None:
        for shell in ("bash", "zsh", "fish"):
            with self.subTest(shell=shell):
                self.assertIn("sm_121", self.out("completion", shell))

    def test_matrix(self) -> None:
        rows = self.out("matrix", "--format", "csv").splitlines()
        self.assertGreater(len(rows), 300)
        self.assertTrue(any("wgmma.bf16" in row and "sm_90a" in row for row in rows), rows[:3])

    def matrix(self, *arguments: str) -> list[dict[str, str]]:
        return list(csv.DictReader(self.out("matrix", "--format", "csv", *arguments).splitlines()))

    def test_matrix_of_toolkits(self) -> None:
        """The suffix f came with CUDA 12.9, sm_107 with 13.4."""
        rows = self.matrix("--toolkit", "12.8,12.9", "--feature", "mma_sync.mxf4nvf4", "--target", "sm_120")
        taken = [(row["toolkit"], row["target"], row["ptx"]) for row in rows if row["verdict"] == "assembles"]
        self.assertEqual(taken, [("ptxas 12.8.93", "sm_120a", "8.7"),
                                 ("ptxas 12.9.86", "sm_120f", "8.8"), ("ptxas 12.9.86", "sm_120a", "8.7")])
        rubin = self.matrix("--feature", "tcgen05.mma.f16", "--target", "sm_107")
        self.assertEqual({(row["target"], row["verdict"]) for row in rubin},
                         {("sm_107", "refused"), ("sm_107f", "assembles"), ("sm_107a", "assembles")})
        self.assertTrue(all(row["since"] == "ptxas 13.5.37" for row in rubin if row["verdict"] == "assembles"))
        self.assertEqual(len({row["toolkit"] for row in self.matrix("--toolkit", "all", "--target", "sm_90a")}), 4)
        self.out("matrix", "--toolkit", "11.8", status=2)
        self.out("matrix", "--toolkit", "12.8", "--ptxas", "/bin/true", status=2)

    def test_matrix_shows_machine_code(self) -> None:
        """mma_sync.e4m3 is native on sm_89 and expanded on sm_90; TMA to .shared::cluster calls a helper on sm_120."""
        text = self.out("matrix", "--feature", "mma_sync.e4m3,tma.load", "--target", "sm_89,sm_90,sm_120")
        lines = {line.split()[0]: line.split()[1:] for line in text.splitlines() if line.strip()}
        self.assertEqual(lines["mma_sync.e4m3"], ["yes", "~", "yes"])
        self.assertEqual(lines["tma.load"], ["-", "yes", "*"])
        for row in self.matrix("--feature", "mma_sync.e4m3", "--target", "sm_90"):
            self.assertTrue(row["sass"].startswith("expanded: F2FP"), row)

    def test_render(self) -> None:
        report = json.loads(FIXTURE.read_text(encoding="utf-8"))
        rendered = json.loads(self.out("render", str(FIXTURE), "--format", "json"))
        # It was recorded before reports had selectors.
        self.assertEqual(rendered["gpus"], [{"selectors": [], **gpu} for gpu in report["gpus"]])
        self.assertEqual(schema_problems(rendered), [])
        for form in ("text", "html"):
            self.assertIn("NVIDIA H200", self.out("render", str(FIXTURE), "--format", form))

    def test_bare_command(self) -> None:
        """All is well: it says what every known target is expected to do."""
        report = json.loads(self.out(*NO_DRIVER, "--format", "json"))
        self.assertEqual(schema_problems(report), [])
        self.assertEqual(report["driver"]["problem"]["id"], "no_libcuda")
        self.assertEqual(report["gpus"], [])
        self.assertLessEqual({"sm_90", "sm_100", "sm_110", "sm_121"}, {row["target"] for row in report["targets"]})

    def test_run_needs_a_driver(self) -> None:
        text = self.out("run", *NO_DRIVER, status=3).replace("\n  ", " ")
        self.assertIn("cannot be loaded: /nonexistent/libcuda.so.1", text)

    def test_a_file_that_is_no_driver_is_what_is_wrong(self) -> None:
        """Nobody is told to install a driver where only the wrong file was named; of `matrix` too."""
        wrong = ("--libcuda", "/etc/passwd")
        for text in (self.out("run", *wrong, "--format", "text", status=3).replace("\n  ", " "),
                     self.complaint("matrix", "--driver", *wrong, "--feature", "wgmma.bf16", status=3)):
            self.assertIn("The file that --libcuda names cannot be loaded: /etc/passwd: ", text)
            self.assertIn(". Name a libcuda.so.1", text)
            self.assertNotIn("Install", text)


if __name__ == "__main__":
    unittest.main()
