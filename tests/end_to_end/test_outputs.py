"""Several outputs of one command: each is whole or not there, and none spoils another."""

from __future__ import annotations

import os
import pathlib
import resource
import subprocess
import tempfile
import unittest

from harness import MACHINES, command, environment, program

FIXTURE = str(MACHINES.parent / "fixtures" / "h200.json")
INCOMPLETE, USAGE = 5, 2


class Outputs(unittest.TestCase):
    def setUp(self) -> None:
        self.holder = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.holder.name)
        self.addCleanup(self.holder.cleanup)

    def render(self, *arguments: str, status: int = 0, **options) -> subprocess.CompletedProcess:
        variables = {**environment(None), **options.pop("extra", {})}
        done = subprocess.run([*program(), "render", FIXTURE, *arguments], cwd=self.folder, env=variables,
                              stderr=subprocess.PIPE, timeout=120, check=False, **{"stdout": subprocess.PIPE, **options})
        self.assertEqual(done.returncode, status, done.stderr)
        return done

    def check_whole(self, *names: str) -> None:
        """These are there, as long as when they are written alone, and nothing else is."""
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), sorted(names))
        for name in names:
            alone = self.render("--format", name.partition(".")[0]).stdout
            self.assertEqual((self.folder / name).read_bytes(), alone, name)

    def test_a_full_disk_loses_no_other_output(self) -> None:
        done = self.render("-o", "markdown.md", "-o", "csv:/dev/full", "-o", "junit.xml", status=INCOMPLETE)
        self.assertIn(b"/dev/full: the disk is full", done.stderr)
        self.check_whole("markdown.md", "junit.xml")

    def test_a_limit_for_files_loses_no_other_output(self) -> None:
        """The JSON is longer than the limit, and an older one stays what it was."""
        (self.folder / "json.json").write_text("old")
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))  # noqa: E731
        done = self.render("-o", "json.json", "-o", "nfd.labels", status=INCOMPLETE, preexec_fn=limit)
        self.assertIn(b"raise the limit (ulimit -f)", done.stderr)
        self.assertEqual((self.folder / "json.json").read_text(), "old")
        (self.folder / "json.json").unlink()
        self.check_whole("nfd.labels")

    def test_a_dead_pipe_loses_no_other_output(self) -> None:
        ends = os.pipe()
        os.close(ends[0])
        done = self.render("--format", "json", "-o", "prom.prom", "-o", "csv.csv", status=INCOMPLETE, stdout=ends[1])
        os.close(ends[1])
        self.assertIn(b"nobody reads the pipe any more", done.stderr)
        self.check_whole("prom.prom", "csv.csv")

    def test_what_cannot_be_opened_is_said_before_the_work(self) -> None:
        for place in ("nowhere/report.json", "/proc/report.json", "markdown:/proc/1/nothing"):
            with self.subTest(place=place):
                done = self.render("-o", "csv.csv", "-o", place, status=USAGE)
                self.assertIn(b"-o: Cannot write", done.stderr)
                self.assertEqual(list(self.folder.iterdir()), [])

    def test_a_format_can_be_named(self) -> None:
        """Where node-feature-discovery looks for features, a file has the name of its program."""
        self.render("-o", "nfd:features", "-o", "github:annotations", "-o", "text:a.json")
        features = (self.folder / "features").read_text()
        self.assertIn("\nblackwell-probe.wgmma=true\n", features)
        self.assertTrue((self.folder / "annotations").read_text().startswith("::"))
        self.assertTrue((self.folder / "a.json").read_text().startswith("blackwell-probe "))
        self.assertEqual(self.render("-o", "nfd:-").stdout.decode(), features)

    def test_one_place_has_one_format(self) -> None:
        done = self.render("-o", "a.json", "-o", "csv:a.json", status=USAGE)
        self.assertIn(b"a.json cannot be both json and csv", done.stderr)

    def test_nor_by_another_spelling(self) -> None:
        (self.folder / "link").symlink_to(".")
        for other in ("./a.json", "link/a.json", str(self.folder / "a.json")):
            with self.subTest(other=other):
                done = self.render("-o", "a.json", "-o", f"csv:{other}", status=USAGE)
                self.assertIn(b"cannot be both json and csv", done.stderr)
                self.assertFalse((self.folder / "a.json").exists())

    def test_annotations_come_with_the_summary_of_the_step(self) -> None:
        summary = self.folder / "summary"
        summary.write_text("of the step before\n")
        variables = {"GITHUB_STEP_SUMMARY": str(summary)}
        out = self.render("--format", "github", extra=variables).stdout.decode()
        self.assertTrue(all(line.startswith("::") for line in out.splitlines()), out)
        markdown = self.render("--format", "markdown", extra=variables).stdout.decode()
        self.assertEqual(summary.read_text(), "of the step before\n" + markdown)
        done = self.render("--format", "github", extra={"GITHUB_STEP_SUMMARY": "/proc/none"}, status=USAGE)
        self.assertIn(b"GITHUB_STEP_SUMMARY: Cannot write /proc/none", done.stderr)

    def test_a_fake_driver_is_named_in_each_format(self) -> None:
        names = [f"report.{suffix}" for suffix in ("txt", "json", "html", "md", "csv", "xml", "prom", "labels")]
        arguments = [word for name in names for word in ("-o", name)]
        line = command("BP_PROGRAM", None, "--level", "quick", "--only", "wgmma.bf16", *arguments, "--format", "github")
        done = subprocess.run(line, cwd=self.folder, env=environment("h200"), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=120, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        for name, text in {**{name: (self.folder / name).read_text() for name in names}, "github": done.stdout.decode()}.items():
            self.assertIn("fake", text, name)
        self.assertIn("fake_driver.gpu0.features", (self.folder / "report.xml").read_text())


if __name__ == "__main__":
    unittest.main()
