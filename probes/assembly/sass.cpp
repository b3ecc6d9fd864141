#include "probes/assembly/sass.h"

#include <elf.h>

#include <algorithm>
#include <array>
#include <set>

#include "probes/binary/elf.h"

namespace bp {
namespace {

bool is_opcode_character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_';
}

std::string_view skip_space(std::string_view text) {
  const auto at = text.find_first_not_of(" \t");
  return at == std::string_view::npos ? std::string_view{} : text.substr(at);
}

/// "        /*0060*/              @!P0 LDC.64 R2, c[0x0][0x218] ;" -> "LDC.64"; empty: not an
/// instruction.
std::string_view opcode_of(std::string_view line) {
  line = skip_space(line);
  if (!line.starts_with("/*")) return {};
  const auto end = line.find("*/");
  if (end == std::string_view::npos) return {};
  line = skip_space(line.substr(end + 2));
  while (line.starts_with("{") ||
         line.starts_with("@")) {  // predicate, or the brace of a dual issue
    if (line.front() == '@')
      line.remove_prefix(std::min(line.find(' '), line.size()));
    else
      line.remove_prefix(1);
    line = skip_space(line);
  }
  const auto stop = std::ranges::find_if_not(line, is_opcode_character);
  const auto word = line.substr(0, static_cast<std::size_t>(stop - line.begin()));
  return !word.empty() && word.front() >= 'A' && word.front() <= 'Z' ? word : std::string_view{};
}

/// Names such as "$__internal_0_$__cuda_sm20_div_rn_f64_full" and "__cuda_syscall_..." on the line.
void collect_helpers(std::string_view line, std::set<std::string>& helpers) {
  constexpr std::string_view marker = "__cuda_";
  for (auto at = line.find(marker); at != std::string_view::npos; at = line.find(marker, at + 1)) {
    const auto rest = line.substr(at);
    const auto stop =
        std::ranges::find_if_not(rest, [](char c) { return is_opcode_character(c) && c != '.'; });
    helpers.emplace(rest.substr(0, static_cast<std::size_t>(stop - rest.begin())));
  }
}

/// Opcodes worth naming when the native one is missing: matrix units, Tensor Memory, copies,
/// barriers in memory, conversions of packed small numbers. nvdisasm 13.5 names.
constexpr auto special_prefixes = std::to_array<std::string_view>({
    "HMMA",  "IMMA",       "BMMA",    "DMMA",           "QMMA",    "OMMA",   "HGMMA",
    "QGMMA", "IGMMA",      "BGMMA",   "WARPGROUP",      "UTC",     "UTMA",   "UBLK",
    "LDTM",  "STTM",       "LDSM",    "STSM",           "MOVM",    "LDGSTS", "LDGDEPBAR",
    "SYNCS", "USYNCS",     "STAS",    "REDAS",          "UCGABAR", "ELECT",  "F2FP",
    "F2F.",  "USETMAXREG", "ACQBULK", "UGETNEXTWORKID", "VIMNMX3",
});

/// Named where nothing special is left: packed or fused operations that became plain ones.
constexpr auto arithmetic_prefixes = std::to_array<std::string_view>({
    "FFMA", "FADD", "FMUL", "FMNMX",  "HFMA2",     "HADD2",  "HMUL2", "HMNMX2",
    "DFMA", "DADD", "DMUL", "VIMNMX", "VIADDMNMX", "VIADD",  "IMNMX", "IADD3",
    "ATOM", "RED",  "F2I",  "I2F",    "REDUX",     "CREDUX", "SHFL",  "PRMT",
});

bool starts_with_any(std::string_view text, std::span<const std::string_view> prefixes) {
  return std::ranges::any_of(prefixes,
                             [&](std::string_view prefix) { return text.starts_with(prefix); });
}

/// Whether the function does the work of the instruction: "__cuda_sm_9x_mma_sub_byte_internal..."
/// that of "mma.sync...", "__cuda_syscall_cp_async_bulk..." that of a bulk copy to
/// .shared::cluster. Not so divisions (__cuda_sm20_div...) and traps
/// (__cuda_sm10x_tcgen05_guardrail...).
bool stands_for(std::string_view function, std::string_view own) {
  const bool linked = function.starts_with("__cuda_syscall_");
  if (!linked && !function.starts_with("__cuda_sm_")) return false;
  if (own.empty()) return true;
  if (linked && own.find("shared::cluster") == std::string_view::npos) return false;
  const auto base = own.substr(0, own.find('.'));
  while (!function.empty()) {
    const auto word = function.substr(0, function.find('_'));
    if (word == base || (base == "mma" && word.ends_with("mma"))) return true;
    function.remove_prefix(std::min(word.size() + 1, function.size()));
  }
  return false;
}

std::string list(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::vector<std::string> opcodes_with(const Disassembly& disassembly,
                                      std::span<const std::string_view> prefixes) {
  std::vector<std::string> found;
  std::ranges::copy_if(
      disassembly.opcodes, std::back_inserter(found),
      [&](const std::string& opcode) { return starts_with_any(opcode, prefixes); });
  return found;
}

}  // namespace

Disassembly parse_disassembly(std::string_view text) {
  std::set<std::string> opcodes;
  std::set<std::string> helpers;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (const auto opcode = opcode_of(line); !opcode.empty()) opcodes.emplace(opcode);
    collect_helpers(line, helpers);
  }
  return {{opcodes.begin(), opcodes.end()}, {helpers.begin(), helpers.end()}};
}

Witnesses witnesses(const Disassembly& disassembly, std::span<const std::string_view> native,
                    std::string_view own) {
  Witnesses found{.native = opcodes_with(disassembly, native), .helpers = {}};
  std::ranges::copy_if(disassembly.helpers, std::back_inserter(found.helpers),
                       [&](const std::string& name) { return stands_for(name, own); });
  return found;
}

std::string describe(const Disassembly& disassembly, std::span<const std::string_view> native,
                     std::string_view own) {
  if (disassembly.opcodes.empty()) return {};
  if (native.empty()) {
    const auto special = opcodes_with(disassembly, special_prefixes);
    return special.empty() ? "" : "native: " + list(special);
  }
  const auto found = witnesses(disassembly, native, own);
  if (!found.helpers.empty()) {
    return "helper: " + list(found.helpers) +
           (found.native.empty() ? "" : " beside " + list(found.native));
  }
  if (!found.native.empty()) return "native: " + list(found.native);
  auto instead = opcodes_with(disassembly, special_prefixes);
  if (instead.empty()) instead = opcodes_with(disassembly, arithmetic_prefixes);
  return instead.empty() ? "expanded" : "expanded: " + list(instead);
}

std::string machine_code(std::span<const std::uint8_t> cubin) {
  const auto file = read_elf(cubin);
  if (!file) return {};
  std::string code;
  for (const auto& section : file->sections) {
    const bool is_code = section.type == SHT_PROGBITS && (section.flags & SHF_EXECINSTR) != 0;
    if (!is_code && section.type != SHT_STRTAB) continue;
    code.append(reinterpret_cast<const char*>(section.bytes.data()), section.bytes.size());
    code += '|';
  }
  return code;
}

}  // namespace bp
