#!/usr/bin/env python3
"""Proves that the schema of the catalogue refuses what the program would not read.

usage: validate_backends_test.py SCHEMA
"""

import io
import sys
from contextlib import redirect_stdout

from validate_report_test import refused

SOURCE = {"repository": "a/b", "commit": "0123456", "path": "d", "line": 1}
COMMON = {"name": "n", "operation": "dsa.topk", "versions": "1.0", "date": "2026-11-22", "sources": [SOURCE]}
KERNEL = {"id": "p.kernel", "kind": "kernel", **COMMON, "needs": "tma.load", "admits": None, "cuda": "12.8",
          "shape": {"heads": [64, 128], "topk": {"multiple_of": 64}, "kv_dtype": ["bf16"]}}
SELECTOR = {"id": "p.selector", "kind": "selector", **COMMON, "chain": [{"when": "any", "try": ["p.kernel"]}]}
CATALOGUE = {"project": "P", "backends": [KERNEL, SELECTOR]}


def kernel(**keys):
    return lambda file: file["backends"][0].update(**keys)


def selector(**keys):
    return lambda file: file["backends"][1].update(**keys)


CHANGES = {
    "a key that nobody reads": kernel(speed=3),
    "a column of what others found": kernel(status={"sm_90": "yes"}),
    "no kind": lambda file: file["backends"][0].pop("kind"),
    "no versions": lambda file: file["backends"][0].pop("versions"),
    "another kind": kernel(kind="library"),
    "another operation": kernel(operation="gemm"),
    "an id with a space": kernel(id="p kernel"),
    "a kernel without needs": lambda file: file["backends"][0].pop("needs"),
    "a version that is a number": kernel(cuda=12.8),
    "a date in words": kernel(date="22 November"),
    "a data type that does not exist": kernel(shape={"kv_dtype": ["fp5"]}),
    "a number of the shape that does not exist": kernel(shape={"width": [1]}),
    "no number of heads": kernel(shape={"heads": []}),
    "bounds that say nothing": kernel(shape={"heads": {}}),
    "a negative bound": kernel(shape={"heads": {"min": -1}}),
    "no source": kernel(sources=[]),
    "a source of both kinds": kernel(sources=[{**SOURCE, "thread": "#1"}]),
    "a source of a gate that is not known": kernel(gate_source=0),
    "a selector with needs": selector(needs="tma.load"),
    "a kernel with a chain": kernel(chain=SELECTOR["chain"]),
    "an entry without candidates": selector(chain=[{"when": "any", "try": []}]),
    "an entry without a condition": selector(chain=[{"try": ["p.kernel"]}]),
}


def main(schema):
    with redirect_stdout(io.StringIO()):
        taken = refused(schema, CATALOGUE, {"no change": lambda file: None})
    if not taken:
        print("the unchanged catalogue is refused")
        return 1
    return refused(schema, CATALOGUE, CHANGES)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
