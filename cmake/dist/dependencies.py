#!/usr/bin/env python3
"""Builds the libraries that the program and its tests link, with the compiler of the distribution.

    dependencies.py --zig DIR --arch x86_64|aarch64 --work DIR --prefix DIR

Debian's compiled C++ libraries need the C++ library they were compiled with, so those are built here from Debian's
source packages; of libraries that are headers alone the installed packages serve (cmake/setup.sh installs them).
"""

import argparse
import os
import pathlib
import shutil
import subprocess

TOOLCHAIN = pathlib.Path(__file__).resolve().parent / "toolchain.cmake"
# One release whatever this machine runs, so that everybody builds the same.
SUITE = "bookworm"
MIRROR = "http://deb.debian.org/debian"
# Source package -> folder of its CMakeLists.txt, and what to build of it.
SOURCES = {
    "libzstd": ("build/cmake", ["-DZSTD_BUILD_SHARED=OFF", "-DZSTD_BUILD_PROGRAMS=OFF", "-DZSTD_BUILD_TESTS=OFF"]),
    "simdjson": (".", ["-DBUILD_SHARED_LIBS=OFF", "-DSIMDJSON_DEVELOPER_MODE=OFF"]),
    "benchmark": (".", ["-DBENCHMARK_ENABLE_TESTING=OFF", "-DBENCHMARK_ENABLE_WERROR=OFF",
                        "-DBENCHMARK_INSTALL_DOCS=OFF",
                        # Not the version of the checkout that it is unpacked in; its __COUNTER__ is no error.
                        "-DGIT_VERSION=0.0.0", "-DCMAKE_CXX_FLAGS_RELEASE=-O3 -DNDEBUG -Wno-c2y-extensions"]),
}
GOOGLETEST = pathlib.Path("/usr/src/googletest")
HEADERS = ["CLI", "nlohmann", "toml++"]
HEADER_CONFIGS = ["CLI11", "nlohmann_json"]


def fetch_sources(work: pathlib.Path) -> dict[str, pathlib.Path]:
    """The unpacked source packages. Their list of packages is private: this machine's apt set-up is left alone."""
    found = {}
    for package in SOURCES:
        folder = work / "sources" / package
        if not folder.exists():
            scratch = work / "sources" / f".{package}"
            shutil.rmtree(scratch, ignore_errors=True)
            lists = work / "apt"
            (lists / "lists" / "partial").mkdir(parents=True, exist_ok=True)
            listing = lists / "sources.list"
            listing.write_text(f"deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] {MIRROR} {SUITE} main\n")
            apt = ["apt-get", "-qq", "-o", f"Dir::Etc::SourceList={listing}", "-o", "Dir::Etc::SourceParts=-",
                   "-o", f"Dir::State::Lists={lists}/lists", "-o", f"Dir::Cache={lists}", "-o", "APT::Sandbox::User=root"]
            if not any((lists / "lists").glob("*Sources*")):
                run([*apt, "update"])
            scratch.mkdir(parents=True)
            run([*apt, "source", package], cwd=scratch)
            unpacked = [path for path in scratch.iterdir() if path.is_dir()]
            assert len(unpacked) == 1, f"{package}: one source folder expected, not {unpacked}"
            unpacked[0].rename(folder)
            shutil.rmtree(scratch)
        found[package] = folder
    return found


def run(command: list[str], cwd: pathlib.Path | None = None) -> None:
    """Quiet when it works."""
    done = subprocess.run(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{done.stdout}\n{' '.join(command)} failed with status {done.returncode}.")


def build(source: pathlib.Path, options: list[str], arguments: argparse.Namespace) -> None:
    folder = arguments.work / arguments.arch / source.name
    if source.name == "cmake":
        folder = arguments.work / arguments.arch / source.parent.parent.name
    run(["cmake", "-S", str(source), "-B", str(folder), "-G", "Ninja", f"-DCMAKE_TOOLCHAIN_FILE={TOOLCHAIN}",
         f"-DBP_ZIG={arguments.zig}", f"-DBP_ARCH={arguments.arch}", f"-DBP_PREFIX={arguments.prefix}",
         "-DCMAKE_BUILD_TYPE=Release", f"-DCMAKE_INSTALL_PREFIX={arguments.prefix}", "-DCMAKE_INSTALL_LIBDIR=lib",
         *options])
    run(["cmake", "--build", str(folder), "--target", "install"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("zig", "work", "prefix"):
        parser.add_argument(f"--{name}", required=True, type=lambda text: pathlib.Path(text).absolute())
    parser.add_argument("--arch", required=True, choices=["x86_64", "aarch64"])
    arguments = parser.parse_args()
    stamp = arguments.prefix / ".complete"
    if stamp.exists():
        return
    for package, folder in fetch_sources(arguments.work).items():
        place, options = SOURCES[package]
        build(folder / place, options, arguments)
    build(GOOGLETEST, [], arguments)
    for name in HEADERS:
        shutil.copytree(pathlib.Path("/usr/include") / name, arguments.prefix / "include" / name, dirs_exist_ok=True)
    for name in HEADER_CONFIGS:
        shutil.copytree(pathlib.Path("/usr/share/cmake") / name, arguments.prefix / "share" / "cmake" / name,
                        dirs_exist_ok=True)
    stamp.touch()


if __name__ == "__main__":
    main()
