#include "tests/fake_driver/image.h"

#include <elf.h>

#include <algorithm>
#include <cstring>
#include <string_view>

namespace bp::fake {
namespace {

constexpr int em_cuda = 190;
constexpr std::uint32_t nv_compat_type = SHT_LOPROC + 0x86;
constexpr std::uint8_t accelerator_target = 0x09;  // .nv.compat attribute: 1 for an `a` target

template <typename T>
std::optional<T> read_at(std::span<const std::uint8_t> bytes, std::size_t offset) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) return std::nullopt;
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof(T));
  return value;
}

std::optional<std::span<const std::uint8_t>> section_bytes(std::span<const std::uint8_t> image,
                                                           const Elf64_Shdr& s) {
  if (s.sh_offset > image.size() || image.size() - s.sh_offset < s.sh_size) return std::nullopt;
  return image.subspan(s.sh_offset, s.sh_size);
}

/// .nv.compat is a list of {format, attribute, 16-bit value or size}; format 4 has `size` bytes
/// behind it.
bool names_architecture_target(std::span<const std::uint8_t> list) {
  std::size_t at = 0;
  while (at + 4 <= list.size()) {
    const std::uint16_t value = static_cast<std::uint16_t>(list[at + 2] | (list[at + 3] << 8));
    if (list[at + 1] == accelerator_target) return value == 1;
    at += 4;
    if (list[at - 4] == 4) at += value;
  }
  return false;
}

}  // namespace

std::optional<Cubin> read_cubin(std::span<const std::uint8_t> image) {
  const auto header = read_at<Elf64_Ehdr>(image, 0);
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) return std::nullopt;
  if (header->e_machine != em_cuda || header->e_shentsize != sizeof(Elf64_Shdr))
    return std::nullopt;
  Cubin cubin;
  cubin.abi = header->e_ident[EI_ABIVERSION];
  // CUDA 13 moved the number of the capability from the lowest byte of e_flags to the second one.
  const unsigned number = cubin.abi >= 8 ? (header->e_flags >> 8) & 0xffu : header->e_flags & 0xffu;
  cubin.cc = {static_cast<int>(number / 10), static_cast<int>(number % 10)};

  const auto section = [&](std::size_t index) {
    return read_at<Elf64_Shdr>(image, header->e_shoff + index * sizeof(Elf64_Shdr));
  };
  const auto names_header = section(header->e_shstrndx);
  if (!names_header) return std::nullopt;
  const auto names = section_bytes(image, *names_header);
  if (!names) return std::nullopt;
  for (std::size_t i = 0; i < header->e_shnum; ++i) {
    const auto s = section(i);
    if (!s || s->sh_name >= names->size()) return std::nullopt;
    const auto* start = reinterpret_cast<const char*>(names->data()) + s->sh_name;
    const std::string_view name(start, strnlen(start, names->size() - s->sh_name));
    if (name.starts_with(".text.")) cubin.kernels.emplace(name.substr(6));
    if (s->sh_type == nv_compat_type)
      if (const auto list = section_bytes(image, *s))
        cubin.architecture_only = names_architecture_target(*list);
  }
  return cubin;
}

std::optional<std::size_t> elf_size(const void* image) {
  Elf64_Ehdr header;
  if (std::memcmp(image, ELFMAG, SELFMAG) != 0) return std::nullopt;
  std::memcpy(&header, image, sizeof(header));
  std::size_t end = std::max(header.e_shoff + std::size_t{header.e_shnum} * header.e_shentsize,
                             header.e_phoff + std::size_t{header.e_phnum} * header.e_phentsize);
  // Everything else of a cubin lies before its tables or inside a section.
  const auto* bytes = static_cast<const std::uint8_t*>(image);
  for (std::size_t i = 0; i < header.e_shnum; ++i) {
    Elf64_Shdr s;
    std::memcpy(&s, bytes + header.e_shoff + i * sizeof(s), sizeof(s));
    if (s.sh_type != SHT_NOBITS) end = std::max<std::size_t>(end, s.sh_offset + s.sh_size);
  }
  return end;
}

}  // namespace bp::fake
