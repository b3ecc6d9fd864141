"""refresh_catalogue.py against git repositories made on the spot."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "cmake" / "refresh_catalogue.py"
AUTHOR = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "a",
          "GIT_COMMITTER_EMAIL": "a@example.org", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
KERNEL = "".join(f"step {i}\n" for i in range(40))  # enough of it that git sees a rename


class Refresh(unittest.TestCase):
    maxDiff = None

    def setUp(self) -> None:
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.here = pathlib.Path(scratch.name)
        self.clones = self.here / "clones"
        self.catalogue = self.here / "catalogue"
        self.catalogue.mkdir()
        self.repository = self.clones / "owner+name"
        self.repository.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main")
        self.write("gate.py", "one\ntwo\nif capability == 90:\n    run()\n\n")
        self.write("old/kernel.cu", KERNEL)
        self.write("old/gone.cu", "only here\n")
        self.write("kept.md", "words\n")
        self.first = self.commit()

    def git(self, *words: str) -> str:
        return subprocess.run(["git", *words], cwd=self.repository, env={**os.environ, **AUTHOR}, check=True,
                              stdout=subprocess.PIPE, text=True).stdout.strip()

    def write(self, path: str, text: str) -> None:
        file = self.repository / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def commit(self) -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message=x")
        return self.git("rev-parse", "HEAD")

    def source(self, path: object, line: object = None, commit: str | None = "",
               repository: str = "owner/name") -> dict:
        found = {"repository": repository, "commit": self.first if commit == "" else commit, "path": path}
        return found if line is None else {**found, "line": line}

    def refresh(self, *sources: dict, status: int = 0, more: tuple[str, ...] = (), **row: object) -> list[str]:
        """The lines that it prints."""
        rows = [{"id": "p.row", "sources": list(sources), **row}]
        (self.catalogue / "p.json").write_text(json.dumps({"project": "P", "backends": rows}))
        before = {file: file.stat().st_mtime_ns for file in self.here.rglob("*")}
        done = subprocess.run([sys.executable, "-B", str(SCRIPT), str(self.clones), "--catalogue", str(self.catalogue),
                               *more], capture_output=True, text=True, check=False, timeout=120)
        self.assertEqual((done.returncode, done.stderr), (status, ""))
        self.assertEqual({file: file.stat().st_mtime_ns for file in self.here.rglob("*")}, before, "it wrote something")
        return done.stdout.splitlines()

    def test_what_is_as_it_was_is_not_named(self) -> None:
        lines = self.refresh(self.source("gate.py", 3), self.source("kept.md"), self.source("old"))
        self.assertEqual(lines[1], "3 sources of 1 rows: 3 unchanged.")
        self.assertEqual(len(lines), 3)

    def test_a_line_moves_and_goes(self) -> None:
        self.write("gate.py", "zero\none\n  if capability == 90:\n    run()\nif capability == 90:\n")
        self.commit()
        lines = self.refresh(self.source("gate.py", 4), self.source("gate.py", 3), self.source("gate.py", 2),
                             gate_source=2)
        self.assertEqual(lines[:3], ["p.row",
                                     "  READ  owner/name gate.py:2: gate, the text is gone: two",
                                     ""])
        self.assertEqual(lines[3], "3 sources of 1 rows: 2 unchanged, 1 text gone.")
        self.write("gate.py", "if capability == 90:\n" + "zero\n" * 5 + "if capability == 90:\n")
        self.commit()
        lines = self.refresh(self.source("gate.py", 3))
        self.assertEqual(lines[1], "  cite  owner/name gate.py:3: now line 1, the nearest of 2 such lines")

    def test_a_file_moves_and_goes(self) -> None:
        (self.repository / "new").mkdir()
        self.git("mv", "old/kernel.cu", "new/body.cu")
        self.git("rm", "--quiet", "old/gone.cu")
        self.commit()
        self.git("mv", "new/body.cu", "new/body.cuh")
        self.write("new/body.cuh", "first\n" + KERNEL)
        self.commit()
        lines = self.refresh(self.source("old/kernel.cu", 7), self.source("old/kernel.cu"),
                             self.source("old/gone.cu", 1), self.source("old/kernel.cu", 7, commit="0123456789"))
        self.assertEqual(lines[1:5], ["  cite  owner/name old/kernel.cu:7: now new/body.cuh:8",
                                      "  cite  owner/name old/kernel.cu: now new/body.cuh",
                                      "  READ  owner/name old/gone.cu:1: the file is gone",
                                      "  READ  owner/name old/kernel.cu:7: now new/body.cuh; the cited commit is not "
                                      "there to compare the line"])
        self.write("gate.py", "changed\n")
        self.git("mv", "gate.py", "new/gate.py")  # too little is left of it for git, but it has its name
        self.commit()
        self.assertIn("now new/gate.py: the text is gone", self.refresh(self.source("gate.py", 3))[1])

    def test_a_source_of_another_branch_is_compared_with_that(self) -> None:
        self.git("checkout", "--quiet", "-b", "development")
        self.write("gate.py", "if capability == 120:\n")
        there = self.commit()
        self.git("checkout", "--quiet", "main")
        self.assertIn("1 unchanged", self.refresh(self.source("gate.py", 1, commit=there))[1])

    def test_bare_clones_under_each_name(self) -> None:
        bare = self.here / "bare"
        subprocess.run(["git", "clone", "--quiet", "--bare", str(self.repository), str(bare)], check=True)
        for place in ("owner+name", "owner+name.git", "owner/name", "name", "name.git"):
            with self.subTest(place):
                self.clones = self.here / place.replace("/", "_")
                (self.clones / place).parent.mkdir(parents=True)
                (self.clones / place).symlink_to(bare)
                self.assertIn("1 unchanged", self.refresh(self.source("gate.py", 3))[1])
        self.git("-C", str(bare), "config", "remote.origin.url", "https://github.com/other/name.git")
        self.assertIn("is a clone of other/name, not of owner/name", self.refresh(self.source("gate.py", 3))[-1])

    def test_what_cannot_be_checked_is_counted_with_the_reason(self) -> None:
        (self.clones / "empty").mkdir()
        outside = self.here / "secret"
        outside.write_text("x")
        lines = self.refresh(
            {"repository": "owner/name", "thread": "#12"}, self.source("gate.py", 3, repository="no/clone"),
            self.source("gate.py", 3, repository="../owner+name/x"), self.source("gate.py", 3, repository="a/../.."),
            self.source("gate.py", 3, repository="owner/name (a copy)"),
            self.source("gate.py", 3, repository="a/empty"),
            self.source("../../secret"), self.source("old/../../../secret", 1), self.source(str(outside)),
            self.source("-x"), self.source("a\nb"), self.source(None), self.source("gate.py", "3"),
            self.source("gate.py", 3, commit=None), self.source("gate.py", 3, commit="0123456789"),
            self.source("gate.py", 3, commit="--output=x"), self.source("gate.py", 5))
        self.assertEqual(lines[1], "17 sources of 1 rows: none checked.")
        reasons = {line[8:] for line in lines[4:]}
        self.assertEqual(sum(int(line[:6]) for line in lines[4:]), 17)
        self.assertLessEqual({"threads are not in a clone", "no clone of no/clone", "no path is cited", "not a line",
                              "not the name of a repository: ../owner+name/x", "not a commit: --output=x",
                              "not a path inside a repository: ../../secret", "no commit is cited with the line",
                              "not a path inside a repository: a b", "the commit is not in the clone",
                              "the cited line is empty", f"not a git clone with a HEAD: {self.clones}/empty"}, reasons)

    def test_a_citation_that_was_never_right(self) -> None:
        lines = self.refresh(self.source("gate.py", 99), self.source("kept.md", 1, commit=self.first[:9]))
        self.assertEqual(lines[1], "  READ  owner/name gate.py:99: the cited commit has no such line")

    def test_the_time_is_bounded(self) -> None:
        lines = self.refresh(self.source("gate.py", 3), self.source("kept.md"), more=("--seconds", "0"))
        self.assertEqual(lines[1], "2 sources of 1 rows: none checked.")
        self.assertIn("the time was over", lines[-1])

    def test_bad_input_is_said_in_one_line(self) -> None:
        good = {"id": "p.row", "sources": []}
        for text, clones in (("{", None), ("[]", None), (json.dumps({"backends": [{"id": 3, "sources": []}]}), None),
                             (json.dumps({"backends": [{**good, "sources": [3]}]}), None),
                             (json.dumps({"backends": [good]}), ""),
                             (json.dumps({"backends": [good]}), "/nonexistent")):
            with self.subTest(text=text, clones=clones):
                (self.catalogue / "p.json").write_text(text)
                words = [str(self.clones) if clones is None else clones, "--catalogue", str(self.catalogue)]
                done = subprocess.run([sys.executable, "-B", str(SCRIPT), *words], capture_output=True, text=True,
                                      check=False, timeout=60)
                self.assertEqual((done.returncode, done.stdout), (1, ""))
                self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
                self.assertTrue(done.stderr.startswith("refresh_catalogue.py: "), done.stderr)


if __name__ == "__main__":
    unittest.main()
