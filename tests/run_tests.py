#!/usr/bin/env python3
"""Runs the tests of this folder against a given blackwell-probe; nothing is built or installed.

What a machine lacks is skipped and named, never counted as passed. Exit status: 0 nothing failed, 1 something failed,
2 usage.
"""

from __future__ import annotations

import argparse
import collections
import importlib.util
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as xml

HERE = pathlib.Path(__file__).resolve().parent


class Results:
    """Says what failed and was skipped when it happens, and counts."""

    def __init__(self, verbose: bool) -> None:
        self.verbose = verbose
        self.passed = 0
        self.failed: list[str] = []
        self.skipped: collections.Counter[str] = collections.Counter()

    def add(self, name: str, failure: str = "", skip: str = "") -> None:
        if failure:
            self.failed.append(name)
            print(f"FAILED  {name}\n{failure.rstrip()}", flush=True)
        elif skip:
            self.skipped[skip] += 1
            if self.verbose:
                print(f"skipped {name}: {skip}", flush=True)
        else:
            self.passed += 1
            if self.verbose:
                print(f"passed  {name}", flush=True)

    def summary(self) -> str:
        lines = [f"  {count} skipped: {reason}" for reason, count in self.skipped.most_common()]
        lines += [f"  failed: {name}" for name in self.failed]
        lines.append(f"{self.passed} passed, {len(self.failed)} failed, {sum(self.skipped.values())} skipped")
        return "\n".join(lines)


def programs(label: str | None) -> list[str]:
    """The GoogleTest programs, all or those of one label: `NAME LABEL` a line."""
    rows = [line.split() for line in (HERE / "tests" / "programs.txt").read_text().splitlines()]
    return [name for name, its_label in rows if label in (None, its_label)]


def listed(command: list[str], environment: dict[str, str]) -> list[str]:
    """Names of a GoogleTest program's tests as Suite.Test."""
    done = subprocess.run([*command, "--gtest_list_tests"], env=environment, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, universal_newlines=True, timeout=120, check=False)
    if done.returncode != 0:
        raise OSError(f"status {done.returncode}: {done.stderr.strip()}")
    names, suite = [], ""
    for line in done.stdout.splitlines():
        word = line.split("#")[0].strip()
        if line.startswith(" "):
            names.append(suite + word)
        elif word.endswith("."):
            suite = word
    return names


def run_program(name: str, prefix: list[str], wanted: re.Pattern[str], environment: dict[str, str],
                results: Results) -> None:
    command = [*prefix, str(HERE / "bin" / name)]
    try:
        tests = [test for test in listed(command, environment) if wanted.search(f"{name}.{test}")]
    except (OSError, subprocess.TimeoutExpired) as error:
        results.add(name, failure=f"it does not start: {error}")
        return
    if not tests:
        return
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder) / "report.xml"
        selection = pathlib.Path(folder) / "selection"  # may be longer than a command line
        selection.write_text("--gtest_filter=" + ":".join(tests) + "\n")
        try:
            done = subprocess.run([*command, f"--gtest_flagfile={selection}", f"--gtest_output=xml:{report}"],
                                  env=environment, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  timeout=1800, check=False)
            status, output = done.returncode, done.stdout.decode(errors="replace")
        except subprocess.TimeoutExpired as error:
            status, output = -int(signal.SIGKILL), (error.stdout or b"").decode(errors="replace")
        cases = list(xml.parse(report).iter("testcase")) if report.exists() else []
    if len(cases) != len(tests):  # it did not get to its end
        last = "\n".join(output.splitlines()[-15:])
        results.add(name, failure=f"it ended with status {status}; its last lines:\n{last}")
        return
    failures_before = len(results.failed)
    for case in cases:
        failures = "\n".join(item.get("message", "") for item in case.iter("failure"))
        skip = next((text_of(item) for item in case.iter("skipped")), "")
        results.add(f"{name}.{case.get('classname')}.{case.get('name')}", failure=failures, skip=skip)
    if status != 0 and len(results.failed) == failures_before:
        results.add(name, failure=f"no test failed, but it ended with status {status}")


def text_of(skipped: xml.Element) -> str:
    """Its first line names the place in the source, the next ones the reason."""
    lines = (skipped.get("message") or skipped.text or "").strip().splitlines()
    return " ".join(lines[1:] if len(lines) > 1 else lines) or "no reason given"


class Unittests(unittest.TestResult):
    """Of one test."""

    def __init__(self) -> None:
        super().__init__()
        self.failure = ""
        self.skip = ""

    def addFailure(self, test, err) -> None:  # noqa: N802
        self.failure += self._exc_info_to_string(err, test)

    addError = addFailure  # noqa: N815

    def addSubTest(self, test, subtest, err) -> None:  # noqa: N802
        if err is not None:
            self.failure += f"{subtest}:\n" + self._exc_info_to_string(err, test)

    def addSkip(self, test, reason) -> None:  # noqa: N802
        self.skip = reason


def cases_of(suite: unittest.TestSuite):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from cases_of(item)
        else:
            yield item


def run_unittests(wanted: re.Pattern[str], results: Results) -> None:
    """The environment is set before: the modules read it when they are loaded."""
    sys.dont_write_bytecode = True
    folder = str(HERE / "tests" / "end_to_end")
    found = unittest.defaultTestLoader.discover(folder, pattern="test_*.py", top_level_dir=folder)
    for case in cases_of(found):
        # A module that cannot be loaded is a failure, whatever was asked for.
        if type(case).__name__ == "_FailedTest" or wanted.search(f"end_to_end.{case.id()}"):
            outcome = Unittests()
            case.run(outcome)
            results.add(f"end_to_end.{case.id()}", failure=outcome.failure, skip=outcome.skip)


def run_validation(wanted: re.Pattern[str], results: Results) -> None:
    """The example reports against the schema, and proof that the validation can fail."""
    report = HERE / "tests" / "report"
    schema = str(HERE / "report" / "schema" / "report.schema.json")
    examples = sorted(str(file) for file in (report / "golden").glob("*.json"))
    for name, words in (("golden", ["validate_report.py", schema, *examples]),
                        ("refuses_changed_reports", ["validate_report_test.py", schema, str(report / "golden" / "h200.json")])):
        if not wanted.search(f"report_schema.{name}"):
            continue
        if importlib.util.find_spec("jsonschema") is None:
            results.add(f"report_schema.{name}", skip="jsonschema is not installed: no report is validated")
            continue
        done = subprocess.run([sys.executable, "-B", str(report / words[0]), *words[1:]], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, universal_newlines=True, check=False)
        results.add(f"report_schema.{name}", failure=done.stdout if done.returncode != 0 else "")


def environment(arguments: argparse.Namespace) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items()
            if not key.startswith("BP_") and key not in ("REQUIRE_PATHS", "REQUIRE_GPU")}
    library = HERE / "lib"
    kept.update(BP_TEST_ROOT=str(HERE), BP_FAULTY=str(HERE / "bin" / "blackwell-probe-faulty"),
                BP_FAKE_WORKER=str(HERE / "bin" / "bp-fake-worker"),
                BP_FAKE_DRIVER=str(library / "fake_driver" / "libcuda.so.1"), BP_FAKE_NVML=str(library / "fake_nvml"),
                BP_NO_NVML=str(library / "no_nvml"), BP_FAKE_CUPTI=str(library / "fake_cupti"),
                BP_SPARK_NVML=str(library / "spark_nvml" / "libbp_engine_fake_nvml.so"))
    for variable, path in (("BP_PROGRAM", arguments.program), ("BP_PTXAS", arguments.ptxas),
                           ("BP_ASSEMBLERS", arguments.assemblers)):
        if path is not None:
            kept[variable] = str(path.resolve())
    if arguments.gpu:
        kept["REQUIRE_GPU"] = "1"
    if arguments.emulator:
        words = shlex.split(arguments.emulator)
        words[0] = shutil.which(words[0]) or words[0]
        # See tests/emulated: it starts the emulator again where the program starts itself.
        kept["BP_EMULATOR"] = "\n".join([*words, "-E", f"LD_PRELOAD={library / 'libstart_itself.so'}"])
    return kept


def parse(parser: argparse.ArgumentParser) -> argparse.Namespace:
    parser.add_argument("--program", type=pathlib.Path, help="the blackwell-probe to test; needed without --gpu")
    parser.add_argument("--ptxas", type=pathlib.Path,
                        help="ptxas of the release that the program was built with; without it, what needs it is skipped")
    parser.add_argument("--assemblers", type=pathlib.Path,
                        help="folder with older ones as VERSION/ptxas; without it, what needs them is skipped")
    parser.add_argument("--emulator", metavar="COMMAND",
                        help="runs the programs, for example 'qemu-aarch64-static -L /usr/aarch64-linux-gnu'")
    parser.add_argument("--only", metavar="REGEX", type=re.compile, default=re.compile(""),
                        help="only tests whose name it is found in: PROGRAM.SUITE.TEST, end_to_end.MODULE.CLASS.TEST")
    parser.add_argument("--gpu", action="store_true",
                        help="only the tests that need a GPU; they fail where there is none")
    parser.add_argument("-v", "--verbose", action="store_true", help="name each test")
    arguments = parser.parse_args()
    if arguments.program is None and not arguments.gpu:
        parser.error("--program is missing")
    for path in (arguments.program, arguments.ptxas):
        if path is not None and not os.access(path, os.X_OK):
            parser.error(f"{path} is not a program that can be run")
    if arguments.emulator and shutil.which(shlex.split(arguments.emulator)[0]) is None:
        parser.error(f"there is no {shlex.split(arguments.emulator)[0]}: install qemu-user-static")
    return arguments


def main() -> int:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever started this may ignore it: the tests interrupt
    parser = argparse.ArgumentParser(prog="run-tests", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments = parse(parser)
    variables = environment(arguments)
    os.environ.clear()
    os.environ.update(variables)
    results = Results(arguments.verbose)
    prefix = [*filter(None, variables.get("BP_EMULATOR", "").split("\n"))]
    for name in programs("gpu" if arguments.gpu else None):
        run_program(name, prefix, arguments.only, variables, results)
    if not arguments.gpu:
        run_unittests(arguments.only, results)
        run_validation(arguments.only, results)
    print(results.summary())
    if not (results.passed or results.failed or results.skipped):
        print("no test has such a name", file=sys.stderr)
        return 2
    return 1 if results.failed else 0


if __name__ == "__main__":
    sys.exit(main())
