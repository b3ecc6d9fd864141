"""The program file of each architecture: what it needs of the machine that it runs on, and what it says of the one that
made it."""

import getpass
import pathlib
import re
import unittest

import elf
import outputs

OLDEST_GLIBC = (2, 28)
LIBRARIES = {"libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1"}
LOADERS = {"x86_64": "/lib64/ld-linux-x86-64.so.2", "aarch64": "/lib/ld-linux-aarch64.so.1"}
MACHINES = {"x86_64": "EM_X86_64", "aarch64": "EM_AARCH64"}
# The program's own words: the MPS daemon's default folder, a pod's folder, and the folders that a report leaves out.
OWN_WORDS = {"/tmp/nvidia-mps", "/var/run/secrets/kubernetes.io/serviceaccount", "/home/", "/root"}
LARGEST = 40 << 20
LARGEST_PAGE = 64 << 10


def places_of_the_build() -> set[str]:
    """Folders that only the machine of the build knows."""
    repository = outputs.REPOSITORY
    return {str(repository), str(outputs.outputs()), f"{pathlib.Path.home()}/", "/tmp/", "/home/", "/root/", "/build/",
            f"/{repository.parts[1]}/", f"/{getpass.getuser()}/"}


def is_own(text: str) -> bool:
    """Also the front of one as an operand: eight letters, and what the next byte of the instruction reads as."""
    return text in OWN_WORDS or (len(text) <= 10 and any(word.startswith(text[:8]) for word in OWN_WORDS))


class Symbols(unittest.TestCase):
    @outputs.each_architecture
    def test_it_is_for_its_architecture(self, arch):
        program = elf.read_program(outputs.program(arch))
        self.assertEqual(program.machine, MACHINES[arch])
        self.assertEqual(program.interpreter, LOADERS[arch])

    @outputs.each_architecture
    def test_the_oldest_glibc_will_do(self, arch):
        program = elf.read_program(outputs.program(arch))
        self.assertTrue(program.glibc, "no version of glibc's symbols was found, so nothing was checked")
        newer = {name for name, version in program.glibc.items() if version > OLDEST_GLIBC}
        self.assertEqual(newer, set())

    @outputs.each_architecture
    def test_only_libraries_of_glibc_are_needed(self, arch):
        program = elf.read_program(outputs.program(arch))
        self.assertIn("libc.so.6", program.needed)
        loader = LOADERS[arch].rpartition("/")[2]
        self.assertEqual(set(program.needed) - LIBRARIES - {loader}, set())
        self.assertEqual(program.foreign_versions, frozenset())
        self.assertEqual(program.search_paths, ())

    @outputs.each_architecture
    def test_the_test_programs_need_no_more(self, arch):
        """They are run where the program is run."""
        folder = outputs.tests_folder(arch)
        programs = {path: elf.read_program(path) for path in sorted(folder.rglob("*"))
                    if path.is_file() and not path.is_symlink() and elf.is_elf(path)}
        self.assertIn(folder / "bin/blackwell-probe-faulty", programs)
        self.assertIn(folder / "lib/fake_driver/libcuda.so.1", programs)
        for path, program in programs.items():
            with self.subTest(path=str(path.relative_to(folder))):
                self.assertEqual(program.machine, MACHINES[arch])
                self.assertEqual({name for name, version in program.glibc.items() if version > OLDEST_GLIBC}, set())
                self.assertEqual(set(program.needed) - LIBRARIES - {LOADERS[arch].rpartition("/")[2]}, set())
                self.assertEqual(program.search_paths, ())
                if arch == "aarch64":
                    self.assertGreaterEqual(min(program.load_alignments), LARGEST_PAGE)

    @outputs.each_architecture
    def test_it_is_hardened(self, arch):
        program = elf.read_program(outputs.program(arch))
        self.assertEqual(program.kind, "ET_DYN")
        self.assertTrue(program.relro)
        self.assertTrue(program.bind_now)
        self.assertFalse(program.stack_executable)
        self.assertFalse(program.writable_code)

    def test_arm_kernels_with_large_pages_can_load_it(self):
        alignments = elf.read_program(outputs.program("aarch64")).load_alignments
        self.assertTrue(alignments)
        self.assertGreaterEqual(min(alignments), LARGEST_PAGE)

    @outputs.each_architecture
    def test_it_is_stripped(self, arch):
        program = elf.read_program(outputs.program(arch))
        self.assertFalse(program.symbol_table)
        self.assertEqual(program.debug_sections, ())

    @outputs.each_architecture
    def test_it_is_small(self, arch):
        program = elf.read_program(outputs.program(arch))
        self.assertLessEqual(len(program.text), LARGEST)

    @outputs.each_architecture
    def test_it_names_no_folder_of_the_build(self, arch):
        program = elf.read_program(outputs.program(arch))
        strings = {match[0].decode() for match in re.finditer(rb"[\x20-\x7e]{5,}", program.text)}
        self.assertTrue(any("blackwell-probe" in text for text in strings))
        told = {text for text in strings for place in places_of_the_build() if place in text}
        self.assertEqual({text for text in told if not is_own(text)}, set())

    def test_the_device_code_is_the_same(self):
        packs = {arch: elf.device_code(elf.read_program(outputs.program(arch))) for arch in outputs.ARCHITECTURES}
        first = packs[outputs.ARCHITECTURES[0]]
        # The pack of the probes and the one of the kernels.
        self.assertGreaterEqual(len(first), 2)
        for arch in outputs.ARCHITECTURES:
            self.assertEqual([len(pack) for pack in packs[arch]], [len(pack) for pack in first])
            self.assertTrue(packs[arch] == first, f"{arch}: same sizes, other bytes")


if __name__ == "__main__":
    unittest.main()
