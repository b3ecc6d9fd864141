#!/usr/bin/env python3
"""Fetches compilers from PyPI into a folder: parts of the CUDA toolkit, for a machine that has none, and Zig.

    fetch_toolkit.py --toolkit DIR              nvcc, ptxas, libnvvm and headers: DIR/bin, DIR/include
    fetch_toolkit.py --nvdisasm DIR             DIR/bin/nvdisasm
    fetch_toolkit.py --cupti DIR                CUPTI's headers and library: DIR/include, DIR/lib
    fetch_toolkit.py --assembler 12.2.140 DIR   DIR/ptxas, the assembler of that release
    fetch_toolkit.py --zig DIR                  the compiler of the distribution: DIR/bin/ARCH-{cc,c++,as}, DIR/bin/{ar,ranlib}

Nothing is done where the folder already holds the wanted thing. It appears whole or not at all. The wheels are
their makers'; each brings its licence, which is kept beside it.
"""

import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

# One release, every wheel pinned: the dependencies of nvidia-cuda-nvcc are not, and pip would pair nvcc 13.0 with
# the newest libnvvm, whose PTX this ptxas refuses ("Unsupported .version"). cccl holds nv/target, which
# cuda_fp16.h and cuda_bf16.h include.
TOOLKIT = [
    "nvidia-cuda-nvcc==13.0.88",
    "nvidia-nvvm==13.0.88",
    "nvidia-cuda-crt==13.0.88",
    "nvidia-cuda-runtime==13.0.96",
    "nvidia-cuda-cccl==13.0.85",
]
CUPTI = "nvidia-cuda-cupti==13.0.85"
# There is no wheel of an earlier disassembler than 13.2; this one reads the machine code of earlier assemblers.
NVDISASM = "nvidia-cuda-nvdisasm==13.5.37"
# clang with libc++ and the stubs of every glibc: what it links starts on old systems, for both architectures.
ZIG = "ziglang==0.17.1"
ARCHITECTURES = ["x86_64", "aarch64"]
OLDEST_GLIBC = "2.28"


def pip_command() -> list[str]:
    """How to call pip here, or an end with one sentence."""
    command = [sys.executable, "-m", "pip"]
    if subprocess.run(command + ["--version"], capture_output=True, check=False).returncode == 0:
        return command
    sys.exit("CUDA has to be fetched from PyPI, but python3 has no pip: install it (Debian: apt-get install "
             "python3-pip), or name an installed CUDA toolkit with CUDACXX=/path/to/nvcc.")


def install(wheels: list[str], folder: pathlib.Path) -> None:
    """Unpacks wheels into a folder. --target needs no virtual environment, also where the distribution manages Python."""
    command = pip_command() + [
        "install", "--quiet", "--disable-pip-version-check", "--no-input", "--no-deps", "--only-binary", ":all:",
        "--retries", "2", "--timeout", "20", "--target", str(folder), *wheels]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        reasons = [line for line in result.stderr.splitlines() if line.startswith("ERROR")] or result.stderr.splitlines()
        sys.exit(f"{', '.join(wheels)} could not be fetched from PyPI: check the network or pip's configuration, or name "
                 f"an installed CUDA toolkit with CUDACXX=/path/to/nvcc. pip says: {reasons[0] if reasons else 'nothing'}")


def fetch_tree(wheels: list[str], folder: pathlib.Path, probe: str) -> None:
    """The part of the wheels that looks like a CUDA toolkit, as `folder`. `probe`: a file that must be in it."""
    # Another release than the one wanted is replaced.
    stamp = folder / ".wheels"
    wanted = "\n".join(wheels)
    if (folder / probe).exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".fetch-") as scratch:
        root = pathlib.Path(scratch)
        install(wheels, root / "wheels")
        found = sorted((root / "wheels" / "nvidia").glob("cu[0-9]*"))
        if len(found) != 1 or not (found[0] / probe).exists():
            sys.exit(f"The wheels {', '.join(wheels)} do not hold {probe} where it was expected.")
        tree = found[0]
        licences = tree / "licenses"
        licences.mkdir(exist_ok=True)
        for text in (root / "wheels").glob("*.dist-info/**/License*"):
            name = next(part for part in text.parts if part.endswith(".dist-info"))
            shutil.copy(text, licences / (name.removesuffix(".dist-info") + ".txt"))
        (tree / ".wheels").write_text(wanted)
        shutil.rmtree(folder, ignore_errors=True)
        tree.rename(folder)


def fetch_assembler(version: str, folder: pathlib.Path) -> None:
    """ptxas alone: all that judging PTX takes. CUDA 12 wheels have the release in their name."""
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        sys.exit(f"'{version}' is not a release such as 12.2.140.")
    if (folder / "ptxas").exists():
        return
    package = "nvidia-cuda-nvcc-cu12" if version.startswith("12.") else "nvidia-cuda-nvcc"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".fetch-") as scratch:
        install([f"{package}=={version}"], pathlib.Path(scratch))
        found = list(pathlib.Path(scratch).glob("nvidia/**/bin/ptxas"))
        if len(found) != 1:
            sys.exit(f"The wheel {package}=={version} does not hold one ptxas.")
        found[0].rename(folder / "ptxas")


def fetch_zig(folder: pathlib.Path) -> None:
    """Zig, and its compilers under names of their own: CMake takes one path for each."""
    stamp = folder / ".wheels"
    if stamp.exists() and stamp.read_text() == ZIG:
        return
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "bin").mkdir(parents=True)
    install([ZIG], folder)
    commands = {"ar": "ar", "ranlib": "ranlib"}
    for architecture in ARCHITECTURES:
        target = f"-target {architecture}-linux-gnu.{OLDEST_GLIBC}"
        commands[f"{architecture}-cc"] = f"cc {target}"
        commands[f"{architecture}-c++"] = f"c++ {target}"
        # Without Zig's cache, which does not see that a file named by .incbin has changed.
        commands[f"{architecture}-as"] = f"clang --target={architecture}-linux-gnu"
    for name, command in commands.items():
        script = folder / "bin" / name
        script.write_text(f"""#!/bin/sh
here=$(dirname "$(dirname "$0")")
: "${{ZIG_GLOBAL_CACHE_DIR:=$here/cache}}"
ZIG_LOCAL_CACHE_DIR=$ZIG_GLOBAL_CACHE_DIR
export ZIG_GLOBAL_CACHE_DIR ZIG_LOCAL_CACHE_DIR
exec "$here/ziglang/zig" {command} "$@"
""")
        script.chmod(0o755)
    stamp.write_text(ZIG)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--toolkit", metavar="DIR", type=pathlib.Path)
    what.add_argument("--nvdisasm", metavar="DIR", type=pathlib.Path)
    what.add_argument("--cupti", metavar="DIR", type=pathlib.Path)
    what.add_argument("--zig", metavar="DIR", type=pathlib.Path)
    what.add_argument("--assembler", nargs=2, metavar=("VERSION", "DIR"))
    arguments = parser.parse_args()
    if arguments.toolkit:
        fetch_tree(TOOLKIT, arguments.toolkit.absolute(), "bin/nvcc")
    elif arguments.nvdisasm:
        fetch_tree([NVDISASM], arguments.nvdisasm.absolute(), "bin/nvdisasm")
    elif arguments.cupti:
        fetch_tree([CUPTI], arguments.cupti.absolute(), "include/cupti_range_profiler.h")
    elif arguments.zig:
        fetch_zig(arguments.zig.absolute())
    else:
        version, folder = arguments.assembler
        fetch_assembler(version, pathlib.Path(folder).absolute())


if __name__ == "__main__":
    main()
