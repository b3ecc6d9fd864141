#!/usr/bin/env python3
"""How long a fleet's reports take to merge, and how much memory: seconds, MB/s, peak of resident memory.

    merge.py PROGRAM [--reports N] [--kilobytes KB] [--runs N] [--limits] [--different] [REPORT.json ...]

Makes N reports (10,000) of about KB kilobytes (200) each in a temporary folder: variations of the reports that are named,
or of tests/fixtures/h200.json. They differ as those of a fleet do: in time, rates and evidence all of them, in GPU model
a few, in driver and in the status of a feature or two some. With --different no two are alike: every third feature crashed,
each time another one. With --limits the status is 1 where 10,000 reports of 200 kB would take more than 5 s, or where
500 MB do not suffice.
"""

import argparse
import json
import os
import pathlib
import random
import resource
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]


def sized(report: dict, size: int) -> dict:
    """The report with less evidence, or more log, so that it is about `size` bytes long."""
    report = json.loads(json.dumps(report))
    for section in ("disputed", "surveys"):
        if len(json.dumps(report)) > size:
            report[section] = []
    lists = [row["evidence"] for gpu in report["gpus"] for row in gpu["features"]]
    while len(json.dumps(report)) > size and any(lists):
        for evidence in lists:
            del evidence[-1:]
    missing = size - len(json.dumps(report))
    if missing > 0:
        report["log"] = report.get("log", []) + ["x" * 98] * (missing // 102)
    return report


def different(base: dict, number: int, dice: random.Random) -> dict:
    """Like no other of the fleet."""
    report = dict(base)
    report["seed"] = number
    report["gpus"] = [{**gpu, "features": [
        {**row, "status": "crashed"} if dice.random() < 0.3 else row for row in gpu["features"]]} for gpu in base["gpus"]]
    return report


def varied(base: dict, number: int, dice: random.Random) -> dict:
    """Like a report of another machine of the fleet."""
    report = dict(base)
    report["created"] = f"2026-11-{1 + number % 28:02}T{number % 24:02}:{number % 60:02}:00Z"
    report["seed"] = number
    report["driver"] = dict(base["driver"])
    if dice.random() < 0.02:
        report["driver"]["version"] = "570.86.15"
    report["gpus"] = []
    for gpu in base["gpus"]:
        gpu = dict(gpu)
        if number % 50 == 0:
            gpu["name"] = f"NVIDIA Model {number // 50 % 20}"
        gpu["rates"] = [{**rate, "operations_per_clock_per_sm": rate["operations_per_clock_per_sm"] * dice.uniform(0.99, 1)}
                        for rate in gpu["rates"]]
        if dice.random() < 0.01:
            gpu["features"] = list(gpu["features"])
            at = dice.randrange(len(gpu["features"]))
            gpu["features"][at] = {**gpu["features"][at], "status": "crashed"}
        report["gpus"].append(gpu)
    return report


def written(folder: pathlib.Path, bases: list[dict], count: int, vary) -> int:
    """Bytes of all the files."""
    dice = random.Random(7)
    total = 0
    for number in range(count):
        text = json.dumps(vary(bases[number % len(bases)], number, dice), indent=0 if number % 2 else None)
        (folder / f"report-{number:06}.json").write_text(text)
        total += len(text)
    return total


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--reports", type=int, default=10_000)
    parser.add_argument("--kilobytes", type=int, default=200)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--limits", action="store_true")
    parser.add_argument("--different", action="store_true")
    parser.add_argument("base", nargs="*", type=pathlib.Path, default=[ROOT / "tests/fixtures/h200.json"])
    arguments = parser.parse_args()
    bases = [sized(json.loads(file.read_text()), arguments.kilobytes * 1000) for file in arguments.base]
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch) / "reports"
        folder.mkdir()
        total = written(folder, bases, arguments.reports, different if arguments.different else varied)
        best = float("inf")
        for _ in range(arguments.runs):
            began = time.monotonic()
            outputs = [f"{scratch}/fleet.{suffix}" for suffix in ("json", "html", "txt")]
            words = [arguments.program, "merge", str(folder)]
            for output in outputs:
                words += ["-o", output]
            status = os.spawnv(os.P_WAIT, arguments.program, words)
            best = min(best, time.monotonic() - began)
            if status != 0:
                print(f"{arguments.program} merge ended with status {status}", file=sys.stderr)
                return 2
        fleet = json.loads(pathlib.Path(outputs[0]).read_text())
        sizes = ", ".join(f"{pathlib.Path(output).stat().st_size / 1e6:.1f} MB {output.rpartition('.')[2]}" for output in outputs)
        assert fleet["reports"] == arguments.reports, fleet["reports"]
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    work = (used.ru_utime + used.ru_stime) / arguments.runs
    peak = used.ru_maxrss / 1024
    print(f"{arguments.reports} reports, {total / 1e6:.0f} MB, {len(fleet['classes'])} classes, "
          f"{os.cpu_count()} processors: {best:.2f} s ({work:.2f} s of processor time), {total / 1e6 / best:.0f} MB/s, {peak:.0f} MiB at most; {sizes}")
    expected = best * 10_000 * 200e3 / total
    if arguments.limits and (expected > 5 or peak > 500):
        print(f"too slow or too large: 10,000 reports of 200 kB would take {expected:.1f} s", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
