"""Runs the real program against the fake driver playing a machine of tests/machines."""

from __future__ import annotations

import dataclasses
import functools
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

try:
    import jsonschema
except ImportError:  # a test machine may have nothing but Python itself
    jsonschema = None

MACHINES = pathlib.Path(__file__).resolve().parent.parent / "machines"
sys.path.append(str(MACHINES.parent / "report"))
from validate_report import closed  # noqa: E402

SCHEMAS = pathlib.Path(__file__).resolve().parents[2] / "report" / "schema"
# Set by CTest: there, what is missing is an error and no reason to skip.
COMPLETE = os.environ.get("REQUIRE_PATHS") == "1"


def path_of(variable: str) -> str:
    """Set by CTest, see CMakeLists.txt here, and by run-tests."""
    return os.environ[variable]


def program(variable: str = "BP_PROGRAM") -> list[str]:
    """How to start it: BP_EMULATOR holds an emulator and its arguments, one a line."""
    return [*filter(None, os.environ.get("BP_EMULATOR", "").split("\n")), path_of(variable)]


@functools.lru_cache(maxsize=None)
def validator(of: str):
    """Strict: a key that the schema does not name is one that somebody forgot there. None where jsonschema is not
    installed; run-tests then says that no report was validated."""
    if jsonschema is None and not COMPLETE:
        return None
    schema = json.loads((SCHEMAS / f"{of}.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(closed(schema))


def schema_problems(document: dict, of: str = "report") -> list[str]:
    checker = validator(of)
    return [] if checker is None else [f"{error.json_path}: {error.message}" for error in checker.iter_errors(document)]


def read_machine(name: str) -> dict:
    """The keys that concern the tests themselves; the driver reads the rest."""
    machine = json.loads((MACHINES / f"{name}.json").read_text())
    if "extends" in machine:
        machine = {**read_machine(machine["extends"].removesuffix(".json")), **machine}
    return machine


def environment(name: str | None) -> dict[str, str]:
    """Nothing of this machine's own CUDA set-up shows through."""
    kept = {key: value for key, value in os.environ.items()
            if not key.startswith(("CUDA_", "NVIDIA_", "BLACKWELL_PROBE_", "SLURM_")) and key != "LD_LIBRARY_PATH"}
    for ours, its in (("BP_PTXAS", "PTXAS"), ("BP_ASSEMBLERS", "ASSEMBLERS")):
        if os.environ.get(ours):
            kept[f"BLACKWELL_PROBE_FAKE_{its}"] = os.environ[ours]
    nvml = path_of("BP_FAKE_NVML")
    if name is not None:
        machine = read_machine(name)
        kept["BLACKWELL_PROBE_FAKE_MACHINE"] = str(MACHINES / f"{name}.json")
        kept.update(machine.get("environment", {}))
        if machine.get("without_nvml"):
            nvml = path_of("BP_NO_NVML")
    else:
        nvml = path_of("BP_NO_NVML")
    kept["LD_LIBRARY_PATH"] = nvml
    return kept


@dataclasses.dataclass
class Run:
    status: int
    report: dict
    html: str
    markdown: str
    text: str
    errors: str
    seconds: float
    trace: list[str]  # what the driver was asked to do

    @property
    def problem(self) -> dict | None:
        return self.report["driver"]["problem"]

    @property
    def log(self) -> str:
        return "\n".join(self.report["log"])

    def gpu(self, index: int = 0) -> dict:
        return self.report["gpus"][index]

    def feature(self, name: str, gpu: int = 0) -> dict:
        return next(row for row in self.gpu(gpu)["features"] if row["id"] == name)

    def by_status(self, gpu: int = 0) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for row in self.gpu(gpu)["features"]:
            found.setdefault(row["status"], set()).add(row["id"])
        return found

    def backend(self, name: str, gpu: int = 0) -> dict:
        return next(row for row in self.gpu(gpu)["backends"] if row["id"] == name)

    def assemblies(self) -> list[str]:
        return [line for line in self.trace if line.startswith("assemble")]


def command(name: str, libcuda: str | None, *arguments: str) -> list[str]:
    return [*program(name), "run", "--libcuda", libcuda or path_of("BP_FAKE_DRIVER"), *arguments]


def run(machine: str | None, *arguments: str, program: str = "BP_PROGRAM", libcuda: str | None = None,
        extra: dict[str, str] | None = None, level: str = "quick", limit: float = 120, bare: bool = False) -> Run:
    """One run with all outputs; the JSON report is checked against the shipped schema. `machine` None: no fake."""
    with tempfile.TemporaryDirectory() as folder:
        here = pathlib.Path(folder)
        variables = {**environment(machine), "BLACKWELL_PROBE_FAKE_TRACE": str(here / "trace"), **(extra or {})}
        line = command(program, libcuda, "--level", level, *arguments, "-o", "report.json", "-o", "report.html", "-o", "report.md")
        if bare:
            line.remove("run")
        start = time.monotonic()
        done = subprocess.run(line, cwd=here, env=variables, capture_output=True, text=True, timeout=limit, check=False)
        seconds = time.monotonic() - start
        return collect(here, done.returncode, done.stdout, done.stderr, seconds)


def read_trace(here: pathlib.Path) -> list[str]:
    """What the driver was asked to do. A machine that it cannot play for want of an assembler skips the test."""
    trace = (here / "trace").read_text().splitlines() if (here / "trace").exists() else []
    for line in trace:
        if line.startswith("cannot play: "):
            raise AssertionError(line) if COMPLETE else unittest.SkipTest(f"{line} (run-tests --ptxas, --assemblers)")
    return trace


def collect(here: pathlib.Path, status: int, out: str, errors: str, seconds: float) -> Run:
    trace = read_trace(here)
    if not (here / "report.json").exists():
        raise AssertionError(f"no report was written; status {status}, stderr:\n{errors}")
    report = json.loads((here / "report.json").read_text())
    problems = schema_problems(report)
    if problems:
        raise AssertionError("report.json does not keep its schema:\n" + "\n".join(problems[:10]))
    markdown = (here / "report.md").read_bytes()
    if len(markdown) >= 60_000:
        raise AssertionError("report.md is too long for an issue")
    return Run(status, report, (here / "report.html").read_text(), markdown.decode(), out, errors, seconds, trace)


def children(pid: int) -> list[int]:
    found = []
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        if int(fields[1]) == pid:
            found.append(int(stat.parent.name))
    return found


def kill_workers(process: subprocess.Popen) -> None:
    for pid in children(process.pid):
        os.kill(pid, signal.SIGKILL)


def disturb(machine: str, *arguments: str, after: str, action, program: str = "BP_FAULTY",
            extra: dict[str, str] | None = None) -> Run:
    """Starts a run and does `action` to it once `after` is in the trace; seconds count from there."""
    with tempfile.TemporaryDirectory() as folder:
        here = pathlib.Path(folder)
        variables = {**environment(machine), "BLACKWELL_PROBE_FAKE_TRACE": str(here / "trace"), **(extra or {})}
        line = command(program, None, "--level", "quick", *arguments, "-o", "report.json", "-o", "report.html", "-o", "report.md")
        with subprocess.Popen(line, cwd=here, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True) as process:
            deadline = time.monotonic() + 60
            while not ((here / "trace").exists() and after in (here / "trace").read_text()):
                if time.monotonic() > deadline or process.poll() is not None:
                    process.kill()
                    read_trace(here)
                    raise AssertionError(f"'{after}' was not reached: {process.communicate()[1]}")
                time.sleep(0.01)
            time.sleep(0.2)
            action(process)
            start = time.monotonic()
            out, errors = process.communicate(timeout=60)
            seconds = time.monotonic() - start
        return collect(here, process.returncode, out, errors, seconds)


def interrupt(machine: str, *arguments: str, after: str, **options) -> Run:
    """Ctrl-C reaches the front process: the workers are not in its foreground process group."""
    return disturb(machine, *arguments, after=after, action=lambda process: process.send_signal(signal.SIGINT), **options)
