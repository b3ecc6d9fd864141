// bf16 as its 16 bits: the upper half of a float. Fast enough to fill caches of many megabytes.
#pragma once

#include <bit>
#include <cstdint>

namespace bp {

constexpr float from_bf16(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

/// Rounded to nearest even; NaN stays NaN.
constexpr std::uint16_t to_bf16(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return 0x7fff;
  return static_cast<std::uint16_t>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

inline constexpr std::uint16_t bf16_nan = 0x7fff;

}  // namespace bp
