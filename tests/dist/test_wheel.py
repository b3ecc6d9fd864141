"""The wheels: installed without network into a fresh environment, run, and removed again."""

import email
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
import unittest.mock
import zipfile

import outputs

import wheel  # cmake/dist


def packed_program(arch: str) -> zipfile.ZipInfo:
    with zipfile.ZipFile(outputs.wheel(arch)) as archive:
        return archive.getinfo(f"blackwell_probe-{outputs.version()}.data/scripts/blackwell-probe")


class Wheel(unittest.TestCase):
    @outputs.each_architecture
    def test_it_holds_the_program_of_the_folder(self, arch):
        entry = packed_program(arch)
        with zipfile.ZipFile(outputs.wheel(arch)) as archive:
            self.assertEqual(archive.read(entry), outputs.program(arch).read_bytes())
            data = f"blackwell_probe-{outputs.version()}.data/data/"
            names = {name[len(data):] for name in archive.namelist() if name.startswith(data)}
        self.assertEqual(entry.external_attr >> 16 & 0o777, 0o755)
        self.assertEqual(names, set(outputs.files_of(outputs.program_folder(arch))) - {"bin/blackwell-probe"})

    @outputs.each_architecture
    def test_metadata(self, arch):
        with zipfile.ZipFile(outputs.wheel(arch)) as archive:
            folder = f"blackwell_probe-{outputs.version()}.dist-info"
            metadata = email.message_from_bytes(archive.read(f"{folder}/METADATA"))
            tags = email.message_from_bytes(archive.read(f"{folder}/WHEEL"))
            names = archive.namelist()
        self.assertEqual(metadata["Name"], "blackwell-probe")
        self.assertEqual(metadata["Version"], outputs.version())
        self.assertEqual(metadata["License-Expression"], "Apache-2.0")
        self.assertEqual(metadata["Requires-Python"], ">=3.8")
        self.assertIsNone(metadata["Requires-Dist"])
        self.assertEqual(metadata["Description-Content-Type"], "text/markdown")
        self.assertIn("# blackwell-probe", metadata.get_payload())
        self.assertIn(f"{folder}/licenses/LICENSE", names)
        self.assertIn(f"{folder}/licenses/THIRD-PARTY.txt", names)
        self.assertEqual(tags.get_all("Tag"), [f"py3-none-manylinux_2_28_{arch}"])
        self.assertEqual(tags["Root-Is-Purelib"], "false")

    @outputs.each_architecture
    def test_the_platform_tag_is_right(self, arch):
        """auditwheel says the oldest platform that the program runs on: not younger than the tag."""
        text = " ".join(outputs.call([outputs.tool("auditwheel"), "show", str(outputs.wheel(arch))]).split())
        match = re.search(r'is consistent with the following platform tag: "(\w+?)_(\d+)_(\d+)_(x86_64|aarch64)"', text)
        self.assertIsNotNone(match, text)
        self.assertEqual((match[1], match[4]), ("manylinux", arch), text)
        self.assertLessEqual((int(match[2]), int(match[3])), (2, 28), text)
        # Its words for libraries that a wheel of this platform would have to bring along.
        self.assertNotIn("external shared libraries are required", text)

    @outputs.each_architecture
    def test_nothing_depends_on_when_it_was_built(self, arch):
        with zipfile.ZipFile(outputs.wheel(arch)) as archive:
            self.assertEqual(len({entry.date_time for entry in archive.infolist()}), 1)

    @outputs.each_architecture
    def test_the_same_folder_gives_the_same_bytes(self, arch):
        with tempfile.TemporaryDirectory() as scratch, unittest.mock.patch.dict(os.environ, outputs.time_of_build(arch)):
            again = wheel.build_wheel(outputs.program_folder(arch), arch, outputs.version(), pathlib.Path(scratch, "out"),
                                      pathlib.Path(scratch, "work"), python=pathlib.Path(sys.executable))
            self.assertTrue(again.read_bytes() == outputs.wheel(arch).read_bytes())


class Installed(unittest.TestCase):
    def setUp(self):
        # Without a home folder, so that no user's settings or packages are seen.
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.environment = {"PATH": "/usr/bin:/bin", "PIP_NO_CACHE_DIR": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1",
                            "PIP_CONFIG_FILE": os.devnull, "HOME": str(self.folder / "home")}

    def call(self, *command: str) -> str:
        return outputs.call(list(command), cwd=self.folder, env=self.environment)

    def make_environment(self, name: str) -> pathlib.Path:
        self.call(sys.executable, "-m", "venv", name)
        return self.folder / name

    def install(self, python: pathlib.Path, *options: str) -> None:
        self.call(str(python), "-m", "pip", "install", "--no-index", "--no-deps", "--quiet", *options,
                  str(outputs.wheel(outputs.HERE)))

    def files(self, folder: pathlib.Path) -> set[str]:
        """Without what running any module leaves."""
        return {str(path.relative_to(folder)) for path in folder.rglob("*") if "__pycache__" not in path.parts}

    def test_install_run_remove(self):
        venv = self.make_environment("fresh")
        python, program = venv / "bin/python3", venv / "bin/blackwell-probe"
        before = self.files(venv)
        self.install(python)

        self.assertEqual(program.read_bytes(), outputs.program(outputs.HERE).read_bytes())
        wanted = self.call(str(outputs.program(outputs.HERE)), "version")
        self.assertIn(outputs.version(), wanted)
        self.assertEqual(self.call(str(program), "version"), wanted)
        self.assertEqual(self.call(str(python), "-m", "blackwell_probe", "version"), wanted)
        self.assertTrue((venv / "share/man/man1/blackwell-probe.1").is_file())
        self.assertTrue((venv / "share/bash-completion/completions/blackwell-probe").is_file())

        self.call(str(python), "-m", "pip", "uninstall", "--yes", "--quiet", "blackwell-probe")
        # pip leaves folders that it made; no file may stay.
        left = {name for name in self.files(venv) - before if not (venv / name).is_dir()}
        self.assertEqual(left, set())

    def test_the_module_passes_arguments_and_status_on(self):
        venv = self.make_environment("fresh")
        self.install(venv / "bin/python3")
        done = subprocess.run([venv / "bin/python3", "-m", "blackwell_probe", "run", "--no such flag"], cwd=self.folder,
                              env=self.environment, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("--no such flag", done.stderr)

    def test_a_folder_of_packages(self):
        """`pip install --target`, as where nothing else may be written to."""
        venv = self.make_environment("fresh")
        self.install(venv / "bin/python3", "--target", "packages")
        self.environment["PYTHONPATH"] = str(self.folder / "packages")
        self.assertIn(outputs.version(), self.call(str(venv / "bin/python3"), "-m", "blackwell_probe", "version"))

    def test_an_environment_that_sees_the_packages_of_another(self):
        """Its own folder of programs does not hold the program."""
        first = self.make_environment("first")
        self.install(first / "bin/python3")
        second = self.make_environment("second")
        packages = self.call(str(first / "bin/python3"), "-c", "import sysconfig; print(sysconfig.get_path('platlib'))")
        self.environment["PYTHONPATH"] = packages.strip()
        self.assertIn(outputs.version(), self.call(str(second / "bin/python3"), "-m", "blackwell_probe", "version"))

    def test_a_lost_program_is_said(self):
        venv = self.make_environment("fresh")
        self.install(venv / "bin/python3")
        (venv / "bin/blackwell-probe").unlink()
        done = subprocess.run([venv / "bin/python3", "-m", "blackwell_probe"], cwd=self.folder, env=self.environment,
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("install the package again", done.stderr)


if __name__ == "__main__":
    unittest.main()
