#include "probes/binary/sass_opcodes.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <set>

#include "probes/binary/elf.h"
#include "probes/binary/sass_table.h"

namespace bp {
namespace {

constexpr std::uint16_t machine_cuda = 190;   // EM_CUDA
constexpr std::uint64_t executable_flag = 4;  // SHF_EXECINSTR
constexpr std::uint8_t function_type = 2;     // STT_FUNC
constexpr std::string_view code_prefix = ".text.";
constexpr std::size_t instruction_bytes = 16;
constexpr unsigned numbers = 512;

/// The capability's number from e_flags, as read off cubins of CUDA 12 (ABI version 7: lowest byte)
/// and of CUDA 13 (version 8: the second byte). 0: not known.
int architecture_of(const ElfFile& file) {
  if (file.abi_version == 7) return static_cast<int>(file.flags & 0xffu);
  if (file.abi_version == 8) return static_cast<int>((file.flags >> 8) & 0xffu);
  return 0;
}

/// Place of the first encoding with each number; the last entry is the end.
const std::array<std::uint16_t, numbers + 1>& first_encodings() {
  static const auto places = [] {
    std::array<std::uint16_t, numbers + 1> found{};
    const auto all = sass_encodings();
    for (unsigned number = 0; number <= numbers; ++number) {
      const auto at = std::ranges::lower_bound(all, number, {}, &SassEncoding::number);
      found[number] = static_cast<std::uint16_t>(at - all.begin());
    }
    return found;
  }();
  return places;
}

bool fits(const SassEncoding& encoding, const SassInstruction& instruction, int architecture) {
  const auto form = (instruction.low >> 9) & 7u;
  return ((encoding.forms >> form) & 1u) != 0 && architecture >= encoding.since &&
         architecture <= encoding.until &&
         (encoding.select[0] == 0 || instruction.bits(encoding.select) == encoding.selected);
}

const SassEncoding* find_encoding(const SassInstruction& instruction, int architecture) {
  const auto number = static_cast<unsigned>(instruction.low & (numbers - 1));
  const auto& first = first_encodings();
  for (auto at = first[number]; at < first[number + 1]; ++at) {
    const auto& encoding = sass_encodings()[at];
    if (fits(encoding, instruction, architecture)) return &encoding;
  }
  return nullptr;
}

std::optional<std::string> text_of(const SassModifier& modifier, unsigned value) {
  if (modifier.name != nullptr) return modifier.name(value);
  if (value >= modifier.names.size() || modifier.names[value] == "?") return std::nullopt;
  return std::string(modifier.names[value]);
}

struct Name {
  std::string text;
  bool whole = true;
};

Name name_of(const SassEncoding& encoding, const SassInstruction& instruction) {
  Name name{.text = std::string(encoding.name)};
  for (const auto& modifier : encoding.modifiers) {
    const auto word = text_of(modifier, instruction.bits(modifier.bits));
    if (!word) {
      name.whole = false;
      break;
    }
    if (!word->empty()) name.text += "." + *word;
  }
  return name;
}

/// All bits that make up the name, so that it is made once for all equal instructions.
std::uint64_t key_of(const SassEncoding& encoding, const SassInstruction& instruction) {
  auto key = static_cast<std::uint64_t>(&encoding - sass_encodings().data());
  for (const auto& modifier : encoding.modifiers)
    key = (key << 7) | instruction.bits(modifier.bits);
  return key;
}

struct Names {
  std::set<std::string> whole, cut;
  std::vector<std::uint64_t> seen{};
};

void read_code(std::span<const std::uint8_t> code, int architecture, Names& names) {
  for (std::size_t at = 0; at + instruction_bytes <= code.size(); at += instruction_bytes) {
    SassInstruction instruction;
    std::memcpy(&instruction.low, code.data() + at, 8);
    std::memcpy(&instruction.high, code.data() + at + 8, 8);
    const auto* encoding = find_encoding(instruction, architecture);
    if (encoding == nullptr) continue;
    const auto key = key_of(*encoding, instruction);
    if (std::ranges::find(names.seen, key) != names.seen.end()) continue;
    names.seen.push_back(key);
    auto name = name_of(*encoding, instruction);
    (name.whole ? names.whole : names.cut).insert(std::move(name.text));
  }
}

/// "$__internal_0_$__cuda_sm20_div_rn_f64_full" -> "__cuda_sm20_div_rn_f64_full"; empty: not one of
/// NVIDIA's.
std::string_view helper_name(std::string_view symbol) {
  const auto at = symbol.find("__cuda_");
  return at == std::string_view::npos ? std::string_view{} : symbol.substr(at);
}

bool is_code(const ElfSection& section) {
  return (section.flags & executable_flag) != 0 && section.name.starts_with(code_prefix);
}

template <typename Set>
std::vector<std::string> listed(const Set& names) {
  return {names.begin(), names.end()};
}

}  // namespace

std::optional<SassReading> read_sass(std::span<const std::uint8_t> cubin, std::string_view kernel) {
  const auto file = read_elf(cubin);
  if (!file || file->machine != machine_cuda) return std::nullopt;
  SassReading reading;
  reading.architecture = architecture_of(*file);
  if (!is_decoded(reading.architecture)) return std::nullopt;
  const auto wanted = [&](const ElfSection& section) {
    return is_code(section) &&
           (kernel.empty() || section.name.substr(code_prefix.size()) == kernel);
  };
  Names names;
  for (const auto& section : file->sections) {
    if (!wanted(section)) continue;
    if (section.bytes.size() % instruction_bytes != 0) return std::nullopt;
    reading.instructions += section.bytes.size() / instruction_bytes;
    read_code(section.bytes, reading.architecture, names);
  }
  if (reading.instructions == 0) return std::nullopt;
  std::set<std::string_view> helpers;
  for (const auto& symbol : file->symbols) {
    if (symbol.type != function_type || symbol.section >= file->sections.size()) continue;
    // An undefined one belongs to whoever calls it, which the relocations of older drivers' images
    // do not always tell: it counts for every kernel.
    if (symbol.section != 0 && !wanted(file->sections[symbol.section])) continue;
    if (const auto helper = helper_name(symbol.name); !helper.empty()) helpers.insert(helper);
  }
  reading.opcodes = listed(names.whole);
  reading.unclear = listed(names.cut);
  reading.helpers = listed(helpers);
  return reading;
}

bool decodes(int architecture, std::string_view opcode) {
  return std::ranges::any_of(sass_encodings(), [&](const SassEncoding& encoding) {
    const auto name = encoding.name;
    return architecture >= encoding.since && architecture <= encoding.until &&
           opcode.starts_with(name) && (opcode.size() == name.size() || opcode[name.size()] == '.');
  });
}

}  // namespace bp
