// Host half of the probes of f16x2 and bf16x2 arithmetic: what each result is, and inputs for which
// double precision says it exactly.
#pragma once

#include <cmath>

#include "probes/features/cvt_host.h"

namespace bp::packed {

/// Rounded to nearest even: infinity from half a step above the largest number on. NaN becomes the
/// canonical one, whatever its inputs (PTX ISA 9.0, section "Half Precision Floating Point
/// Instructions").
inline std::uint32_t rounded(const SmallFloat& format, double value, bool relu = false) {
  const std::uint32_t top = format.encode(std::numeric_limits<double>::infinity());
  const double largest = format.decode(top);
  const double limit = largest + (largest - format.decode(top - 1)) / 2;
  if (std::fabs(value) >= limit)
    value = std::copysign(std::numeric_limits<double>::infinity(), value);
  return cvt::widen(format, value, relu);
}

/// "If one of the inputs is NaN the other is the result"; with .NaN, NaN is. +0 is above -0.
inline double smaller(double a, double b) {
  if (std::isnan(a)) return b;
  if (std::isnan(b)) return a;
  return a < b || (a == b && std::signbit(a)) ? a : b;
}
inline double larger_or_nan(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::numeric_limits<double>::quiet_NaN();
  return a > b || (a == b && !std::signbit(a)) ? a : b;
}

/// Exponents from -6 to 6: products and sums of such numbers are exact in double precision, and so
/// rounded only once.
inline std::uint32_t ordinary(const SmallFloat& format, Random& values) {
  const int bias = (1 << (format.exponent_bits - 1)) - 1;
  const auto exponent = static_cast<std::uint32_t>(values.between(-6, 6) + bias);
  const auto rest = static_cast<std::uint32_t>(values.next() >> 32);
  const std::uint32_t mantissa = rest & ((1u << format.mantissa_bits) - 1);
  return (rest >> 31) << 15 | exponent << format.mantissa_bits | mantissa;
}

/// Zeros, infinities, NaN, the smallest and largest denormal, the largest number, one.
inline std::uint32_t special(const SmallFloat& format, std::uint32_t index) {
  const std::uint32_t infinity = ((1u << format.exponent_bits) - 1) << format.mantissa_bits;
  const std::uint32_t one = format.encode(1.0);
  const std::array<std::uint32_t, 8> magnitudes{0,
                                                infinity,
                                                infinity | 1u << (format.mantissa_bits - 1),
                                                infinity - 1,
                                                one,
                                                1,
                                                (1u << format.mantissa_bits) - 1,
                                                infinity + 3};
  return magnitudes[index % 8] | (index / 8 % 2) << 15;
}

/// `inputs` words of two numbers each; two numbers to a result, `Formula::results` of them:
/// Formula::apply(const SmallFloat&, const double (&)[inputs], std::uint32_t*).
template <const SmallFloat& format, typename Formula>
struct Operation {
  using Result = std::uint32_t;
  static constexpr unsigned items = 512, words = Formula::inputs, results = Formula::results;
  static constexpr std::array<std::uint32_t, 2> fault_words{
      format.exponent_bits == 5 ? 0x3c004000u : 0x3f804000u,
      format.exponent_bits == 5 ? 0x40003c00u : 0x40003f80u};  // 1 and 2 in either order

  static void random(Random& values, std::span<std::uint32_t> in) {
    for (auto& word : in) word = ordinary(format, values) << 16 | ordinary(format, values);
  }
  /// The second half: special numbers, each with each; for a third 0, 1, -1 or infinity, so that
  /// no product is rounded, and no sum is halfway between two numbers by what double precision
  /// drops.
  static void exact(std::span<std::uint32_t> in) {
    Random values(2026);
    random(values, in);
    const std::array<std::uint32_t, 4> thirds{0, format.encode(1.0), format.encode(-1.0),
                                              special(format, 1)};
    for (std::uint32_t i = 0; i < 256; ++i) {
      auto* item = &in[std::size_t{256 + i} * words];
      item[0] = special(format, i) << 16 | special(format, i / 16);
      item[1] = special(format, i / 16) << 16 | special(format, i);
      if constexpr (words == 3) item[2] = thirds[i % 4] << 16 | thirds[i / 4 % 4];
    }
  }
  static void apply(unsigned, const std::uint32_t* in, std::uint32_t* out) {
    for (unsigned i = 0; i < results; ++i) out[i] = 0;
    for (const unsigned shift : {0u, 16u}) {
      double x[words];
      std::uint32_t result[results];
      for (unsigned i = 0; i < words; ++i) x[i] = format.decode(in[i] >> shift & 0xffffu);
      Formula::apply(format, x, result);
      for (unsigned i = 0; i < results; ++i) out[i] |= result[i] << shift;
    }
  }
};

struct FmaMinMax {
  static constexpr unsigned inputs = 3, results = 4;
  static void apply(const SmallFloat& format, const double* x, std::uint32_t* out) {
    const double sum = std::fma(x[0], x[2], x[1]);
    out[0] = rounded(format, sum);
    out[1] = rounded(format, sum, true);
    out[2] = rounded(format, smaller(x[0], x[1]));
    out[3] = rounded(format, larger_or_nan(x[0], x[1]));
  }
};

struct AddSubMul {
  static constexpr unsigned inputs = 2, results = 3;
  static void apply(const SmallFloat& format, const double* x, std::uint32_t* out) {
    out[0] = rounded(format, x[0] + x[1]);
    out[1] = rounded(format, x[0] - x[1]);
    out[2] = rounded(format, x[0] * x[1]);
  }
};

}  // namespace bp::packed
