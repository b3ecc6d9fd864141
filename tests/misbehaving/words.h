// Host half of the simplest probe there is, and the ways to break it. On the fake driver only the
// host half runs.
#pragma once

#include "probes/features/host.h"

namespace bp::self_test {

inline constexpr unsigned words = 32;

inline void exact(std::span<std::uint8_t> in) {
  for (unsigned i = 0; i < words; ++i) store<std::uint32_t>(in, i, 100 + i);
}

inline void random(std::span<std::uint8_t> in, std::uint64_t seed) {
  Random values(seed);
  for (unsigned i = 0; i < words; ++i)
    store<std::uint32_t>(in, i, static_cast<std::uint32_t>(values.next() >> 40));
}

inline void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  for (unsigned i = 0; i < words; ++i) out[i] = load<std::uint32_t>(in, i) + 1.0;
}

inline void corrupt(std::span<std::uint8_t> in) {
  store<std::uint32_t>(in, 7, load<std::uint32_t>(in, 7) + 5);
}

/// A probe of 32 words whose input is made by `make_exact`.
template <MakeExact make_exact>
consteval InstructionProbe words_probe(std::string_view feature, std::string_view entry,
                                       std::size_t scratch = 0) {
  return {
      .feature = feature,
      .entry = entry,
      .instructions = {},
      .needs = {},
      .ptx = {7, 0},
      .operations = words,
      .launch = {.grid = {1}, .block = {words}},
      .input_bytes = words * sizeof(std::uint32_t),
      .element = Element::u32,
      .outputs = words,
      .scratch_bytes = scratch,
      .tensor_map = std::nullopt,
      .exact = make_exact,
      .random = &random,
      .reference = &reference,
      .fault = {.what = "word 7 is larger by 5", .corrupt = &corrupt},
      .tolerance = {},
      .native_sass = {},
      .rate = std::nullopt,
      .native_test = std::nullopt,
      .neutralise = {},
      .neutralise_exception = "a test of the supervisor, not of an instruction",
  };
}

}  // namespace bp::self_test
