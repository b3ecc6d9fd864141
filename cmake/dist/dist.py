#!/usr/bin/env python3
"""Makes the distribution: for each architecture a folder, an archive, a wheel and a .deb, and the test programs.

    dist.py [--targets all|default] [--arch ARCH] [--without-tests] [--native DIR] [--work DIR] [--output DIR]

The device code is made once, by a native build (--native), and is the same for both architectures; the host side is
cross-compiled with the toolchain beside this file. docs/releasing.md says how a release is made of it.
"""

import argparse
import gzip
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile

import deb
import wheel

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parents[1]
ARCHITECTURES = ["x86_64", "aarch64"]


def run(*command: object) -> None:
    """What it prints is shown: builds take minutes."""
    words = [str(word) for word in command]
    if subprocess.run(words, check=False).returncode != 0:
        raise SystemExit(f"The distribution could not be made: {' '.join(words)} failed.")


def build_native(folder: pathlib.Path, targets: str, unity: bool) -> str:
    """Device code and documents. The version."""
    run("cmake", "-S", SOURCE, "-B", folder, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "--log-level=WARNING",
        f"-DBP_ALL_TARGETS={'ON' if targets == 'all' else 'OFF'}", *(["-DCMAKE_UNITY_BUILD=ON"] if unity else []))
    run("cmake", "--build", folder, "--target", "device_code", "bp_documents")
    cache = (folder / "CMakeCache.txt").read_text()
    return re.search(r"^CMAKE_PROJECT_VERSION:STATIC=(.+)$", cache, re.MULTILINE)[1]


def build_host(arch: str, native: pathlib.Path, work: pathlib.Path, tests: bool) -> pathlib.Path:
    """The program of one architecture, and its tests; their build folder."""
    zig = work / "zig"
    prefix = work / "prefix" / arch
    run(sys.executable, HERE.parent / "fetch_toolkit.py", "--zig", zig)
    run(sys.executable, HERE / "dependencies.py", "--zig", zig, "--arch", arch, "--work", work / "libraries",
        "--prefix", prefix)
    folder = work / arch
    run("cmake", "-S", SOURCE, "-B", folder, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "--log-level=WARNING",
        f"-DCMAKE_TOOLCHAIN_FILE={HERE / 'toolchain.cmake'}", f"-DBP_ARCH={arch}", f"-DBP_ZIG={zig}",
        f"-DBP_PREFIX={prefix}", f"-DBP_NATIVE={native}", f"-DBP_TESTS={'ON' if tests else 'OFF'}",
        "-DCMAKE_UNITY_BUILD=ON")
    run("cmake", "--build", folder)
    return folder


def install(build: pathlib.Path, component: str, folder: pathlib.Path) -> None:
    """Replaces `folder`."""
    shutil.rmtree(folder, ignore_errors=True)
    done = subprocess.run(["cmake", "--install", str(build), "--component", component, "--prefix", str(folder)],
                          stdout=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{component} could not be installed into {folder}.")


def pack(folder: pathlib.Path, epoch: int) -> None:
    """folder.tar.gz: the same bytes whoever packs, and whenever."""
    archive = folder.with_name(folder.name + ".tar.gz")

    def settle(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = "root"
        entry.mtime = epoch
        entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
        return entry

    with archive.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", filename="", mtime=epoch) as packed:
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as tar:
            tar.add(folder, arcname=folder.name, recursive=False, filter=settle)
            for path in sorted(folder.rglob("*")):
                tar.add(path, arcname=str(pathlib.Path(folder.name) / path.relative_to(folder)), recursive=False,
                        filter=settle)


def write_sums(output: pathlib.Path) -> None:
    files = sorted(file for file in output.iterdir() if file.is_file() and file.name != "SHA256SUMS")
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files]
    (output / "SHA256SUMS").write_text("".join(lines))


def commit_time() -> int:
    """Of the commit; 0 outside a checkout."""
    done = subprocess.run(["git", "-C", str(SOURCE), "log", "-1", "--format=%ct"], capture_output=True, text=True,
                          check=False)
    return int(done.stdout) if done.returncode == 0 else 0


def main() -> None:
    def absolute(text: str) -> pathlib.Path:
        return pathlib.Path(text).absolute()

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--targets", choices=["all", "default"], default="all",
                        help="what the kernels are assembled for; default: as in `make run`, quicker")
    parser.add_argument("--arch", choices=ARCHITECTURES, action="append", help="only this one; repeatable")
    parser.add_argument("--without-tests", action="store_true", help="the program alone, without the test programs")
    parser.add_argument("--native", type=absolute, help="folder of the native build")
    parser.add_argument("--native-unity", action="store_true", help="unity build there: quicker where all is new")
    parser.add_argument("--work", type=absolute, default=SOURCE / "build" / "dist")
    parser.add_argument("--output", type=absolute, default=SOURCE / "dist")
    arguments = parser.parse_args()
    native = arguments.native or SOURCE / "build" / ("all-targets" if arguments.targets == "all" else "default")

    epoch = int(os.environ.setdefault("SOURCE_DATE_EPOCH", str(commit_time())))
    version = build_native(native, arguments.targets, arguments.native_unity)
    if not arguments.arch:  # nothing of an earlier version stays
        shutil.rmtree(arguments.output, ignore_errors=True)
    arguments.output.mkdir(parents=True, exist_ok=True)
    for arch in arguments.arch or ARCHITECTURES:
        build = build_host(arch, native, arguments.work, not arguments.without_tests)
        program = arguments.output / f"blackwell-probe-{version}-linux-{arch}"
        folders = {"program": program}
        if not arguments.without_tests:
            folders["tests"] = program.with_name(program.name + "-tests")
        for component, folder in folders.items():
            install(build, component, folder)
            pack(folder, epoch)
        packaging = (arch, version, arguments.output, arguments.work / "packages")
        wheel.build_wheel(program, *packaging)
        deb.build_deb(program, *packaging)
    write_sums(arguments.output)


if __name__ == "__main__":
    main()
