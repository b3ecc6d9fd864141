"""What the tests have to know of a program file."""

import dataclasses
import pathlib
import re
import struct

from elftools.elf.dynamic import DynamicSection
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection

PACK_MAGIC = b"BPPACK1\n"  # probes/assembly/pack_format.h
PF_X = 1


@dataclasses.dataclass(frozen=True)
class Program:
    machine: str
    kind: str  # ET_DYN: position independent
    interpreter: str
    needed: tuple[str, ...]
    search_paths: tuple[str, ...]  # RPATH and RUNPATH
    glibc: dict[str, tuple[int, ...]]  # "libc.so.6 GLIBC_2.17" -> (2, 17)
    foreign_versions: frozenset[str]  # such as GLIBCXX_3.4
    relro: bool
    bind_now: bool
    stack_executable: bool
    load_alignments: tuple[int, ...]
    writable_code: bool
    symbol_table: bool
    debug_sections: tuple[str, ...]
    text: bytes


def is_elf(path: pathlib.Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(4) == b"\x7fELF"


def read_program(path: pathlib.Path) -> Program:
    with path.open("rb") as stream:
        elf = ELFFile(stream)
        segments = list(elf.iter_segments())
        sections = list(elf.iter_sections())
        dynamic = [tag for section in sections if isinstance(section, DynamicSection) for tag in section.iter_tags()]
        glibc, foreign = {}, set()
        for section in sections:
            if not isinstance(section, GNUVerNeedSection):
                continue
            for library, versions in section.iter_versions():
                for version in versions:
                    match = re.fullmatch(r"GLIBC_([0-9.]+)", version.name)
                    if match:
                        glibc[f"{library.name} {version.name}"] = tuple(map(int, match[1].split(".")))
                    else:
                        foreign.add(version.name)
        stacks = [segment for segment in segments if segment["p_type"] == "PT_GNU_STACK"]
        loads = [segment for segment in segments if segment["p_type"] == "PT_LOAD"]
        flags = {tag.entry.d_tag: tag.entry.d_val for tag in dynamic if tag.entry.d_tag in ("DT_FLAGS", "DT_FLAGS_1")}
        names = [section.name for section in sections]
        return Program(
            machine=elf["e_machine"],
            kind=elf["e_type"],
            interpreter=next((s.get_interp_name() for s in segments if s["p_type"] == "PT_INTERP"), ""),
            needed=tuple(tag.needed for tag in dynamic if tag.entry.d_tag == "DT_NEEDED"),
            search_paths=tuple(str(tag) for tag in dynamic if tag.entry.d_tag in ("DT_RPATH", "DT_RUNPATH")),
            glibc=glibc,
            foreign_versions=frozenset(foreign),
            relro=any(segment["p_type"] == "PT_GNU_RELRO" for segment in segments),
            bind_now=bool(flags.get("DT_FLAGS", 0) & 8 or flags.get("DT_FLAGS_1", 0) & 1),
            # Without the header the kernel takes an executable stack.
            stack_executable=not stacks or any(segment["p_flags"] & PF_X for segment in stacks),
            load_alignments=tuple(segment["p_align"] for segment in loads),
            writable_code=any(segment["p_flags"] & 3 == 3 for segment in loads),
            symbol_table=".symtab" in names,
            debug_sections=tuple(name for name in names if name.startswith((".debug", ".zdebug"))),
            text=path.read_bytes())


def device_code(program: Program) -> list[bytes]:
    """The embedded packs, in the order of the file. A magic whose header does not fit is a string of the reader."""
    packs = []
    at = program.text.find(PACK_MAGIC)
    while at >= 0:
        if at + 24 <= len(program.text):
            size, stored, _ = struct.unpack_from("<QII", program.text, at + 8)
            # The index is a zstd frame directly behind the header.
            frame = program.text[at + 24:at + 28] == b"\x28\xb5\x2f\xfd"
            if frame and 24 + stored <= size <= len(program.text) - at:
                packs.append(program.text[at:at + size])
        at = program.text.find(PACK_MAGIC, at + 1)
    return packs
