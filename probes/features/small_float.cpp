#include <cmath>
#include <limits>

#include "probes/features/host.h"

namespace bp {

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
    magnitude = std::ldexp(static_cast<double>(mantissa), 1 - bias - mantissa_bits);
  } else {
    magnitude = std::ldexp(static_cast<double>(mantissa + (1u << mantissa_bits)),
                           static_cast<int>(exponent) - bias - mantissa_bits);
  }
  return negative ? -magnitude : magnitude;
}

std::uint32_t SmallFloat::encode(double value) const {
  const std::uint32_t sign = std::signbit(value) ? 1u << (exponent_bits + mantissa_bits) : 0u;
  const std::uint32_t top = (1u << exponent_bits) - 1;
  if (std::isnan(value)) return sign | (top << mantissa_bits) | ((1u << mantissa_bits) - 1);
  const std::uint32_t largest =
      ieee ? (top << mantissa_bits) - 1
           : (top << mantissa_bits) + (1u << mantissa_bits) - (nan ? 2 : 1);
  const double magnitude = std::fabs(value);
  if (magnitude >= decode(largest)) return sign | largest;
  const int bias = (1 << (exponent_bits - 1)) - 1;
  int exponent = magnitude > 0 ? std::ilogb(magnitude) : 1 - bias;
  if (exponent < 1 - bias) exponent = 1 - bias;
  // In units of the last place of this binade; nearbyint rounds to nearest even.
  const auto units =
      static_cast<std::uint32_t>(std::nearbyint(std::ldexp(magnitude, mantissa_bits - exponent)));
  // Adding instead of or-ing carries into the exponent where rounding reached the next binade.
  const std::uint32_t biased = static_cast<std::uint32_t>(exponent + bias - 1) << mantissa_bits;
  return sign | (biased + units);
}

double decode_ue8m0(std::uint8_t code) {
  if (code == 255) return std::numeric_limits<double>::quiet_NaN();
  return std::ldexp(1.0, code - 127);
}

}  // namespace bp
