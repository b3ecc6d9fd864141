// Host half of the cvt probes: the rules of PTX ISA 9.0, section "cvt", and their inputs.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "probes/features/cvt_items.h"
#include "probes/features/elementwise_host.h"

namespace bp::cvt {

/// ".relu: clamps negative results to 0, NaN results become canonical NaN"; +0 also for -0 and for
/// what rounds to it. "A canonical NaN has all bits of exponent and mantissa set, and no sign."
inline std::uint32_t canonical_nan(const SmallFloat& format) {
  return (1u << (format.exponent_bits + format.mantissa_bits)) - 1;
}

/// Packed small floats with .satfinite: "NaN becomes the NaN of the format; without one, positive
/// MAX_NORM", which is the code with all bits set but the sign either way. What is larger than
/// MAX_NORM becomes MAX_NORM with its sign, infinity too. Denormals are kept.
inline std::uint32_t narrow(const SmallFloat& format, double value, bool relu,
                            Rounding rounding = Rounding::nearest_even) {
  if (std::isnan(value)) return canonical_nan(format);
  if (relu && std::signbit(value)) return 0;
  return format.encode(value, rounding);
}

/// To f16 or bf16 without .satfinite: infinity stays. Every value of the small formats is one of
/// f16's, so nothing is rounded.
inline std::uint32_t widen(const SmallFloat& to, double value, bool relu) {
  if (std::isnan(value)) return canonical_nan(to);
  if (relu && std::signbit(value)) return 0;
  if (!std::isinf(value)) return to.encode(value);
  const std::uint32_t infinity = to.encode(std::numeric_limits<double>::infinity()) + 1;
  return value > 0 ? infinity : infinity | 1u << (to.exponent_bits + to.mantissa_bits);
}

/// The ue8m0 code of an f32, rounded toward zero or up. The sign has no place in the code and is
/// ignored; code 0 is 2^-127, the smallest, also for what is smaller; with .satfinite infinity and
/// what rounds up to 2^128 become 2^127, the largest; NaN is 255.
inline std::uint32_t scale_code(std::uint32_t bits, bool up) {
  const std::uint32_t magnitude = bits & 0x7fffffffu;
  constexpr std::uint32_t infinity = 0x7f800000u;
  constexpr std::uint32_t smallest = 0x00400000u;
  if (magnitude > infinity) return 255;
  const bool more = up && (magnitude & 0x7fffffu) != 0 && magnitude > smallest;
  return std::min((magnitude >> 23) + (more ? 1u : 0u), 254u);
}

inline std::uint32_t bits_of(double value) {
  return std::bit_cast<std::uint32_t>(static_cast<float>(value));
}
inline double value_of(std::uint32_t bits) {
  return static_cast<double>(std::bit_cast<float>(bits));
}

/// Bits of f32: each value of the format, the middle between it and the next, and the f32 next to
/// each, below and above; both signs. Then overflow, infinities, NaN, denormals of f32.
inline std::vector<std::uint32_t> hard_values(const SmallFloat& format) {
  std::vector<std::uint32_t> values;
  const std::uint32_t largest = format.encode(std::numeric_limits<double>::infinity());
  for (std::uint32_t code = 0; code <= largest; ++code) {
    const double low = format.decode(code);
    // Behind the largest value follows as large a step as before it.
    const double high =
        code < largest ? format.decode(code + 1) : 2 * low - format.decode(code - 1);
    for (const double value : {low, low + (high - low) / 2}) {
      for (const std::uint32_t bits : {bits_of(value), bits_of(value) + 1, bits_of(value) - 1}) {
        if (value == 0 && bits > 1) continue;  // below zero there is no f32 of the same sign
        values.push_back(bits);
        values.push_back(bits | 0x80000000u);
      }
    }
  }
  for (const std::uint32_t bits : {0x7f800000u, 0x7f7fffffu, 0x7fc00000u, 0x7fffffffu, 0x7f800001u,
                                   0x00000001u, 0x007fffffu, 0x00800000u, 0x3f800000u}) {
    values.push_back(bits);
    values.push_back(bits | 0x80000000u);
  }
  return values;
}

/// Any f32 whose exponent lies in the range of the format, or just outside.
inline std::uint32_t random_f32(const SmallFloat& format, Random& values) {
  const double largest = format.decode(format.encode(std::numeric_limits<double>::infinity()));
  const int low = std::max(std::ilogb(format.decode(1)) - 2, -126);
  const int high = std::min(std::ilogb(largest) + 2, 127);
  const auto exponent = static_cast<std::uint32_t>(values.between(low, high) + 127);
  return exponent << 23 | (static_cast<std::uint32_t>(values.next() >> 32) & 0x807fffffu);
}

/// All 65536 numbers of 16 bits, without order.
inline std::uint32_t scattered(std::uint32_t index) { return index * 40503u & 0xffffu; }

/// Pairs of f32 to one word: without .relu below, with .relu above.
template <const SmallFloat& format, unsigned bits>
struct Narrow {
  using Result = std::uint32_t;
  static constexpr unsigned items = f32_items, words = 2, results = 1;
  static constexpr std::array<std::uint32_t, 2> fault_words{0x3f800000u, 0x40000000u};  // 1, 2

  static void exact(std::span<std::uint32_t> in) {
    const auto hard = hard_values(format);
    Random values(2026);
    for (std::size_t i = 0; i < in.size(); ++i)
      in[i] = i < hard.size() ? hard[i] : random_f32(format, values);
  }
  static void random(Random& values, std::span<std::uint32_t> in) {
    for (auto& word : in) word = random_f32(format, values);
  }
  static std::uint32_t pair(double upper, double lower, bool relu) {
    return narrow(format, upper, relu) << bits | narrow(format, lower, relu);
  }
  static void apply(unsigned, const std::uint32_t* in, std::uint32_t* out) {
    const double upper = value_of(in[1]);
    const double lower = value_of(in[0]);
    out[0] = pair(upper, lower, false) | pair(upper, lower, true) << 16;
  }
};

/// f16x2 as well: every value of f16.
template <const SmallFloat& format>
struct NarrowAll {
  using Result = std::uint32_t;
  using FromF32 = Narrow<format, 8>;
  static constexpr unsigned items = all_items + relu_items + f32_items;
  static constexpr unsigned words = 2, results = 1;
  static constexpr std::array<std::uint32_t, 2> fault_words{0x3c004000u, 0x40003c00u};  // 1, 2
  static constexpr std::size_t f16_words = std::size_t{words} * (all_items + relu_items);

  static void exact(std::span<std::uint32_t> in) {
    for (std::uint32_t i = 0; i < f16_words; ++i)
      in[i] = scattered(2 * i) | scattered(2 * i + 1) << 16;
    FromF32::exact(in.subspan(f16_words));
  }
  static void random(Random& values, std::span<std::uint32_t> in) {
    for (auto& word : in.first(f16_words)) word = static_cast<std::uint32_t>(values.next() >> 32);
    FromF32::random(values, in.subspan(f16_words));
  }
  /// Every f16 is converted once for all references.
  static std::uint32_t of(std::uint32_t code) {
    static const std::vector<std::uint8_t> table = [] {
      std::vector<std::uint8_t> codes(65536);
      for (std::uint32_t i = 0; i < codes.size(); ++i)
        codes[i] = static_cast<std::uint8_t>(narrow(format, f16.decode(i), false));
      return codes;
    }();
    return table[code];
  }
  static std::uint32_t of(std::uint32_t code, bool relu) {
    return relu ? narrow(format, f16.decode(code), true) : of(code);
  }
  static std::uint32_t pair(std::uint32_t halves, bool relu) {
    return of(halves >> 16, relu) << 8 | of(halves & 0xffffu, relu);
  }
  static void apply(unsigned item, const std::uint32_t* in, std::uint32_t* out) {
    if (item >= all_items + relu_items) return FromF32::apply(item, in, out);
    const bool relu = item >= all_items;
    out[0] = pair(in[0], relu) | pair(in[1], relu) << 16;
  }
};

/// Pairs of codes to f16x2, or bf16x2: one word without .relu, one with. Every code, in both
/// places.
template <const SmallFloat& format, unsigned bits>
struct Widen {
  using Result = std::uint32_t;
  static constexpr unsigned items = 256, words = 1, results = 2;
  // Two pairs of codes, all of them small positive numbers.
  static constexpr std::array<std::uint32_t, 2> fault_words{0x0101u, 0x0102u};
  static constexpr unsigned spread = bits;
  static constexpr unsigned codes = 1u << (format.exponent_bits + format.mantissa_bits + 1);

  static std::uint32_t pair(std::uint32_t upper, std::uint32_t lower) {
    return (upper % codes) << spread | lower % codes;
  }
  static void exact(std::span<std::uint32_t> in) {
    for (std::uint32_t i = 0; i < items; ++i)
      in[i] = bits == 4 ? i : pair(i * 77 + 13 + i / codes * 5, i);
  }
  static void random(Random& values, std::span<std::uint32_t> in) {
    for (auto& word : in)
      word = pair(static_cast<std::uint32_t>(values.next() >> 40),
                  static_cast<std::uint32_t>(values.next() >> 40));
  }
  static void apply(unsigned, const std::uint32_t* in, std::uint32_t* out) {
    const double upper = format.decode(in[0] >> spread & (codes - 1));
    const double lower = format.decode(in[0] & (codes - 1));
    out[0] = widen(f16, upper, false) << 16 | widen(f16, lower, false);
    out[1] = widen(f16, upper, true) << 16 | widen(f16, lower, true);
  }
};

/// The common part of the descriptions.
inline constexpr PtxVersion fp8_ptx{8, 1};
inline constexpr PtxVersion narrow_ptx{8, 6};
// Without the instruction its result is zero.
inline constexpr std::string_view nothing8 = "cvt.u8.u32 %0, 0;";
inline constexpr std::string_view nothing16 = "mov.b16 %0, 0;";
inline constexpr std::string_view nothing32 = "mov.b32 %0, 0;";

}  // namespace bp::cvt
