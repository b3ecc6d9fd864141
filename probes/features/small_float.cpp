#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "probes/features/host.h"

namespace bp {

namespace {

constexpr int double_bias = 1023;
constexpr int double_mantissa_bits = 52;

/// 2^exponent, for exponents of normal doubles.
double power_of_two(int exponent) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + double_bias)
                               << double_mantissa_bits);
}

}  // namespace

double SmallFloat::decode(std::uint32_t code) const {
  const std::uint32_t mantissa = code & ((1u << mantissa_bits) - 1);
  const std::uint32_t top = (1u << exponent_bits) - 1;
  const std::uint32_t exponent = (code >> mantissa_bits) & top;
  const bool negative = ((code >> (mantissa_bits + exponent_bits)) & 1u) != 0;
  const int bias = (1 << (exponent_bits - 1)) - 1;
  double magnitude = 0;
  if (ieee && exponent == top) {
    magnitude = mantissa == 0 ? std::numeric_limits<double>::infinity()
                              : std::numeric_limits<double>::quiet_NaN();
  } else if (nan && !ieee && exponent == top && mantissa == (1u << mantissa_bits) - 1) {
    magnitude = std::numeric_limits<double>::quiet_NaN();
  } else if (exponent == 0) {
    magnitude = static_cast<double>(mantissa) * power_of_two(1 - bias - mantissa_bits);
  } else {
    magnitude = static_cast<double>(mantissa + (1u << mantissa_bits)) *
                power_of_two(static_cast<int>(exponent) - bias - mantissa_bits);
  }
  return negative ? -magnitude : magnitude;
}

// In integers: some probes convert all 65536 values of a format, several times.
std::uint32_t SmallFloat::encode(double value, Rounding rounding) const {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  const std::uint32_t sign = bits >> 63 != 0 ? 1u << (exponent_bits + mantissa_bits) : 0u;
  const std::uint32_t top = (1u << exponent_bits) - 1;
  if (std::isnan(value)) return sign | (top << mantissa_bits) | ((1u << mantissa_bits) - 1);
  const std::uint32_t largest =
      ieee ? (top << mantissa_bits) - 1
           : (top << mantissa_bits) + (1u << mantissa_bits) - (nan ? 2 : 1);
  constexpr std::uint64_t leading = std::uint64_t{1} << double_mantissa_bits;
  const int stored_exponent = static_cast<int>((bits >> double_mantissa_bits) & 0x7ff);
  // A double that is not normal is far below every format's smallest value; all but zero round
  // up with `away_from_zero`.
  const std::uint64_t significand =
      (bits & (leading - 1)) | (stored_exponent != 0 ? leading : std::uint64_t{0});
  const int smallest = 1 - ((1 << (exponent_bits - 1)) - 1);  // exponent of the smallest normal
  const int exponent = std::max(stored_exponent - double_bias, smallest);
  // In units of the last place of this binade, `dropped` bits of the significand are its fraction.
  // From 62 on there is nothing but fraction, and less than a half.
  const int dropped = std::min(
      double_mantissa_bits - mantissa_bits + exponent - (stored_exponent - double_bias), 62);
  const std::uint64_t fraction = significand & ((std::uint64_t{1} << dropped) - 1);
  const std::uint64_t half = std::uint64_t{1} << (dropped - 1);
  std::uint64_t units = significand >> dropped;
  switch (rounding) {
    case Rounding::nearest_even:
      units += fraction > half || (fraction == half && units % 2 == 1) ? 1 : 0;
      break;
    case Rounding::toward_zero:
      break;
    case Rounding::away_from_zero:
      units += fraction != 0 ? 1 : 0;
      break;
  }
  // Adding instead of or-ing carries into the exponent where rounding reached the next binade.
  const std::uint32_t biased = static_cast<std::uint32_t>(exponent - smallest) << mantissa_bits;
  return sign | std::min(biased + static_cast<std::uint32_t>(units), largest);
}

double decode_ue8m0(std::uint8_t code) {
  if (code == 255) return std::numeric_limits<double>::quiet_NaN();
  return std::ldexp(1.0, code - 127);
}

}  // namespace bp
