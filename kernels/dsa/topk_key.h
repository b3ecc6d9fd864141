// Floats as integers of the same order: what the selection compares and counts.
#pragma once

#include <cstdint>

#include "kernels/device_code.h"

namespace bp::dsa {

inline constexpr std::uint32_t nan_key = 0;
inline constexpr std::uint32_t lowest_number_key = 0x007fffff;   // of -inf
inline constexpr std::uint32_t highest_number_key = 0xff800000;  // of +inf

/// Of the bits of a float: NaN of any sign becomes 0, -0 becomes +0, the rest keeps its order.
BP_DEVICE constexpr std::uint32_t key_of_bits(std::uint32_t bits) {
  const std::uint32_t magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) return nan_key;
  if (magnitude == 0) return 0x80000000u;
  return bits >> 31 != 0 ? ~bits : bits | 0x80000000u;
}

/// Bits of the least float x such that x <= v says: the key of v is at least `key`, where key > 0.
/// NaN where no float is so large.
BP_DEVICE constexpr std::uint32_t bits_of_limit(std::uint32_t key) {
  if (key < lowest_number_key) key = lowest_number_key;
  return key >> 31 != 0 ? key & 0x7fffffffu : ~key;
}

}  // namespace bp::dsa
