"""The Debian packages: lintian's opinion, what is in them, and one installed on a minimal Debian."""

import gzip
import os
import pathlib
import re
import shutil
import tempfile
import unittest
import unittest.mock

import outputs
from bare_root import SUITES, BareRoot, Result

import deb  # cmake/dist

PACKAGE = "/opt/blackwell-probe.deb"


def unpack(arch: str, folder: pathlib.Path) -> dict[str, bytes]:
    outputs.call(["dpkg-deb", "--extract", str(outputs.deb(arch)), str(folder)])
    return outputs.files_of(folder)


def field(arch: str, name: str) -> str:
    return outputs.call(["dpkg-deb", "--field", str(outputs.deb(arch)), name]).strip()


class DebianPackage(unittest.TestCase):
    @outputs.each_architecture
    def test_lintian_finds_no_error(self, arch):
        if shutil.which("lintian") is None:
            self.fail("lintian is not installed: sh cmake/setup.sh dist")
        outputs.call(["lintian", "--allow-root", "--fail-on", "error", str(outputs.deb(arch))])

    @outputs.each_architecture
    def test_fields(self, arch):
        self.assertEqual(field(arch, "Package"), "blackwell-probe")
        self.assertEqual(field(arch, "Version"), outputs.version())
        self.assertEqual(field(arch, "Architecture"), outputs.DEBIAN_ARCHITECTURES[arch])
        self.assertEqual(field(arch, "Depends"), "libc6 (>= 2.28)")
        self.assertEqual(field(arch, "Section"), "utils")

    @outputs.each_architecture
    def test_it_holds_the_files_of_the_folder(self, arch):
        wanted = outputs.files_of(outputs.program_folder(arch))
        with tempfile.TemporaryDirectory() as scratch:
            packed = unpack(arch, pathlib.Path(scratch))
        self.assertEqual(packed["usr/bin/blackwell-probe"], wanted["bin/blackwell-probe"])
        self.assertEqual(gzip.decompress(packed["usr/share/man/man1/blackwell-probe.1.gz"]),
                         wanted["share/man/man1/blackwell-probe.1"])
        documents = "usr/share/doc/blackwell-probe"
        self.assertIn(outputs.version(), gzip.decompress(packed[f"{documents}/changelog.gz"]).decode())
        self.assertIn(b"License: Apache-2.0", packed[f"{documents}/copyright"])
        # The same bytes under /usr; each exception has its place in Debian.
        moved = {"share/man/man1/blackwell-probe.1", "share/doc/blackwell-probe/LICENSE"}
        places = {"share/zsh/site-functions/_blackwell-probe": "share/zsh/vendor-completions/_blackwell-probe"}
        same = {"usr/" + places.get(name, name): content for name, content in wanted.items() if name not in moved}
        others = {"usr/share/man/man1/blackwell-probe.1.gz", f"{documents}/changelog.gz", f"{documents}/copyright"}
        self.assertEqual(packed.keys(), same.keys() | others)
        self.assertEqual([name for name in same if packed[name] != same[name]], [])

    @outputs.each_architecture
    def test_copyright_names_all_that_is_linked_in(self, arch):
        """THIRD-PARTY.txt has each work's name between two rules."""
        third_party = (outputs.program_folder(arch) / "share/doc/blackwell-probe/THIRD-PARTY.txt").read_text()
        # LLVM's licence has headings between rules too; they end in a colon.
        works = re.findall(r"^={70,}\n(.+[^:\n])\n={70,}$", third_party, re.MULTILINE)
        self.assertIn("Zstandard (libzstd)", works)
        with tempfile.TemporaryDirectory() as scratch:
            text = unpack(arch, pathlib.Path(scratch))["usr/share/doc/blackwell-probe/copyright"].decode()
        comment = text.partition("\nComment: What is linked into the program")[2].partition("\n\n")[0]
        named = [line.strip().rpartition(":")[0] for line in comment.splitlines()]
        self.assertEqual([work for work in works if work not in named], [])
        used = set(re.findall(r"^License: (.+)\n ", text, re.MULTILINE))
        for work in works:
            licence = comment.partition(f" {work}: ")[2].partition(".\n")[0]
            self.assertIn(licence, used, work)

    @outputs.each_architecture
    def test_the_same_folder_gives_the_same_bytes(self, arch):
        with tempfile.TemporaryDirectory() as scratch, unittest.mock.patch.dict(os.environ, outputs.time_of_build(arch)):
            again = deb.build_deb(outputs.program_folder(arch), arch, outputs.version(), pathlib.Path(scratch, "out"),
                                  pathlib.Path(scratch, "work"))
            self.assertTrue(again.read_bytes() == outputs.deb(arch).read_bytes())

    def test_install_run_remove(self):
        for suite in SUITES:
            with self.subTest(suite=suite), BareRoot(suite, {PACKAGE: outputs.deb(outputs.HERE)},
                                                     keep_read_only=False) as root:
                self.install_run_remove(root)

    def install_run_remove(self, root: BareRoot):
        def dpkg(*arguments: str) -> Result:
            return root.run("dpkg", *arguments, user=0, environment={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})

        before = root.listing()
        installed = dpkg("--install", PACKAGE)
        self.assertEqual(installed.status, 0, str(installed))
        self.assertIn("/usr/bin/blackwell-probe", root.listing())
        # By its name, as an ordinary user.
        path = {"PATH": "/usr/bin:/bin"}
        self.assertIn(outputs.version(), root.run("blackwell-probe", "version", environment=path).output)
        report = root.run("blackwell-probe", environment=path)
        self.assertEqual(report.status, 0, str(report))
        verified = dpkg("--verify", "blackwell-probe")
        self.assertEqual((verified.status, verified.output), (0, ""))

        removed = dpkg("--remove", "blackwell-probe")
        self.assertEqual(removed.status, 0, str(removed))
        # dpkg's own log and backups are Debian's.
        left = {name for name in root.listing() - before if not name.startswith(("/var/lib/dpkg/", "/var/log/dpkg.log"))}
        self.assertEqual(left, set())
        self.assertEqual(dpkg("--status", "blackwell-probe").status, 1)


if __name__ == "__main__":
    unittest.main()
