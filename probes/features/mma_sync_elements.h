// Elements of A and B of the mma_sync probes: how a value lies in its container, and which values
// are tried.
//   bits             of a container
//   encode, decode   value <-> container
//   exact(random)    a value for which all results are exact
//   random(random)   any value
//   random_limit     of its magnitude, and of C's
//   fault(value)     what the planted fault puts in its place
#pragma once

#include <bit>
#include <cmath>

#include "probes/features/host.h"

namespace bp::mma {

/// Integers up to `exact_limit` are tried exactly, random values lie within +-`limit`.
struct Range {
  int exact_limit = 4;
  double limit = 1;
  double fault = 2;
};

/// What numbers have in common: all but bits.
template <const Range& range>
struct Number {
  static constexpr double random_limit = range.limit;
  static double exact(Random& values) {
    return static_cast<double>(values.between(-range.exact_limit, range.exact_limit));
  }
  static double random(Random& values) { return range.limit * values.unit(); }
  static double fault(double value) { return value > 0 ? -range.fault : range.fault; }
};

inline constexpr Range small_range{};

/// A SmallFloat with `shift` zeros below it in its container.
template <const SmallFloat& format, unsigned container_bits, const Range& range = small_range,
          unsigned shift = 0>
struct Float : Number<range> {
  static constexpr unsigned bits = container_bits;
  static std::uint64_t encode(double value) { return std::uint64_t{format.encode(value)} << shift; }
  static double decode(std::uint64_t container) {
    return format.decode(static_cast<std::uint32_t>(container >> shift));
  }
};

struct Double : Number<small_range> {
  static constexpr unsigned bits = 64;
  static std::uint64_t encode(double value) { return std::bit_cast<std::uint64_t>(value); }
  static double decode(std::uint64_t container) { return std::bit_cast<double>(container); }
};

/// Two's complement.
template <unsigned container_bits, const Range& range>
struct Signed : Number<range> {
  static constexpr unsigned bits = container_bits;
  static std::uint64_t encode(double value) {
    return static_cast<std::uint64_t>(std::lround(value)) & ((std::uint64_t{1} << bits) - 1);
  }
  static double decode(std::uint64_t container) {
    const auto sign = std::int64_t{1} << (bits - 1);
    return static_cast<double>((static_cast<std::int64_t>(container) ^ sign) - sign);
  }
};

struct Bit {
  static constexpr unsigned bits = 1;
  static constexpr double random_limit = 100;
  static double exact(Random& values) { return random(values); }
  static double random(Random& values) { return static_cast<double>(values.next() >> 63); }
  static double fault(double value) { return 1 - value; }
  static std::uint64_t encode(double value) { return value != 0 ? 1 : 0; }
  static double decode(std::uint64_t container) { return static_cast<double>(container); }
};

inline constexpr Range s8_range{.exact_limit = 100, .limit = 127, .fault = 120};
inline constexpr Range s4_range{.exact_limit = 7, .limit = 7, .fault = 7};
inline constexpr Range fp6_range{.exact_limit = 4, .limit = 4, .fault = 6};
inline constexpr Range fp4_range{.exact_limit = 4, .limit = 6, .fault = 6};
// Scales enlarge the sums.
inline constexpr Range scaled_fp8_range{.exact_limit = 2};
inline constexpr Range scaled_fp4_range{.exact_limit = 2, .limit = 6, .fault = 6};

}  // namespace bp::mma
