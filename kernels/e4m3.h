// e4m3 by integer operations, for the host and for GPUs without instructions for it (before sm_89):
// 1 sign, 4 exponent (bias 7), 3 mantissa bits; largest value 448; only 0x7f and 0xff are NaN.
#pragma once

#include <cstdint>

#include "kernels/device_code.h"

namespace bp {

inline constexpr float e4m3_largest = 448;

/// The code of a float given by its bits: rounded to nearest even, saturated at 448, NaN stays NaN.
BP_HOST_DEVICE constexpr std::uint8_t e4m3_of_fp32_bits(std::uint32_t bits) {
  const std::uint32_t sign = bits >> 24 & 0x80u;
  const std::uint32_t magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) return static_cast<std::uint8_t>(sign | 0x7fu);
  std::uint32_t code = 0;
  if (magnitude >= 0x3c800000u) {  // 2^-6, the smallest normal number
    const std::uint32_t rounded = magnitude + 0x7ffffu + (magnitude >> 20 & 1u);
    code = (rounded >> 20) - ((127u - 7u) << 3);
    if (code > 0x7eu) code = 0x7eu;
  } else {
    // In units of 2^-9: the mantissa with its hidden bit, shifted right.
    const std::uint32_t shift = 141u - (magnitude >> 23);
    if (shift <= 25u) {
      const std::uint32_t mantissa = (magnitude & 0x7fffffu) | 0x800000u;
      const std::uint32_t half = 1u << (shift - 1u);
      code = (mantissa + half - 1u + (mantissa >> shift & 1u)) >> shift;
    }
  }
  return static_cast<std::uint8_t>(sign | code);
}

/// Bits of the float that a code stands for.
BP_HOST_DEVICE constexpr std::uint32_t fp32_bits_of_e4m3(std::uint8_t code) {
  const std::uint32_t sign = static_cast<std::uint32_t>(code & 0x80u) << 24;
  const std::uint32_t magnitude = code & 0x7fu;
  if (magnitude == 0x7fu) return sign | 0x7fc00000u;
  if (magnitude >= 8u) return sign | ((magnitude << 20) + ((127u - 7u) << 23));
  if (magnitude == 0u) return sign;
  // m * 2^-9 with m in 1..7
  const std::uint32_t top = magnitude >= 4u ? 2u : magnitude >= 2u ? 1u : 0u;
  return sign | ((127u - 9u + top) << 23) | ((magnitude << (23u - top)) & 0x7fffffu);
}

}  // namespace bp
