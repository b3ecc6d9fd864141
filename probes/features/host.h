// Small helpers for the host half of probe files: typed access to byte buffers and reproducible
// random values.
#pragma once

#include <bit>
#include <cstring>
#include <type_traits>

#include "probes/features/probe.h"

namespace bp {

/// Element `index` of a buffer seen as an array of T.
template <typename T>
T load(std::span<const std::uint8_t> bytes, std::size_t index) {
  T value;
  std::memcpy(&value, bytes.data() + index * sizeof(T), sizeof(T));
  return value;
}

template <typename T>
void store(std::span<std::uint8_t> bytes, std::size_t index, std::type_identity_t<T> value) {
  std::memcpy(bytes.data() + index * sizeof(T), &value, sizeof(T));
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same seed gives the same values on every platform.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  /// Uniform in [low, high], both included.
  int between(int low, int high) {
    const auto span = static_cast<std::uint64_t>(high - low) + 1;
    return low + static_cast<int>(next() % span);
  }
  /// Uniform in [-1, 1).
  double unit() { return static_cast<double>(next() >> 11) * 0x1p-52 - 1.0; }

 private:
  std::uint64_t state_;
};

// --- number formats of tensor cores, exact both ways
// -------------------------------------------------------

enum class Rounding : std::uint8_t { nearest_even, toward_zero, away_from_zero };

/// Rounds, to nearest even unless told otherwise, to a binary format of 1 sign, `exponent_bits` and
/// `mantissa_bits`; saturates at the largest finite value. Denormals are kept. `ieee`: the all-ones
/// exponent is reserved (f16, bf16, tf32, e5m2); otherwise all codes are numbers but, with `nan`,
/// the single all-ones one (e4m3).
struct SmallFloat {
  int exponent_bits;
  int mantissa_bits;
  bool ieee;
  bool nan;
  std::uint32_t encode(double value, Rounding rounding = Rounding::nearest_even) const;
  double decode(std::uint32_t code) const;
};
inline constexpr SmallFloat f16{5, 10, true, true};
inline constexpr SmallFloat bf16{8, 7, true, true};
inline constexpr SmallFloat tf32{8, 10, true, true};
inline constexpr SmallFloat e4m3{4, 3, false, true};
inline constexpr SmallFloat e5m2{5, 2, true, true};
inline constexpr SmallFloat e2m1{2, 1, false, false};
inline constexpr SmallFloat e3m2{3, 2, false, false};
inline constexpr SmallFloat e2m3{2, 3, false, false};
inline constexpr SmallFloat ue4m3_magnitude{4, 3, false, true};  // sign bit always 0

/// Scale exponents of MX formats: code e is 2^(e-127), 255 is NaN.
double decode_ue8m0(std::uint8_t code);

}  // namespace bp
