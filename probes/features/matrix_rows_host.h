// The host half of the ldmatrix and stmatrix probes. A form of the instruction says of byte `e` of
// register `i` of a lane which bits of which row it holds (probes/ptx/ldmatrix.cuh).
#pragma once

#include "probes/features/host.h"
#include "probes/features/matrix_rows.h"

namespace bp::matrix_rows {

struct Bits {
  unsigned row;
  unsigned first;  // bit of the row
  unsigned count = 8;
};
using Form = Bits (*)(unsigned i, unsigned lane, unsigned e);

/// Bytes without a pattern (a fixed seed), so that every misplaced one shows.
inline void random(std::span<std::uint8_t> in, std::uint64_t seed) {
  Random values(seed);
  for (auto& byte : in) byte = static_cast<std::uint8_t>(values.next() >> 56);
}
inline void exact(std::span<std::uint8_t> in) { random(in, 0x6c64736d); }

inline void corrupt(std::span<std::uint8_t> in) { in[16 * 9 + 5] ^= 1; }

/// Bytes of registers, register by register, lane by lane.
template <typename Visit>
void for_each_byte(Visit visit) {
  for (unsigned i = 0; i < 4; ++i) {
    for (unsigned lane = 0; lane < 32; ++lane) {
      for (unsigned e = 0; e < 4; ++e) visit(i, lane, e, 4 * (32 * i + lane) + e);
    }
  }
}

inline void words(std::span<const std::uint8_t> bytes, std::span<double> out) {
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = bp::load<std::uint32_t>(bytes, i);
}

template <Form form>
void load_reference(std::span<const std::uint8_t> in, std::span<double> out) {
  Bytes registers(16 * rows);
  for_each_byte([&](unsigned i, unsigned lane, unsigned e, std::size_t at) {
    const auto [row, first, count] = form(i, lane, e);
    unsigned value = 0;
    for (unsigned bit = 0; bit < count; ++bit) {
      const unsigned byte = in[16 * place(row) + (first + bit) / 8];
      value |= ((byte >> ((first + bit) % 8)) & 1u) << bit;
    }
    registers[at] = static_cast<std::uint8_t>(value);
  });
  words(registers, out);
}

template <Form form>
void store_reference(std::span<const std::uint8_t> in, std::span<double> out) {
  Bytes memory(16 * rows);
  for_each_byte([&](unsigned i, unsigned lane, unsigned e, std::size_t at) {
    const auto [row, first, count] = form(i, lane, e);
    memory[16 * place(row) + first / 8] = in[at];
  });
  words(memory, out);
}

/// What each probe says of itself.
struct Variant {
  std::string_view feature;
  std::string_view entry;
  std::span<const std::string_view> instruction;  // a single one
  std::span<const std::string_view> native_sass;
  PtxVersion ptx;
};

consteval InstructionProbe describe(const Variant& variant, Required<Reference> reference,
                                    Neutralise neutralise) {
  return {
      .feature = variant.feature,
      .entry = variant.entry,
      .instructions = variant.instruction,
      .needs = {},
      .ptx = variant.ptx,
      .operations = 16 * rows,
      .launch = {.grid = {1}, .block = {32}},
      .input_bytes = 16 * rows,
      .element = Element::u32,
      .outputs = 4 * rows,
      .scratch_bytes = 0,
      .tensor_map = std::nullopt,
      .exact = &exact,
      .random = &random,
      .reference = reference,
      .fault = {.what = "one bit of one row is flipped", .corrupt = &corrupt},
      .tolerance = {},
      .native_sass = variant.native_sass,
      .rate = std::nullopt,
      .native_test = std::nullopt,
      .neutralise = neutralise,
      .neutralise_exception = {},
  };
}

/// A plain load gives each lane the row that it points to instead of its share of the matrices.
template <Form form>
consteval InstructionProbe describe_load(const Variant& variant) {
  return describe(variant, &load_reference<form>,
                  {.line_with = "ldmatrix.sync", .replacement = "ld.shared.v4.b32 %0, %1;"});
}

/// Without the store shared memory stays zero.
template <Form form>
consteval InstructionProbe describe_store(const Variant& variant) {
  return describe(variant, &store_reference<form>,
                  {.line_with = "stmatrix.sync", .replacement = {}});
}

}  // namespace bp::matrix_rows
