#include "kernels/resources.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "probes/binary/elf.h"

namespace bp {
namespace {

constexpr std::string_view static_shared = ".nv.shared.";
/// Where this symbol is (from sm_90 on), sections of shared memory begin with what the driver keeps
/// for itself of a block's. ptxas -v does not count it, and no launch does.
constexpr std::string_view reserved_symbol = ".nv.reservedSmem.offset0";
constexpr std::uint64_t reserved_bytes = 1024;
constexpr std::uint8_t sized_value = 0x04;  // EIFMT_SVAL: a size and so many bytes
constexpr std::uint8_t frame_size = 0x11;
constexpr std::uint8_t register_count = 0x2f;
constexpr std::uint8_t function_symbol = 2;  // STT_FUNC
constexpr std::uint8_t global_entry = 0x10;  // STO_CUDA_ENTRY, in st_other

std::uint32_t word_at(std::span<const std::uint8_t> bytes, std::size_t at) {
  std::uint32_t word = 0;
  std::memcpy(&word, bytes.data() + at, sizeof word);
  return word;
}

/// Calls use(attribute, symbol, value) for each pair of an .nv.info section.
template <typename Use>
void for_each_pair(std::span<const std::uint8_t> info, const Use& use) {
  std::size_t at = 0;
  while (at + 4 <= info.size()) {
    const bool sized = info[at] == sized_value;
    const std::size_t size = info[at + 2] | static_cast<std::size_t>(info[at + 3]) << 8;
    if (sized && size == 8 && at + 12 <= info.size()) {
      use(info[at + 1], word_at(info, at + 4), word_at(info, at + 8));
    }
    at += 4 + (sized ? size : 0);
  }
}

}  // namespace

std::vector<EntryResources> read_resources(std::span<const std::uint8_t> cubin) {
  const auto elf = read_elf(cubin);
  std::vector<EntryResources> entries;
  if (!elf) return entries;
  for (const ElfSymbol& symbol : elf->symbols) {
    if (symbol.type == function_symbol && (symbol.other & global_entry) != 0) {
      entries.push_back({std::string(symbol.name)});
    }
  }
  const auto entry_of = [&](std::string_view name) {
    return std::ranges::find(entries, name, &EntryResources::name);
  };
  const std::uint64_t reserved =
      std::ranges::count(elf->symbols, reserved_symbol, &ElfSymbol::name) > 0 ? reserved_bytes : 0;
  for (const ElfSection& section : elf->sections) {
    if (section.name.starts_with(static_shared)) {
      const auto entry = entry_of(section.name.substr(static_shared.size()));
      if (entry == entries.end() || section.size < reserved) continue;
      entry->shared_bytes = static_cast<int>(section.size - reserved);
    }
    if (section.name == ".nv.info") {
      for_each_pair(section.bytes,
                    [&](std::uint8_t attribute, std::uint32_t symbol, std::uint32_t value) {
                      if (symbol >= elf->symbols.size()) return;
                      const auto entry = entry_of(elf->symbols[symbol].name);
                      if (entry == entries.end()) return;
                      if (attribute == frame_size) entry->stack_bytes = static_cast<int>(value);
                      if (attribute == register_count) entry->registers = static_cast<int>(value);
                    });
    }
  }
  std::ranges::sort(entries, {}, &EntryResources::name);
  return entries;
}

}  // namespace bp
