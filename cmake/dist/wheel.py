#!/usr/bin/env python3
"""Packs a program folder of the distribution as a Python wheel.

    wheel.py --prefix FOLDER --arch x86_64|aarch64 --version 0.1.0 --out DIR --work DIR

The same folder gives the same bytes: times come from SOURCE_DATE_EPOCH, or the build backend's fixed one.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import shutil
import subprocess

import tools

HERE = pathlib.Path(__file__).resolve().parent
README = HERE.parents[1] / "README.md"
# Oldest glibc of the distribution, as wheels name it.
PLATFORM = "manylinux_2_28"


def long_description(readme: str) -> str:
    """The README without pictures: a package page has no files beside it."""
    return "".join(line for line in readme.splitlines(keepends=True) if not line.startswith("!["))


def build_wheel(prefix: pathlib.Path, arch: str, version: str, out: pathlib.Path, work: pathlib.Path,
                python: pathlib.Path | None = None) -> pathlib.Path:
    """The wheel's path, in `out`. `work` is scratch, and keeps the tools for the next call. `python`: one that has the
    tools already."""
    python = python or tools.tools(work / "tools")
    tag = f"py3-none-{PLATFORM}_{arch}"
    project = work / f"wheel-{arch}"
    shutil.rmtree(project, ignore_errors=True)
    shutil.copytree(HERE / "python", project, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(prefix, project / "prefix")
    documents = prefix / "share" / "doc" / "blackwell-probe"
    for name in ("LICENSE", "THIRD-PARTY.txt"):
        shutil.copy(documents / name, project / name)
    (project / "README.md").write_text(long_description(README.read_text()))

    out = out.absolute()
    out.mkdir(parents=True, exist_ok=True)
    environment = dict(os.environ, BP_VERSION=version, BP_WHEEL_TAG=tag, PYTHONDONTWRITEBYTECODE="1")
    done = subprocess.run([str(python), "-m", "hatchling", "build", "--target", "wheel", "--directory", str(out)],
                          cwd=project, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{done.stdout}{done.stderr}\nThe wheel of {prefix} could not be built.")
    wheel = out / f"blackwell_probe-{version}-{tag}.whl"
    if not wheel.exists():
        raise SystemExit(f"The build backend made no {wheel.name}; it says:\n{done.stdout}{done.stderr}")
    return wheel


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("prefix", "out", "work"):
        parser.add_argument(f"--{name}", required=True, type=pathlib.Path)
    parser.add_argument("--arch", required=True, choices=["x86_64", "aarch64"])
    parser.add_argument("--version", required=True)
    print(build_wheel(**vars(parser.parse_args())))


if __name__ == "__main__":
    main()
