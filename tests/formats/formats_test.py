#!/usr/bin/env python3
"""Each format is judged by the rules of those who read it, on recorded, made-up and hostile reports.

    formats_test.py FORMAT PROGRAM REPORT.json...

What judges it is installed by tests/formats/setup.sh (tests/support/tools.py: what happens where it is not).
"""

from __future__ import annotations

import csv
import html.parser
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "support"))

from tools import lacks  # noqa: E402  pylint: disable=wrong-import-position

TOOLS = pathlib.Path(os.environ.get("BP_FORMAT_TOOLS") or pathlib.Path(
    os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "blackwell-probe" / "format-tools")

# What people outside can write into a report, and what a reader could make of it.
NASTY = ("</testcase>]]><x a=\"", "|`<script>alert(1)</script>`|", "\"} 1\n# TYPE x counter\nx{y=\"", "@octocat #1 GH-1",
         "https://example.org/x www.example.org", "=cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0",
         "\\|\\", "**b** [a](b) ![c](d) $x$ ~~e~~", "\u202e\x1b[31m\x07", "W" * 3000)
FREE_TEXTS = {"name", "sentence", "remedy", "text", "by", "reason", "version", "commit", "library", "note", "claim",
              "finding", "who", "says", "unit", "path", "absent"}


class Problem(Exception):
    """What a format gets wrong."""


def tool(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path=TOOLS)
    if found is None:
        lacks(f"{name} is not installed (tests/formats/setup.sh installs it)")
    return found


def run(command: list[str], text: str) -> str:
    done = subprocess.run(command, input=text, capture_output=True, encoding="utf-8", timeout=120, check=False)
    if done.returncode != 0:
        raise Problem(f"{' '.join(command[:3])}: status {done.returncode}: {(done.stdout + done.stderr)[:2000]}")
    return done.stdout


def planted(value, nasty: str, key: str = ""):
    if isinstance(value, dict):
        return {name: planted(item, nasty, name) for name, item in value.items()}
    if isinstance(value, list):
        return [planted(item, nasty, key) for item in value]
    # At the front too: there a formula is one.
    return f"{nasty} {value} {nasty}" if isinstance(value, str) and key in FREE_TEXTS else value


def eight_gpus(report: dict) -> dict:
    """Eight that differ, so that nothing can be said of all."""
    report = json.loads(json.dumps(report))
    report["gpus"] = [{**gpu, "index": index, "name": f"{gpu['name']} {index}"}
                      for gpu in report["gpus"][:1] for index in range(8)]
    return report


def reports(files: list[str]):
    for name in files:
        report = json.loads(pathlib.Path(name).read_text(encoding="utf-8"))
        short = pathlib.Path(name).stem
        yield short, report
        yield f"{short}, eight GPUs", eight_gpus(report)
        if len(json.dumps(report)) < 50_000:  # the short ones: each text is planted everywhere
            for nasty in NASTY:
                yield f"{short}, planted {nasty[:20]!r}", planted(report, nasty)


def render(program: str, report: dict, format_name: str) -> str:
    return run([program, "render", "-", "--format", format_name], json.dumps(report))


# --- what each format is judged by ---


def check_junit(text: str) -> None:
    schema = TOOLS / "junit-10.xsd"
    if not schema.exists():
        lacks("junit-10.xsd is not there (tests/formats/setup.sh fetches it)")
    run([tool("xmllint"), "--noout", "--nonet", "--schema", str(schema), "-"], text)


def check_prom(text: str) -> None:
    if not text.endswith("\n"):
        raise Problem("the last line has no end")
    run([tool("promtool"), "check", "metrics"], text)


def check_nfd(text: str) -> None:
    """Kubernetes, "Labels and Selectors"; node-feature-discovery, "Feature files"."""
    part = r"[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
    keys = []
    for line in text.splitlines():
        if re.match(r"# (?!\+)", line):
            continue
        match = re.fullmatch(rf"({part})=({part})", line)
        if match is None:
            raise Problem(f"no label: {line[:200]}")
        keys.append(match[1])
    if len(set(keys)) != len(keys) or len(text) > 64 * 1024:
        raise Problem("a label twice, or more than node-feature-discovery reads")


def check_csv(text: str) -> None:
    rows = list(csv.reader(io.StringIO(text), strict=True))
    if len(rows) != text.count("\n") or len({len(row) for row in rows}) != 1:
        raise Problem("not a line and all columns for each row")
    for cell in (cell for row in rows for cell in row):
        if len(cell) > 1 and cell[0] in "=+-@\t\r" and not re.fullmatch(r"[-+\d.eE]+", cell):
            raise Problem(f"a formula: {cell[:100]}")


def check_github(text: str) -> None:
    for line in text.splitlines():
        if not re.fullmatch(r"::(error|warning|notice)(?: title=[^:,]*)?::[^\r\n]*", line):
            raise Problem(f"no annotation: {line[:200]}")


class Markup(html.parser.HTMLParser):
    """Only what the program itself writes: no link, no picture, no script; and no mention outside of code."""
    ALLOWED = {"p", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "code", "strong", "em", "h3", "ul",
               "li", "blockquote"}

    def __init__(self) -> None:
        super().__init__()
        self.code = 0
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if tag not in self.ALLOWED or attrs:
            raise Problem(f"<{tag} {attrs}>")
        self.open.append(tag)
        self.code += tag == "code"

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise Problem(f"</{tag}> ends nothing")
        self.code -= tag == "code"

    def handle_data(self, data: str) -> None:
        found = re.search(r"@\w|#\d|GH-\d|://|\bwww\.|\$\w", data)
        if found and not self.code:
            raise Problem(f"GitHub makes a link of: {data[max(0, found.start() - 60):][:150]}")


def check_markdown(text: str) -> None:
    if len(text.encode()) >= 60_000 or not text.startswith("<!-- For an issue"):
        raise Problem(f"{len(text.encode())} bytes, {text[:60]!r}")
    page = run([tool("cmark-gfm"), "--unsafe", "-e", "table", "-e", "autolink", "-e", "strikethrough", "-e", "tagfilter"],
               text)
    markup = Markup()
    markup.feed(page)
    markup.close()
    if markup.open:
        raise Problem(f"not closed: {markup.open}")
    if "|" in re.sub(r"<code>.*?</code>", "", page, flags=re.S).replace("&#124;", ""):
        for line in page.splitlines():
            if line.startswith("<p>|"):
                raise Problem(f"a table that is none: {line[:200]}")
    columns = 0
    for line in text.splitlines():
        pipes = line.count("|") if line.startswith("|") else 0
        if pipes and columns and pipes != columns:
            raise Problem(f"a row of {pipes - 1} columns in a table of {columns - 1}: {line[:200]}")
        columns = pipes


CHECKS = {"junit": check_junit, "prom": check_prom, "nfd": check_nfd, "csv": check_csv, "github": check_github,
          "markdown": check_markdown}
# What each check must refuse, or it proves nothing.
BROKEN = {
    "junit": '<?xml version="1.0"?><testsuites><testsuite name="a"/></testsuites>',
    "prom": "# TYPE a gauge\na 1\na 1\n",
    "nfd": "blackwell-probe.wgmma=not allowed\n",
    "csv": "a,b\n=1+1,2\n",
    "github": "::set-output name=a::b\n",
    "markdown": "<!-- For an issue -->\n\nmade by @octocat\n",
}


def main() -> None:
    format_name, program, *files = sys.argv[1:]
    check = CHECKS[format_name]
    try:
        check(BROKEN[format_name])
    except Problem:
        pass
    else:
        sys.exit(f"{format_name}: what is broken was taken")
    count = 0
    for name, report in reports(files):
        text = render(program, report, format_name)
        try:
            check(text)
        except Problem as problem:
            with tempfile.NamedTemporaryFile("w", suffix=f".{format_name}", delete=False, encoding="utf-8") as file:
                file.write(text)
            sys.exit(f"{format_name} of {name}: {problem}\n({file.name})")
        count += 1
    print(f"{format_name}: {count} reports")


if __name__ == "__main__":
    main()
