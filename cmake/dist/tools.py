#!/usr/bin/env python3
"""The Python tools that make and check the packages (requirements.txt), in a virtual environment of their own.

    tools.py FOLDER [REQUIREMENTS]      makes or brings up to date the environment, prints its Python
"""

import argparse
import hashlib
import pathlib
import shutil
import subprocess
import sys

REQUIREMENTS = pathlib.Path(__file__).resolve().parent / "requirements.txt"


def tools(folder: pathlib.Path, requirements: pathlib.Path = REQUIREMENTS) -> pathlib.Path:
    """Its Python; nothing is done where it is up to date."""
    folder = folder.absolute()
    python = folder / "bin" / "python3"
    # An environment names its folder and its Python: one that was moved, or is of another Python, is made again.
    wanted = hashlib.sha256(requirements.read_bytes() + f"{sys.version} {folder}".encode()).hexdigest()
    stamp = folder / ".complete"
    if stamp.exists() and stamp.read_text() == wanted:
        return python
    shutil.rmtree(folder, ignore_errors=True)
    run([sys.executable, "-m", "venv", str(folder)],
        "no virtual environment can be made: install python3-venv (Debian: apt-get install python3-venv)")
    run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--require-hashes",
         "--only-binary", ":all:", "--retries", "2", "--timeout", "20", "--requirement", str(requirements)],
        "the tools could not be fetched from PyPI: check the network or pip's configuration")
    stamp.write_text(wanted)
    return python


def run(command: list[str], problem: str) -> None:
    """Quiet when it works."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        lines = (done.stderr + done.stdout).strip().splitlines()
        reasons = [line for line in lines if line.startswith("ERROR")] or lines
        raise SystemExit(f"{problem}. It says: {reasons[0] if reasons else 'nothing'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("requirements", type=pathlib.Path, nargs="?", default=REQUIREMENTS)
    arguments = parser.parse_args()
    print(tools(arguments.folder, arguments.requirements))


if __name__ == "__main__":
    main()
