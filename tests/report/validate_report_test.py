#!/usr/bin/env python3
"""Proves that the validation can fail: a golden report with one thing changed must be refused.

usage: validate_report_test.py SCHEMA GOLDEN.json
"""

import copy
import io
import json
import pathlib
import sys
import tempfile
from contextlib import redirect_stdout

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import validate_report  # noqa: E402


def changed(valid, change):
    copied = copy.deepcopy(valid)
    change(copied)
    return copied


CHANGES = {
    "a status that does not exist": lambda r: r["gpus"][0]["features"][0].update(status="probably"),
    "a feature that does not exist": lambda r: r["gpus"][0]["features"][0].update(id="wgmma.f64"),
    "a verdict that does not exist": lambda r: r["gpus"][0]["backends"][0].update(verdict="maybe"),
    "a number written as text": lambda r: r["gpus"][0]["kernels"][0]["figures"][0].update(value="1.5"),
    "an evidence kind that does not exist": lambda r: r["gpus"][0]["features"][0]["evidence"][0].update(kind="hoped"),
    "a key missing": lambda r: r.pop("driver"),
    "a key that the schema does not name": lambda r: r["tool"].update(extra=1),
    "another major version": lambda r: r.update(schema_version="2.0.0"),
    "absence without a reason": lambda r: r["gpus"][0]["facts"].append({"key": "x", "value": None, "by": "driver"}),
}


def refused(schema, valid, changes):
    """Exit status: 0 if each change of a valid file is refused."""
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "changed.json"
        for name, change in changes.items():
            path.write_text(json.dumps(changed(valid, change)), encoding="utf-8")
            with redirect_stdout(io.StringIO()):
                status = validate_report.main([schema, str(path)])
            if status != 1:
                failures.append(f"{name}: expected 1, got {status}")
    print("\n".join(failures) or f"{len(changes)} changed files refused")
    return 1 if failures else 0


def main(schema, golden):
    return refused(schema, json.loads(pathlib.Path(golden).read_text(encoding="utf-8")), CHANGES)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
