#!/usr/bin/env python3
"""Packs a program folder of the distribution as a Debian package.

    deb.py --prefix FOLDER --arch x86_64|aarch64 --version 0.1.0 --out DIR --work DIR

The same folder gives the same bytes: times come from SOURCE_DATE_EPOCH (0 if it is not set).
"""

import argparse
import email.utils
import gzip
import hashlib
import os
import pathlib
import shutil
import subprocess

DEBIAN = pathlib.Path(__file__).resolve().parent / "debian"
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
# Places where Debian has others than the prefix; None: /usr/share/doc/blackwell-probe/copyright stands for it.
ZSH = pathlib.Path("share/zsh")
MOVED = {
    ZSH / "site-functions/_blackwell-probe": ZSH / "vendor-completions/_blackwell-probe",
    pathlib.Path("share/doc/blackwell-probe/LICENSE"): None,
}


def write(path: pathlib.Path, content: bytes, packed: bool = False) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # As `gzip -9n`: neither name nor time of the file inside.
    path.write_bytes(gzip.compress(content, compresslevel=9, mtime=0) if packed else content)


def fill(name: str, **values: str) -> bytes:
    text = (DEBIAN / name).read_text()
    for key, value in values.items():
        text = text.replace(f"@{key.upper()}@", value)
    return text.encode()


def lay_out(prefix: pathlib.Path, root: pathlib.Path, version: str, epoch: int) -> None:
    """The installed files, in `root`."""
    for source in sorted(path for path in prefix.rglob("*") if path.is_file()):
        place = source.relative_to(prefix)
        moved = MOVED.get(place, place)
        if moved is None:
            continue
        manual = moved.parts[:2] == ("share", "man")
        target = root / "usr" / (moved.with_name(moved.name + ".gz") if manual else moved)
        write(target, source.read_bytes(), packed=manual)
    documents = root / "usr/share/doc/blackwell-probe"
    write(documents / "copyright", fill("copyright"))
    date = email.utils.formatdate(epoch)
    write(documents / "changelog.gz", fill("changelog", version=version, date=date), packed=True)


def write_control(root: pathlib.Path, version: str, architecture: str) -> None:
    files = sorted(path for path in root.rglob("*") if path.is_file())
    # As Debian's own tools count: kibibytes, each file and folder rounded up.
    size = sum((path.stat().st_size + 1023) // 1024 if path.is_file() else 1 for path in root.rglob("*"))
    sums = "".join(f"{hashlib.md5(path.read_bytes()).hexdigest()}  {path.relative_to(root)}\n" for path in files)
    write(root / "DEBIAN/md5sums", sums.encode())
    write(root / "DEBIAN/control",
          fill("control", version=version, architecture=architecture, installed_size=str(size)))


def settle(root: pathlib.Path, epoch: int) -> None:
    """Modes and times that do not depend on this machine."""
    program = root / "usr/bin/blackwell-probe"
    for path in [root, *root.rglob("*")]:
        path.chmod(0o755 if path.is_dir() or path == program else 0o644)
    for path in [root, *root.rglob("*")]:
        os.utime(path, (epoch, epoch))


def build_deb(prefix: pathlib.Path, arch: str, version: str, out: pathlib.Path, work: pathlib.Path) -> pathlib.Path:
    """The package's path, in `out`. `work` is scratch."""
    architecture = ARCHITECTURES[arch]
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH", "0"))
    root = work / f"deb-{architecture}"
    shutil.rmtree(root, ignore_errors=True)
    lay_out(prefix, root, version, epoch)
    write_control(root, version, architecture)
    settle(root, epoch)
    out.mkdir(parents=True, exist_ok=True)
    package = out / f"blackwell-probe_{version}_{architecture}.deb"
    # xz, which every dpkg reads; on one thread, because the number of threads shows in the bytes.
    done = subprocess.run(["dpkg-deb", "--root-owner-group", "-Zxz", "--threads-max=1", "--build", str(root), str(package)],
                          env=dict(os.environ, SOURCE_DATE_EPOCH=str(epoch)), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"The Debian package of {prefix} could not be built: {done.stderr.strip()}")
    return package


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("prefix", "out", "work"):
        parser.add_argument(f"--{name}", required=True, type=pathlib.Path)
    parser.add_argument("--arch", required=True, choices=sorted(ARCHITECTURES))
    parser.add_argument("--version", required=True)
    print(build_deb(**vars(parser.parse_args())))


if __name__ == "__main__":
    main()
