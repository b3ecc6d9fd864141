"""Fetches the ptxas of one PyPI release of nvidia-cuda-nvcc-cu12 into a folder: the assembler of an older driver."""

import pathlib
import subprocess
import sys
import tempfile
import zipfile


def main(version: str, folder: pathlib.Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:",
                   "--dest", scratch, f"nvidia-cuda-nvcc-cu12=={version}"]
        if subprocess.run(command, check=False).returncode != 0:
            sys.exit(f"ptxas {version} could not be fetched from PyPI: check the network, or pip's configuration.")
        wheel = next(pathlib.Path(scratch).glob("*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            member = next(name for name in archive.namelist() if name.endswith("/bin/ptxas"))
            program = archive.read(member)
    folder.mkdir(parents=True, exist_ok=True)
    # Renamed at the end: a broken fetch leaves nothing that looks whole.
    partial = folder / "ptxas.part"
    partial.write_bytes(program)
    partial.chmod(0o755)
    partial.rename(folder / "ptxas")


if __name__ == "__main__":
    main(sys.argv[1], pathlib.Path(sys.argv[2]))
