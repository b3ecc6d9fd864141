// Host half of the probes of f32 arithmetic: inputs, and results as the GPU gives them.
#pragma once

#include <cmath>
#include <limits>

#include "probes/features/elementwise_host.h"

namespace bp::f32 {

inline float value(std::uint32_t bits) { return std::bit_cast<float>(bits); }
/// NaN is always the canonical one (PTX ISA 9.0, section "Floating Point Instructions": payloads
/// are not kept).
inline std::uint32_t bits(float value) {
  return std::isnan(value) ? 0x7fffffffu : std::bit_cast<std::uint32_t>(value);
}

/// Exponents from -20 to 20, so that sums lose bits.
inline std::uint32_t ordinary(Random& values) {
  const auto exponent = static_cast<std::uint32_t>(values.between(-20, 20) + 127);
  return exponent << 23 | (static_cast<std::uint32_t>(values.next() >> 32) & 0x807fffffu);
}

/// Items of `count` numbers; half of the exact ones hold zeros, infinities, NaN, denormals and the
/// largest number.
template <unsigned count>
struct Inputs {
  using Result = std::uint32_t;
  static constexpr unsigned items = 512, words = count;
  static constexpr std::array<std::uint32_t, 2> fault_words{0x4b000000u, 0xcb000000u};  // +-2^23

  static void random(Random& values, std::span<std::uint32_t> in) {
    for (auto& word : in) word = ordinary(values);
  }
  static void exact(std::span<std::uint32_t> in) {
    constexpr std::array<std::uint32_t, 8> special{0,           0x7f800000u, 0x7fc00000u,
                                                   0x7f7fffffu, 0x3f800000u, 0x00000001u,
                                                   0x007fffffu, 0x7fc12345u};
    Random values(2026);
    random(values, in);
    for (auto& word : in.last(in.size() / 2)) {
      const auto pick = static_cast<std::size_t>(values.between(0, 15));
      if (pick < 8) word = special[pick] | (word & 0x80000000u);
    }
  }
};

}  // namespace bp::f32
