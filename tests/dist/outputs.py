"""What `make dist` wrote: the folder named by the environment variable BP_DIST."""

import functools
import os
import pathlib
import subprocess
import sys
import tarfile
from typing import Callable

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
ARCHITECTURES = ("x86_64", "aarch64")
DEBIAN_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
# The scripts that make the packages.
sys.path.insert(0, str(REPOSITORY / "cmake" / "dist"))
# The program of this machine's kind can be run here; the other one is only looked at.
HERE = os.uname().machine


def outputs() -> pathlib.Path:
    folder = os.environ.get("BP_DIST")
    if not folder:
        raise AssertionError("BP_DIST is not set: name the folder that `make dist` wrote")
    path = pathlib.Path(folder).absolute()
    if not path.is_dir():
        raise AssertionError(f"BP_DIST={folder} is not a folder: run `make dist` first")
    return path


def one(pattern: str) -> pathlib.Path:
    """The only output of that name."""
    found = sorted(outputs().glob(pattern))
    if len(found) != 1:
        raise AssertionError(f"{len(found)} outputs are called {pattern} in {outputs()}, not one: run `make dist` again")
    return found[0]


@functools.cache
def version() -> str:
    """From CMakeLists.txt, the one place that says it."""
    words = (REPOSITORY / "CMakeLists.txt").read_text().split("project(blackwell-probe VERSION ", 1)[1]
    return words.split()[0]


def program_folder(arch: str) -> pathlib.Path:
    return one(f"blackwell-probe-{version()}-linux-{arch}")


def tests_folder(arch: str) -> pathlib.Path:
    return one(f"blackwell-probe-{version()}-linux-{arch}-tests")


def program(arch: str) -> pathlib.Path:
    return program_folder(arch) / "bin" / "blackwell-probe"


def wheel(arch: str) -> pathlib.Path:
    return one(f"blackwell_probe-{version()}-py3-none-manylinux_2_28_{arch}.whl")


def deb(arch: str) -> pathlib.Path:
    return one(f"blackwell-probe_{version()}_{DEBIAN_ARCHITECTURES[arch]}.deb")


def time_of_build(arch: str) -> dict[str, str]:
    """SOURCE_DATE_EPOCH as it was then."""
    with tarfile.open(one(f"blackwell-probe-{version()}-linux-{arch}.tar.gz")) as archive:
        return {"SOURCE_DATE_EPOCH": str(archive.next().mtime)}


def each_architecture(test: Callable) -> Callable:
    """A test method with the parameter `arch`, run once for each."""

    @functools.wraps(test)
    def run(self) -> None:
        for arch in ARCHITECTURES:
            with self.subTest(arch=arch):
                test(self, arch)

    return run


def files_of(folder: pathlib.Path) -> dict[str, bytes]:
    """Every file below a folder, by its relative name."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def call(command: list[str], **options) -> str:
    """Output of a command that has to work."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(command)} ended with status {done.returncode}:\n{done.stdout}")
    return done.stdout


def tool(name: str) -> str:
    """A command of the Python that runs these tests (cmake/dist/tools.py installs them there)."""
    path = pathlib.Path(sys.executable).parent / name
    if not path.exists():
        raise AssertionError(f"{path} is not there: run the tests with the Python that cmake/dist/tools.py prints")
    return str(path)
