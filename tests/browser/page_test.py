#!/usr/bin/env python3
"""The pages of named machines in a real browser.

    page_test.py PYTHON      PYTHON has Playwright; setup.sh here installs it and Chromium

Makes the pages with the program, then in_browser.py looks at them.
"""

from __future__ import annotations

import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path += [str(HERE.parent / "end_to_end"), str(HERE.parent / "support")]

from harness import MACHINES, command, environment, program  # noqa: E402  pylint: disable=wrong-import-position
from tools import lacks  # noqa: E402  pylint: disable=wrong-import-position

FIXTURE = MACHINES.parent / "fixtures" / "h200.json"
HOSTILE = ('</script></style></title><script>window.planted=1</script><img src="x" onerror="window.planted=2">'
           '<a href="javascript:window.planted=3" onclick=alert(1)>"\'`&lt;{{7*7}}')
# What a machine, a driver or a file can influence; the rest of a report is checked when it is read.
PLANTED = {"name", "text", "by", "message", "sentence", "remedy", "version", "library", "command", "finding", "claim",
           "who", "says", "reference", "topic", "about", "note", "absent"}


def planted(value: object, key: str = "") -> object:
    """The same report with hostile texts wherever text from outside can stand."""
    if isinstance(value, dict):
        return {name: planted(part, name) for name, part in value.items()}
    if isinstance(value, list):
        return [planted(part, key) for part in value]
    return f"{value} {HOSTILE}" if isinstance(value, str) and key in PLANTED | {"log", "notes"} else value


def eightfold(report: dict) -> dict:
    """The same with eight GPUs."""
    return {**report, "gpus": [{**report["gpus"][0], "index": index} for index in range(8)]}


def pages(folder: pathlib.Path) -> None:
    """A file NAME.html for each machine."""
    recorded = json.loads(FIXTURE.read_text())
    lines = {}
    for name, report in (("h200", recorded), ("hostile", planted(recorded)), ("eight_h200", eightfold(recorded))):
        source = folder / f"{name}.json"
        source.write_text(json.dumps(report))
        lines[name] = (None, [*program(), "render", str(source)])
    lines["offline"] = (None, [*program(), "--libcuda", "/nonexistent/libcuda.so.1"])
    lines["gb10"] = ("gb10", [*command("BP_PROGRAM", None), "--level", "quick"])

    def write(name: str) -> None:
        machine, line = lines[name]
        subprocess.run([*line, "-o", str(folder / f"{name}.html")], env=environment(machine), check=True, timeout=100,
                       stdout=subprocess.DEVNULL)

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(write, lines))


def missing(python: str) -> str:
    if shutil.which("chromium") is None:
        return "chromium is not installed"
    if not pathlib.Path(python).exists():
        return f"{python} does not exist"
    return ""


def main() -> int:
    python = sys.argv[1]
    if problem := missing(python):
        lacks(f"{problem}: sh tests/browser/setup.sh installs what this test needs")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        pages(folder)
        return subprocess.run([python, "-B", str(HERE / "in_browser.py")], check=False, timeout=270,
                              env={**os.environ, "BP_PAGES": str(folder)}).returncode


if __name__ == "__main__":
    sys.exit(main())
