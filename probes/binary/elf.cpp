#include "probes/binary/elf.h"

#include <elf.h>

#include <algorithm>
#include <bit>
#include <cstring>

namespace bp {
namespace {

// Structures are copied as they lie in the file.
static_assert(std::endian::native == std::endian::little);

using Bytes = std::span<const std::uint8_t>;

std::optional<Bytes> part(Bytes bytes, std::uint64_t offset, std::uint64_t size) {
  if (offset > bytes.size() || size > bytes.size() - offset) return std::nullopt;
  return bytes.subspan(offset, size);
}

template <typename T>
std::optional<T> read_at(Bytes bytes, std::uint64_t offset) {
  const auto found = part(bytes, offset, sizeof(T));
  if (!found) return std::nullopt;
  T value;
  std::memcpy(&value, found->data(), sizeof(T));
  return value;
}

/// Many names may end at the same zero: a limit keeps the reading linear.
constexpr std::size_t longest_name = std::size_t{16} << 10;

/// nullopt: it begins or ends outside of the table, or is too long for a name.
std::optional<std::string_view> name_at(Bytes table, std::uint64_t offset) {
  if (offset >= table.size()) return std::nullopt;
  const std::string_view rest(reinterpret_cast<const char*>(table.data()) + offset,
                              std::min<std::size_t>(table.size() - offset, longest_name));
  const auto end = rest.find('\0');
  if (end == std::string_view::npos) return std::nullopt;
  return rest.substr(0, end);
}

bool read_sections(Bytes bytes, const Elf64_Ehdr& header, ElfFile& file) {
  if (header.e_shnum == 0) return true;
  if (header.e_shentsize != sizeof(Elf64_Shdr) || header.e_shstrndx >= header.e_shnum) return false;
  const auto table =
      part(bytes, header.e_shoff, std::uint64_t{header.e_shnum} * sizeof(Elf64_Shdr));
  if (!table) return false;
  const auto entry = [&](std::uint64_t i) {
    return *read_at<Elf64_Shdr>(*table, i * sizeof(Elf64_Shdr));
  };
  const auto names_header = entry(header.e_shstrndx);
  const auto names = part(bytes, names_header.sh_offset, names_header.sh_size);
  if (!names) return false;
  file.sections.reserve(header.e_shnum);
  for (std::uint64_t i = 0; i < header.e_shnum; ++i) {
    const auto raw = entry(i);
    const auto name = name_at(*names, raw.sh_name);
    const bool empty = raw.sh_type == SHT_NOBITS || raw.sh_type == SHT_NULL;
    const auto content = empty ? Bytes{} : part(bytes, raw.sh_offset, raw.sh_size);
    if (!name || !content) return false;
    file.sections.push_back({.name = *name,
                             .type = raw.sh_type,
                             .flags = raw.sh_flags,
                             .link = raw.sh_link,
                             .size = raw.sh_size,
                             .bytes = *content});
  }
  return true;
}

bool read_symbols(const ElfSection& table, std::size_t most, ElfFile& file) {
  if (table.link >= file.sections.size()) return false;
  const auto names = file.sections[table.link].bytes;
  if (table.bytes.size() % sizeof(Elf64_Sym) != 0) return false;
  // Several tables over the same bytes make no more symbols than the file could hold.
  if (file.symbols.size() + table.bytes.size() / sizeof(Elf64_Sym) > most) return false;
  for (std::uint64_t at = 0; at < table.bytes.size(); at += sizeof(Elf64_Sym)) {
    const auto raw = *read_at<Elf64_Sym>(table.bytes, at);
    const auto name = name_at(names, raw.st_name);
    if (!name) return false;
    file.symbols.push_back({.name = *name,
                            .type = static_cast<std::uint8_t>(ELF64_ST_TYPE(raw.st_info)),
                            .other = raw.st_other,
                            .section = raw.st_shndx});
  }
  return true;
}

}  // namespace

std::optional<ElfFile> read_elf(Bytes bytes) {
  const auto header = read_at<Elf64_Ehdr>(bytes, 0);
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) return std::nullopt;
  if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_ident[EI_DATA] != ELFDATA2LSB)
    return std::nullopt;
  ElfFile file{.os_abi = header->e_ident[EI_OSABI],
               .abi_version = header->e_ident[EI_ABIVERSION],
               .machine = header->e_machine,
               .flags = header->e_flags,
               .sections = {},
               .symbols = {}};
  if (!read_sections(bytes, *header, file)) return std::nullopt;
  for (const auto& section : file.sections) {
    if (section.type == SHT_SYMTAB &&
        !read_symbols(section, bytes.size() / sizeof(Elf64_Sym), file))
      return std::nullopt;
  }
  return file;
}

}  // namespace bp
