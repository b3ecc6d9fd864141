// Element and scale formats of the tcgen05.mma probes.
//   bits, padded          an element's width; padded: 16 of them at the start of each 16 bytes
//   encode, decode        value <-> bits
//   exact_limit           integers up to here are tried exactly
//   random_limit          random values lie within +- this
//   fault_value           what the planted fault puts in, with the other sign
#pragma once

#include <cmath>

#include "probes/features/host.h"

namespace bp::tcgen05 {

template <const SmallFloat& format, unsigned width, int limit = 1, unsigned shift = 0>
struct Real {
  static constexpr unsigned bits = width;
  // "Packing format used for matrix A and B by .kind::mxf8f6f4 in Shared Memory".
  static constexpr bool padded = width == 6;
  static constexpr int exact_limit = 4;
  static constexpr double random_limit = limit;
  static constexpr double fault_value = 4 * limit;  // or the format's largest value
  static std::uint32_t encode(double value) { return format.encode(value) << shift; }
  static double decode(std::uint32_t code) { return format.decode(code >> shift); }
};

using F16 = Real<f16, 16>;
/// tf32 is the upper 19 bits of an f32.
using Tf32 = Real<tf32, 32, 1, 13>;
using E4m3 = Real<e4m3, 8>;
using E5m2 = Real<e5m2, 8>;
using E3m2 = Real<e3m2, 6, 4>;
using E2m3 = Real<e2m3, 6, 4>;
using E2m1 = Real<e2m1, 4, 6>;
struct PaddedE2m1 : E2m1 {
  static constexpr bool padded = true;
};

struct S8 {
  static constexpr unsigned bits = 8;
  static constexpr bool padded = false;
  static constexpr int exact_limit = 127;
  static constexpr double random_limit = 127;
  static constexpr double fault_value = 127;
  static std::uint32_t encode(double value) {
    return static_cast<std::uint8_t>(static_cast<std::int8_t>(std::lround(value)));
  }
  static double decode(std::uint32_t code) { return static_cast<std::int8_t>(code); }
};

/// One bit field of at most 32 bits; fields may cross bytes.
inline std::uint32_t bits_at(std::span<const std::uint8_t> bytes, std::size_t bit, unsigned width) {
  std::uint64_t value = 0;
  const std::size_t first = bit / 8;
  for (std::size_t i = first; i <= (bit + width - 1) / 8; ++i)
    value |= std::uint64_t{bytes[i]} << (8 * (i - first));
  return static_cast<std::uint32_t>((value >> (bit % 8)) & ((std::uint64_t{1} << width) - 1));
}
inline void set_bits_at(std::span<std::uint8_t> bytes, std::size_t bit, unsigned width,
                        std::uint32_t value) {
  for (unsigned i = 0; i < width; ++i) {
    const auto mask = static_cast<std::uint8_t>(1u << ((bit + i) % 8));
    std::uint8_t& byte = bytes[(bit + i) / 8];
    byte = static_cast<std::uint8_t>((value >> i & 1u) != 0 ? byte | mask : byte & ~mask);
  }
}

/// Scales. exact: powers of two, so that all products stay exact.
struct Unscaled {
  static double decode(std::uint8_t) { return 1; }
  static std::uint8_t exact(Random&) { return 0; }
  static std::uint8_t random(Random&) { return 0; }
};
struct Ue8m0 {
  static double decode(std::uint8_t code) { return decode_ue8m0(code); }
  static std::uint8_t exact(Random& values) {
    return static_cast<std::uint8_t>(127 + values.between(-1, 1));
  }
  static std::uint8_t random(Random& values) { return exact(values); }
  static std::uint8_t doubled(std::uint8_t code) { return static_cast<std::uint8_t>(code + 1); }
};
struct Ue4m3 {
  static double decode(std::uint8_t code) { return ue4m3_magnitude.decode(code); }
  /// 0.5, 1 or 2.
  static std::uint8_t exact(Random& values) {
    return static_cast<std::uint8_t>(values.between(6, 8) * 8);
  }
  /// 0.5 to 1.875, every mantissa.
  static std::uint8_t random(Random& values) {
    return static_cast<std::uint8_t>(values.between(6, 7) * 8 + values.between(0, 7));
  }
  static std::uint8_t doubled(std::uint8_t code) { return static_cast<std::uint8_t>(code + 8); }
};

}  // namespace bp::tcgen05
