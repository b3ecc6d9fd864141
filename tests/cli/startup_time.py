#!/usr/bin/env python3
"""Start-up cost of the commands that probe nothing, against /bin/true.

usage: tests/cli/startup_time.py PROGRAM [REPORT.json] [--runs N] [--limit MS] [--cpu]

Prints the fastest of N runs of each command (the fastest, as anything else measures the machine's other work),
by the wall clock and in processor time, and fails if one costs more than the limit above /bin/true. On a busy
machine only the processor time means something: --cpu judges that.
"""
import argparse
import os
import subprocess
import sys
import time


def fastest(command, runs):
    """Milliseconds: wall clock, processor."""
    wall = processor = float("inf")
    with open(os.devnull, "r+b") as null:
        for _ in range(runs):
            start = time.perf_counter()
            child = subprocess.Popen(command, stdin=null, stdout=null, stderr=null)
            _, status, usage = os.wait4(child.pid, 0)
            wall = min(wall, time.perf_counter() - start)
            processor = min(processor, usage.ru_utime + usage.ru_stime)
            child.returncode = status
            if status != 0:
                sys.exit(f"{' '.join(command)} ended with wait status {status}")
    return wall * 1000, processor * 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("report", nargs="?", help="a report.json, to time render too")
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--limit", type=float, default=20, help="milliseconds")
    parser.add_argument("--cpu", action="store_true", help="judge processor time")
    arguments = parser.parse_args()

    commands = [["version"], ["--help"], ["list", "probes"], ["list", "backends"], ["list", "targets"],
                ["list", "kernels"], ["matrix"], ["matrix", "--format", "csv"]]
    if arguments.report:
        commands += [["render", arguments.report, "--format", name] for name in ("text", "json", "html")]
    base = fastest(["/bin/true"], arguments.runs)
    print("   wall  processor")
    print(f"{base[0]:7.1f} {base[1]:10.1f} ms  /bin/true")
    slow = []
    for command in commands:
        cost = [a - b for a, b in zip(fastest([arguments.program, *command], arguments.runs), base)]
        print(f"{cost[0]:+7.1f} {cost[1]:+10.1f} ms  {' '.join(command)}")
        if cost[arguments.cpu] > arguments.limit:
            slow.append(" ".join(command))
    if slow:
        sys.exit(f"more than {arguments.limit:g} ms above /bin/true: {', '.join(slow)}")


main()
