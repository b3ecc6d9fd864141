#!/usr/bin/env python3
"""Makes the distribution once more, in another folder and from nothing, and compares it byte by byte with the first.

    reproduce.py [--targets all|default] [--arch ARCH] [--without-tests]

After dist.py with the same targets. Status 1 if something differs.
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys

import dist

FIRST = dist.SOURCE / "dist"
AGAIN = dist.SOURCE / "build" / "again"


def sums(folder: pathlib.Path) -> dict[str, str]:
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    return {name: value for value, name in (line.split() for line in lines)}


def differing_files(first: pathlib.Path, second: pathlib.Path) -> list[str]:
    """Of two unpacked folders."""
    names = {path.relative_to(root) for root in (first, second) for path in root.rglob("*") if path.is_file()}
    return [str(name) for name in sorted(names)
            if not (first / name).exists() or not (second / name).exists()
            or (first / name).read_bytes() != (second / name).read_bytes()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--targets", choices=["all", "default"], default="all")
    parser.add_argument("--arch", choices=dist.ARCHITECTURES, help="only this one")
    parser.add_argument("--without-tests", action="store_true", help="leave out the archives of the test programs")
    arguments = parser.parse_args()
    if not (FIRST / "SHA256SUMS").exists():
        raise SystemExit("There is no distribution to compare with: call `make dist` first.")
    shutil.rmtree(AGAIN, ignore_errors=True)
    # No cache of the first build may answer in place of the second.
    environment = dict(os.environ, CCACHE_DISABLE="1", ZIG_GLOBAL_CACHE_DIR=str(AGAIN / "zig-cache"))
    command = [sys.executable, "-B", dist.__file__, "--targets", arguments.targets, "--native", str(AGAIN / "native"),
               "--native-unity", "--work", str(AGAIN / "dist"), "--output", str(AGAIN / "output")]
    if arguments.without_tests:
        command.append("--without-tests")
    if arguments.arch:
        command += ["--arch", arguments.arch]
    done = subprocess.run(command, env=environment, check=False)
    if done.returncode != 0:
        raise SystemExit("The second build failed.")
    first, second = sums(FIRST), sums(AGAIN / "output")
    if arguments.without_tests or arguments.arch:
        first = {name: value for name, value in first.items() if name in second}
    differing = sorted(name for name in first.keys() | second.keys() if first.get(name) != second.get(name))
    for name in differing:
        print(f"differs: {name}")
        folder = name.removesuffix(".tar.gz")
        if folder != name:
            print("".join(f"    {file}\n" for file in differing_files(FIRST / folder, AGAIN / "output" / folder)), end="")
    if differing:
        raise SystemExit(1)
    print(f"The same twice: {len(first)} files of the distribution.")
    shutil.rmtree(AGAIN)


if __name__ == "__main__":
    main()
