#!/usr/bin/env python3
"""Which sources of the backend catalogue have changed since they were read: what a person must read again.

    refresh_catalogue.py CLONES [--catalogue FOLDER] [--seconds N]

CLONES holds git clones, bare or not, as NAME, OWNER/NAME or OWNER+NAME. Of each source with a path it is asked whether
the cited line's text is still in the file at HEAD, or, where no line is cited, whether the file is still there; of a
source that was read on another branch, at the end of that. Nothing is fetched, and nothing is written: neither the
clones nor the catalogue. Exit status 1: the arguments or the catalogue are wrong.
"""

from __future__ import annotations

import argparse
import collections
import dataclasses
import json
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
LARGEST_FILE = 8 << 20
CALL_SECONDS = 60  # one call of git
RENAMES = 5  # of one file, followed one after the other
# A clone may name programs to run, and a partial one would fetch what it lacks.
GIT = ["git", "--no-pager", "--literal-pathspecs", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null",
       "-c", "protocol.allow=never", "-c", "log.showSignature=false", "-c", "diff.renameLimit=2000"]
ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
ENVIRONMENT |= {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}


class Unchecked(Exception):
    """Why a source could not be checked."""


class BadInput(Exception):
    """What is wrong with the arguments or the catalogue."""


@dataclasses.dataclass(frozen=True)
class Finding:
    """`word` is counted; `read` where a person has to read the place again, else only the citation is old."""
    word: str
    text: str = ""
    read: bool = False


UNCHANGED = Finding("unchanged")


def plain(text: str, limit: int = 100) -> str:
    """Text of others on one line of a terminal."""
    text = "".join(c if c.isprintable() else " " for c in text).strip()
    return text if len(text) <= limit else text[:limit - 3] + "..."


class Clone:
    def __init__(self, folder: pathlib.Path, deadline: float) -> None:
        self.folder = folder.resolve()
        self.deadline = deadline
        # Not the repository that a folder above belongs to.
        self.environment = {**ENVIRONMENT, "GIT_CEILING_DIRECTORIES": str(self.folder.parent)}
        self.tips: dict[str, str] = {}
        self.texts: dict[tuple[str, str], list[str] | None] = {}
        self.homes: dict[tuple[str, str], str | None] = {}
        self.names: dict[str, dict[str, list[str]]] = {}

    def git(self, *words: str) -> bytes | None:
        """What it prints; None: it failed."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise Unchecked("the time was over")
        try:
            done = subprocess.run([*GIT, "-C", str(self.folder), *words], env=self.environment,
                                  stdin=subprocess.DEVNULL, capture_output=True, check=False,
                                  timeout=min(left, CALL_SECONDS))
        except subprocess.TimeoutExpired:
            raise Unchecked(f"git {words[0]} took too long in {self.folder}") from None
        return done.stdout if done.returncode == 0 else None

    def has_commit(self, commit: str) -> bool:
        return self.git("rev-parse", "--verify", "--quiet", "--end-of-options", commit + "^{commit}") is not None

    def lines(self, commit: str, path: str) -> list[str] | None:
        """Of a file, without the white space around them; None: it is not there."""
        key = (commit, path)
        if key not in self.texts:
            size = self.git("cat-file", "-s", f"{commit}:{path}")
            if size is not None and int(size) > LARGEST_FILE:
                raise Unchecked("a file is too large")
            blob = None if size is None else self.git("cat-file", "blob", f"{commit}:{path}")
            text = None if blob is None else blob.decode(errors="replace")
            self.texts[key] = None if text is None else [line.strip() for line in text.split("\n")]
        return self.texts[key]

    def exists(self, tip: str, path: str) -> bool:
        return self.git("cat-file", "-e", f"{tip}:{path}") is not None

    def tip(self, commit: str | None) -> str:
        """What to compare with: HEAD, or a branch that has the commit where HEAD has not."""
        if commit is None:
            return "HEAD"
        if commit not in self.tips:
            self.tips[commit] = "HEAD"
            if self.git("merge-base", "--is-ancestor", commit, "HEAD") is None:
                holders = self.git("for-each-ref", "--count=1", "--format=%(objectname)", f"--contains={commit}",
                                   "refs/heads", "refs/remotes")
                if holders and holders.strip():
                    self.tips[commit] = holders.decode().strip()
        return self.tips[commit]

    def renamed(self, tip: str, path: str) -> str | None:
        """Where git sees a file that is gone today."""
        for _ in range(RENAMES):
            end = self.git("log", "-1", "--diff-filter=D", "--no-renames", "--format=%H", tip, "--", path)
            if not end:
                return None
            shown = self.git("show", "-M", "-m", "--diff-filter=R", "--name-status", "-z", "--no-ext-diff",
                             "--no-textconv", "--format=", end.decode().strip()) or b""
            fields = shown.decode(errors="replace").split("\0")
            moves = {fields[i + 1]: fields[i + 2] for i in range(0, len(fields) - 2, 3)}
            if path not in moves:
                return None
            path = moves[path]
            if self.exists(tip, path):
                return path
        return None

    def home(self, tip: str, path: str) -> str | None:
        """Where a file that is gone is today: as git followed it, else the only one of that name."""
        if (tip, path) not in self.homes:
            if tip not in self.names:
                self.names[tip] = collections.defaultdict(list)
                listed = self.git("ls-tree", "-r", "-z", "--name-only", tip) or b""
                for name in listed.decode(errors="replace").split("\0"):
                    self.names[tip][name.rpartition("/")[2]].append(name)
            same = self.names[tip][path.rpartition("/")[2]]
            self.homes[tip, path] = self.renamed(tip, path) or (same[0] if len(same) == 1 else None)
        return self.homes[tip, path]

    def judge(self, commit: str | None, path: str, line: int | None) -> Finding:
        known = commit is not None and self.has_commit(commit)
        tip = self.tip(commit if known else None)
        now = path if self.exists(tip, path) else self.home(tip, path)
        if now is None:
            return Finding("file gone", "the file is gone", read=True)
        moved = "" if now == path else f"now {plain(now)}"
        if line is None:
            return Finding("file moved", moved) if moved else UNCHANGED
        if not known:
            if moved:
                return Finding("file moved", moved + "; the cited commit is not there to compare the line", read=True)
            raise Unchecked("no commit is cited with the line" if commit is None else "the commit is not in the clone")
        cited = self.lines(commit, path)
        if cited is None or not 1 <= line <= len(cited):
            what = "file" if cited is None else "line"
            return Finding("wrong citation", f"the cited commit has no such {what}", read=True)
        text = cited[line - 1]
        today = self.lines(tip, now)
        if not text:
            raise Unchecked("the cited line is empty")
        if today is None:
            raise Unchecked("the file cannot be read")
        places = [number for number, other in enumerate(today, 1) if other == text]
        if not places:
            return Finding("text gone", f"{moved + ': ' if moved else ''}the text is gone: {plain(text)}", read=True)
        place = min(places, key=lambda number: abs(number - line))
        if moved:
            return Finding("file moved", f"{moved}:{place}")
        if place == line:
            return UNCHANGED
        others = f", the nearest of {len(places)} such lines" if len(places) > 1 else ""
        return Finding("line moved", f"now line {place}{others}")


class Clones:
    def __init__(self, folder: pathlib.Path, deadline: float) -> None:
        self.folder = folder
        self.deadline = deadline
        self.known: dict[str, Clone | str] = {}  # or why there is none

    def clone(self, repository: str) -> Clone:
        if repository not in self.known:
            self.known[repository] = self.find(repository)
        found = self.known[repository]
        if isinstance(found, str):
            raise Unchecked(found)
        return found

    def find(self, repository: str) -> Clone | str:
        if not re.fullmatch(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9_][\w.-]*", repository) or ".." in repository:
            return f"not the name of a repository: {plain(repository)}"
        owner, name = repository.split("/")
        for place in (f"{owner}+{name}", f"{owner}/{name}", name):
            for folder in (self.folder / place, self.folder / f"{place}.git"):
                if not folder.is_dir():
                    continue
                clone = Clone(folder, self.deadline)
                if clone.git("rev-parse", "--verify", "--quiet", "HEAD^{commit}") is None:
                    return f"not a git clone with a HEAD: {folder}"
                # A folder named after the name alone may hold a fork of the same name.
                origin = (clone.git("config", "--get", "remote.origin.url") or b"").decode(errors="replace").strip()
                where = re.search(r"github\.com[:/]+([^/]+/[^/]+?)(?:\.git)?/?$", origin)
                if where and where[1].lower() != repository.lower():
                    return f"{folder} is a clone of {plain(where[1])}, not of {repository}"
                return clone
        return f"no clone of {repository}"


def checked_path(path: object) -> str:
    if not isinstance(path, str) or not path:
        raise Unchecked("no path is cited")
    if path.startswith(("/", "-")) or ".." in path.split("/") or "\\" in path or not path.isprintable():
        raise Unchecked(f"not a path inside a repository: {plain(path)}")
    return path.rstrip("/")


def judge(source: dict, clones: Clones) -> Finding:
    if "thread" in source:
        raise Unchecked("threads are not in a clone")
    path = checked_path(source.get("path"))
    commit, line = source.get("commit"), source.get("line")
    if commit is not None and not re.fullmatch("[0-9a-f]{7,64}", str(commit)):
        raise Unchecked(f"not a commit: {plain(str(commit))}")
    if line is not None and (not isinstance(line, int) or line < 1):
        raise Unchecked("not a line")
    return clones.clone(str(source.get("repository"))).judge(commit, path, line)


def address(source: dict) -> str:
    line = f":{source['line']}" if source.get("line") else ""
    return plain(f"{source.get('repository')} {source.get('path')}{line}", 160)


def read_rows(folder: pathlib.Path) -> list[dict]:
    rows = []
    files = sorted(folder.glob("*.json"))
    if not files:
        raise BadInput(f"{folder} holds no JSON file")
    for file in files:
        try:
            rows += json.loads(file.read_text(encoding="utf-8"))["backends"]
            for row in rows:
                if not isinstance(row["id"], str) or not all(isinstance(source, dict) for source in row["sources"]):
                    raise TypeError("a row needs an id and sources")
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadInput(f"{file}: {error}") from None
    return sorted(rows, key=lambda row: row["id"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("clones", metavar="CLONES")
    parser.add_argument("--catalogue", type=pathlib.Path, default=ROOT / "report" / "backends", metavar="FOLDER")
    parser.add_argument("--seconds", type=float, default=600, metavar="N", help="all in all (default 600)")
    # argparse itself ends with 2.
    parser.error = lambda message: sys.exit(f"refresh_catalogue.py: {message}")  # type: ignore[assignment]
    options = parser.parse_args()
    try:
        if not options.clones or not pathlib.Path(options.clones).is_dir():
            what = f"{options.clones} is not a folder" if options.clones else "no folder is named"
            raise BadInput(f"{what}: name the one that holds the clones (make refresh-catalogue CLONES=DIR)")
        rows = read_rows(options.catalogue)
    except BadInput as error:
        sys.exit(f"refresh_catalogue.py: {error}")

    clones = Clones(pathlib.Path(options.clones).resolve(), time.monotonic() + options.seconds)
    counts: collections.Counter[str] = collections.Counter()
    unchecked: collections.Counter[str] = collections.Counter()
    again = 0
    for row in rows:
        lines = []
        for index, source in enumerate(row["sources"]):
            try:
                finding = judge(source, clones)
            except Unchecked as reason:
                unchecked[str(reason)] += 1
                continue
            counts[finding.word] += 1
            if finding is UNCHANGED:
                continue
            again += finding.read
            gate = "gate, " if row.get("gate_source") == index else ""
            mark = "READ" if finding.read else "cite"
            lines.append(f"  {mark}  {address(source)}: {gate}{finding.text}")
        if lines:
            print(plain(row["id"]), *lines, sep="\n", flush=True)
    total = sum(counts.values()) + sum(unchecked.values())
    said = ", ".join(f"{number} {word}" for word, number in counts.most_common())
    print(f"\n{total} sources of {len(rows)} rows: {said or 'none checked'}.")
    print(f"To be read again: {again} (READ). Where only the place is another (cite), the citation can follow.")
    if unchecked:
        print(f"Not checked: {sum(unchecked.values())}.")
        for reason, number in unchecked.most_common():
            print(f"  {number:4}  {reason}")


main()
