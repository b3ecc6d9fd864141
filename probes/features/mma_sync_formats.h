// Element formats of the mma_sync probes: how a value lies in its container, and which values are
// tried.
//   Accumulator, container_bits
//   encode, decode        value <-> container
//   exact_limit           integers up to here are tried exactly
//   random_limit          random values lie within +- this
//   fault_value           what the planted fault puts in
//   blocks                scales along K; if not 0: decode_scale, exact_scale, random_scale,
//   doubled_scale
#pragma once

#include <cmath>

#include "probes/features/host.h"

namespace bp::mma {

/// A SmallFloat that fills the upper bits of its container but for `shift` zeros below it.
template <const SmallFloat& format, unsigned bits, unsigned shift = 0>
struct FloatFormat {
  using Accumulator = float;
  static constexpr unsigned container_bits = bits;
  static constexpr int exact_limit = 4;
  static constexpr double random_limit = 1;
  static constexpr double fault_value = 2;
  static constexpr unsigned blocks = 0;
  static std::uint32_t encode(double value) { return format.encode(value) << shift; }
  static double decode(std::uint32_t container) { return format.decode(container >> shift); }
  static std::uint8_t exact_scale(Random&) { return 0; }
  static std::uint8_t random_scale(Random&) { return 0; }
};

using F16 = FloatFormat<f16, 16>;
using Bf16 = FloatFormat<bf16, 16>;
/// tf32 is the upper 19 bits of an f32.
using Tf32 = FloatFormat<tf32, 32, 13>;
using E4m3 = FloatFormat<e4m3, 8>;

struct S8 {
  using Accumulator = std::int32_t;
  static constexpr unsigned container_bits = 8;
  static constexpr int exact_limit = 100;
  static constexpr double random_limit = 127;
  static constexpr double fault_value = 120;
  static constexpr unsigned blocks = 0;
  static std::uint32_t encode(double value) {
    return static_cast<std::uint8_t>(static_cast<std::int8_t>(std::lround(value)));
  }
  static double decode(std::uint32_t container) { return static_cast<std::int8_t>(container); }
  static std::uint8_t exact_scale(Random&) { return 0; }
  static std::uint8_t random_scale(Random&) { return 0; }
};

/// kind::f8f6f4: a 4-bit element has two zero bits below and two above it in its byte.
struct E2m1InByte : FloatFormat<e2m1, 8, 2> {
  static constexpr double random_limit = 6;
  static constexpr double fault_value = 6;
};

/// kind::mxf8f6f4 with .scale_vec::1X: a power of two (ue8m0) for each row of A and column of B.
struct MxE4m3 : FloatFormat<e4m3, 8> {
  static constexpr int exact_limit = 2;
  static constexpr unsigned blocks = 1;
  static double decode_scale(std::uint8_t code) { return decode_ue8m0(code); }
  static std::uint8_t exact_scale(Random& values) { return scale(values, 2); }
  static std::uint8_t random_scale(Random& values) { return scale(values, 1); }
  static std::uint8_t doubled_scale(std::uint8_t code) {
    return static_cast<std::uint8_t>(code + 1);
  }

 private:
  static std::uint8_t scale(Random& values, int range) {
    return static_cast<std::uint8_t>(127 + values.between(-range, range));
  }
};

/// kind::mxf4nvf4 with .scale_vec::4X: packed e2m1, a ue4m3 scale for every 16 elements along K.
struct Nvf4 : FloatFormat<e2m1, 4> {
  static constexpr int exact_limit = 2;
  static constexpr double random_limit = 6;
  static constexpr unsigned blocks = 4;
  static double decode_scale(std::uint8_t code) { return ue4m3_magnitude.decode(code); }
  /// 0.5, 1 or 2.
  static std::uint8_t exact_scale(Random& values) { return code(values.between(6, 8), 0); }
  /// 0.5 to 1.875, every mantissa.
  static std::uint8_t random_scale(Random& values) {
    return code(values.between(6, 7), values.between(0, 7));
  }
  static std::uint8_t doubled_scale(std::uint8_t code) {
    return static_cast<std::uint8_t>(code + 8);
  }

 private:
  static std::uint8_t code(int exponent, int mantissa) {
    return static_cast<std::uint8_t>(exponent * 8 + mantissa);
  }
};

}  // namespace bp::mma
