// Host half of the cvt.rs probes.
//
// The random bits are added to the fraction that does not fit (PTX ISA 9.0, section "cvt",
// "rbits"): all zero, nothing carries and the result is rounded toward zero; all one, any fraction
// carries and it is rounded away from it. No other bits are tried for one input, so that their
// order within a value, which the document leaves open, has no part in it; but the halves are: of
// four inputs a and b have random bits of their own, of two inputs a alone.
#pragma once

#include "probes/features/cvt_host.h"

namespace bp::cvt {

/// One block of items a format: `inputs` f32 and the random bits; results without and with .relu,
/// codes `spacing` bits apart. `first`: the random bits of the first half of the inputs.
template <unsigned inputs, unsigned spacing, std::uint32_t first, const SmallFloat&... formats>
struct Stochastic {
  using Result = std::uint32_t;
  static constexpr std::array<const SmallFloat*, sizeof...(formats)> list{&formats...};
  static constexpr unsigned items = elementwise::block * sizeof...(formats);
  static constexpr unsigned words = inputs + 1, results = 2;
  static constexpr std::array<std::uint32_t, 2> fault_words{0x3f800000u, 0x40000000u};  // 1, 2

  /// Normal numbers below the largest, as small a fraction as every format's random bits can see.
  static std::uint32_t value(const SmallFloat& format, Random& values) {
    const auto smallest = 1 << format.mantissa_bits;
    const auto largest = static_cast<int>(format.encode(std::numeric_limits<double>::infinity()));
    const auto code = static_cast<std::uint32_t>(values.between(smallest, largest - 1));
    const double low = format.decode(code);
    const double magnitude = low + (format.decode(code + 1) - low) * values.between(0, 255) / 256;
    return bits_of(values.between(0, 1) == 0 ? magnitude : -magnitude);
  }
  static void random(Random& values, std::span<std::uint32_t> in) {
    constexpr std::array<std::uint32_t, 4> random_bits{0, ~std::uint32_t{0}, first, ~first};
    for (std::size_t item = 0; item < items; ++item) {
      for (std::size_t i = 0; i < inputs; ++i)
        in[item * words + i] = value(*list[item / elementwise::block], values);
      in[item * words + inputs] = random_bits[static_cast<std::size_t>(values.between(0, 3))];
    }
  }
  static void exact(std::span<std::uint32_t> in) {
    Random values(2026);
    random(values, in);
  }
  static void apply(unsigned item, const std::uint32_t* in, std::uint32_t* out) {
    const SmallFloat& format = *list[item / elementwise::block];
    out[0] = out[1] = 0;
    for (unsigned i = 0; i < inputs; ++i) {
      const std::uint32_t own = in[inputs] & (i < inputs / 2 ? first : ~first);
      const Rounding rounding = own == 0 ? Rounding::toward_zero : Rounding::away_from_zero;
      for (const bool relu : {false, true}) {
        out[relu] |= narrow(format, value_of(in[i]), relu, rounding) << spacing * (inputs - 1 - i);
      }
    }
  }
};

inline constexpr PtxVersion rs_ptx{8, 7};

}  // namespace bp::cvt
