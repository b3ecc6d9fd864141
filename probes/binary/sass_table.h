// Where the defining opcodes and their modifiers stand in an instruction of 128 bits.
//
// NVIDIA documents none of this. It was derived from nvdisasm 13.5.37 in two steps:
//  1. `nvdisasm -hex` over every cubin of the build (1855 cubins, 197512 instructions, sm_80 to
//     sm_121a). The opcode is the number in the lowest 12 bits; of these, the lowest 9 name the
//     instruction and the upper 3 the form of its operands (register, immediate, constant, uniform
//     register). Over all architectures the 9 bits mean the same, but for the few that `since`,
//     `until`, `forms` and `select` tell apart: HFMA2.MMA (sm_80 to sm_90) and IADD (from sm_120)
//     share 0x35, the four kinds of tcgen05.mma share 0x1ea.
//  2. `nvdisasm -b SM90` (and SM80, SM89, SM100, SM103, SM110, SM120) over one instruction of each
//     opcode with single bits flipped, and with every value of the bits that changed its name:
//     these are the modifiers below, in the order in which they are printed.
// Checked with 7000 words of random modifiers: what differs from nvdisasm then lies in bits that an
// architecture does not use and that its assembler leaves zero, or is a name that was cut.
// tests/binary compares the result with nvdisasm's listing of every cubin of the build.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace bp {

struct SassInstruction {
  std::uint64_t low = 0, high = 0;
  /// The given bits as one number, the first one lowest. 0 ends the list: bit 0 is of the opcode.
  unsigned bits(std::span<const std::uint8_t> positions) const;
};

using BitPositions = std::array<std::uint8_t, 7>;

/// One part of the printed name behind the opcode.
struct SassModifier {
  BitPositions bits{};  // none: always names[0]
  /// By value; "" prints nothing, "?" and values beyond the list have no known meaning.
  std::span<const std::string_view> names{};
  /// Instead of `names`, where there are too many; nullopt: no known meaning.
  std::optional<std::string> (*name)(unsigned value) = nullptr;
};

struct SassEncoding {
  std::uint16_t number = 0;           // lowest 9 bits
  std::uint8_t forms = 0xff;          // bit n: it is this opcode where the next 3 bits are n
  std::int16_t since = 0, until = 0;  // architectures: numbers of the capability, both inclusive
  std::string_view name;
  std::span<const SassModifier> modifiers{};
  BitPositions select{};  // these bits must have the value `selected`
  std::uint8_t selected = 0;
};

/// Architectures of which it is known that all encodings below are right. Of sm_75 only what a
/// probe needs is among them.
bool is_decoded(int architecture);
/// All, sorted by number.
std::span<const SassEncoding> sass_encodings();

}  // namespace bp
