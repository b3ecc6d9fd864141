// Reading 64-bit little-endian ELF files from memory (System V ABI, "Object Files"). The bytes come
// from outside: every offset, size and name is checked before it is used.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace bp {

struct ElfSection {
  std::string_view name;
  std::uint32_t type = 0;               // SHT_*
  std::uint64_t flags = 0;              // SHF_*
  std::uint32_t link = 0;               // of a symbol table: the section of its names
  std::uint64_t size = 0;               // that it takes in memory or in the file
  std::span<const std::uint8_t> bytes;  // empty for SHT_NOBITS
};

struct ElfSymbol {
  std::string_view name;
  std::uint8_t type = 0;      // STT_*
  std::uint8_t other = 0;     // st_other as it is
  std::uint16_t section = 0;  // place in ElfFile::sections; 0: undefined
};

/// Views into the bytes that it was read from, which must outlive it.
struct ElfFile {
  std::uint8_t os_abi = 0;
  std::uint8_t abi_version = 0;
  std::uint16_t machine = 0;  // EM_*
  std::uint32_t flags = 0;    // e_flags
  std::vector<ElfSection> sections;
  std::vector<ElfSymbol> symbols;  // of all symbol tables
};

/// nullopt: not such a file, or damaged: what lies outside of the bytes is not half read.
std::optional<ElfFile> read_elf(std::span<const std::uint8_t> bytes);

}  // namespace bp
