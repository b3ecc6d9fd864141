#!/usr/bin/env python3
"""Times whole processes in turn (A B A B ...) and prints the median of each and the ratio A / B.

    tests/timing/compare.py [-n RUNS] 'COMMAND A' 'COMMAND B'

For `run --level quick` against the smallest CUDA program, and for start-up against /bin/true.
"""
import argparse
import shlex
import statistics
import subprocess
import time


def seconds(command):
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - start


parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("-n", type=int, default=5, help="counted runs of each, after one that warms up")
parser.add_argument("a")
parser.add_argument("b")
arguments = parser.parse_args()
commands = [shlex.split(arguments.a), shlex.split(arguments.b)]
times = [[], []]
for run in range(arguments.n + 1):
    for index, command in enumerate(commands):
        taken = seconds(command)
        if run > 0:
            times[index].append(taken)
for name, command, taken in zip("AB", commands, times):
    print(f"{name}  min {min(taken) * 1e3:.1f}  median {statistics.median(taken) * 1e3:.1f}  max {max(taken) * 1e3:.1f} ms"
          f"  {shlex.join(command)}")
a, b = (statistics.median(taken) for taken in times)
print(f"A / B {a / b:.2f}   A - B {(a - b) * 1e3:.1f} ms")
