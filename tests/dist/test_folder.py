"""The folders, their archives and the checksums."""

import functools
import gzip
import hashlib
import pathlib
import struct
import tarfile
import unittest
from typing import Callable

import outputs

SCHEMAS = ("report", "gate", "diff", "fleet", "model")
LAYOUT = {
    "bin/blackwell-probe": 0o755,
    "share/man/man1/blackwell-probe.1": 0o644,
    "share/bash-completion/completions/blackwell-probe": 0o644,
    "share/zsh/site-functions/_blackwell-probe": 0o644,
    "share/fish/vendor_completions.d/blackwell-probe.fish": 0o644,
    "share/doc/blackwell-probe/LICENSE": 0o644,
    "share/doc/blackwell-probe/THIRD-PARTY.txt": 0o644,
    **{f"share/blackwell-probe/{of}.schema.json": 0o644 for of in SCHEMAS},
}
TEST_FILES = [
    "run-tests", "bin/blackwell-probe-faulty", "bin/device-query",
    "lib/fake_driver/libcuda.so.1", "lib/fake_nvml/libnvidia-ml.so.1", "lib/no_nvml/libnvidia-ml.so.1",
    "lib/fake_cupti/libcupti.so.12",
    "tests/machines/gb10.json", "tests/timing/compare.py", "report/schema/report.schema.json",
    "report/schema/backends.schema.json",
]


def archive_of(folder: pathlib.Path) -> pathlib.Path:
    return folder.with_name(folder.name + ".tar.gz")


def each_folder(test: Callable) -> Callable:
    """A test method with the parameter `folder`: program and tests of each architecture."""

    @outputs.each_architecture
    @functools.wraps(test)
    def run(self, arch: str) -> None:
        for folder in (outputs.program_folder(arch), outputs.tests_folder(arch)):
            with self.subTest(folder=folder.name):
                test(self, folder)

    return run


class Folder(unittest.TestCase):
    @outputs.each_architecture
    def test_layout(self, arch):
        folder = outputs.program_folder(arch)
        found = {str(path.relative_to(folder)): path.stat().st_mode & 0o7777
                 for path in folder.rglob("*") if not path.is_dir()}
        self.assertEqual(found, LAYOUT)
        self.assertFalse(any(path.is_symlink() for path in folder.rglob("*")))

    @outputs.each_architecture
    def test_texts_are_of_this_version(self, arch):
        share = outputs.program_folder(arch) / "share"
        self.assertIn(outputs.version(), (share / "man/man1/blackwell-probe.1").read_text())
        for of in SCHEMAS:
            self.assertEqual((share / f"blackwell-probe/{of}.schema.json").read_bytes(),
                             (outputs.REPOSITORY / f"report/schema/{of}.schema.json").read_bytes())
        self.assertIn("Apache License", (share / "doc/blackwell-probe/LICENSE").read_text())

    def test_only_the_program_differs_between_architectures(self):
        one, other = (outputs.files_of(outputs.program_folder(arch)) for arch in outputs.ARCHITECTURES)
        self.assertEqual({name for name in one if one[name] != other[name]}, {"bin/blackwell-probe"})

    @outputs.each_architecture
    def test_tests_folder(self, arch):
        folder = outputs.tests_folder(arch)
        self.assertEqual([name for name in TEST_FILES if not (folder / name).is_file()], [])

    @each_folder
    def test_archives_hold_the_folders(self, folder):
        with tarfile.open(archive_of(folder)) as archive:
            members = archive.getmembers()
            packed = {member.name: (member.mode & 0o7777, archive.extractfile(member).read())
                      for member in members if member.isfile()}
        there = {f"{folder.name}/{path.relative_to(folder)}": (path.stat().st_mode & 0o7777, path.read_bytes())
                 for path in folder.rglob("*") if path.is_file() and not path.is_symlink()}
        self.assertEqual(packed.keys(), there.keys())
        self.assertEqual([name for name in there if packed[name] != there[name]], [])

    @each_folder
    def test_archives_do_not_depend_on_who_packed_them(self, folder):
        path = archive_of(folder)
        with gzip.open(path) as stream, tarfile.open(fileobj=stream) as archive:
            members = archive.getmembers()
        times = {member.mtime for member in members}
        self.assertEqual(len(times), 1)
        with path.open("rb") as stream:
            flags, time = struct.unpack("<3xBI", stream.read(8))
        self.assertEqual(flags, 0, "gzip's header names the file")
        self.assertIn(time, {0} | times)
        names = [member.name for member in members]
        self.assertEqual(names, sorted(names, key=lambda name: name.split("/")))
        self.assertEqual({(member.uid, member.gid, member.uname, member.gname) for member in members} -
                         {(0, 0, "", ""), (0, 0, "root", "root")}, set())
        self.assertEqual({name for name in names if name.partition("/")[0] != folder.name}, set())
        self.assertEqual({member.name for member in members if member.mode & 0o7022}, set())

    def test_checksums(self):
        lines = (outputs.outputs() / "SHA256SUMS").read_text().splitlines()
        told = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
        packages = {path.name for path in outputs.outputs().iterdir() if path.is_file()} - {"SHA256SUMS"}
        self.assertEqual(told.keys(), packages)
        expected = {path.name for arch in outputs.ARCHITECTURES for path in (
            archive_of(outputs.program_folder(arch)), archive_of(outputs.tests_folder(arch)), outputs.wheel(arch),
            outputs.deb(arch))}
        self.assertEqual(packages, expected)
        for name, digest in told.items():
            self.assertEqual(hashlib.sha256((outputs.outputs() / name).read_bytes()).hexdigest(), digest, name)


if __name__ == "__main__":
    unittest.main()
