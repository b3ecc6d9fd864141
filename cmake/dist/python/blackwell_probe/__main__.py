"""Starts the program that this package installed, in place of this process."""

import os
import pathlib
import sys
import sysconfig
from importlib import metadata
from typing import Iterator

NAME = "blackwell-probe"


def candidates() -> Iterator[pathlib.Path]:
    """Where the installer put the program, likeliest first."""
    # What the installer recorded: also right where this environment only sees another one's packages.
    try:
        recorded = metadata.files(NAME) or []
    except metadata.PackageNotFoundError:
        recorded = []
    for file in recorded:
        if file.name == NAME and file.parent.name == "bin":
            yield pathlib.Path(str(file.locate()))
    yield pathlib.Path(sysconfig.get_path("scripts")) / NAME
    yield pathlib.Path(sysconfig.get_path("scripts", f"{os.name}_user")) / NAME
    # `pip install --target FOLDER` records another place than the one that it writes to.
    yield pathlib.Path(__file__).resolve().parent.parent / "bin" / NAME


def main() -> None:
    for program in candidates():
        if program.is_file():
            os.execv(program, [str(program), *sys.argv[1:]])
    sys.exit(f"The program {NAME} is not where its package was installed: install the package again "
             f"(pip install --force-reinstall {NAME}).")


if __name__ == "__main__":
    main()
