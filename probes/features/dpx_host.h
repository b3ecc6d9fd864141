// Host half of the DPX probes.
#pragma once

#include <algorithm>

#include "probes/features/elementwise_host.h"

namespace bp::dpx {

/// 32-bit words of one s32 or two s16.
template <unsigned bits>
struct Operation {
  using Result = std::uint32_t;
  using Number = std::conditional_t<bits == 32, std::int32_t, std::int16_t>;
  static constexpr unsigned items = 256, words = 3, results = 4;
  static constexpr std::array<std::uint32_t, 2> fault_words{0x12345678u, 0xd6543210u};
  static constexpr std::uint32_t mask = bits == 32 ? 0xffffffffu : 0xffffu;

  /// A quarter of the range, so that no sum overflows.
  static void random(Random& values, std::span<std::uint32_t> in) {
    for (auto& word : in) {
      word = 0;
      for (unsigned shift = 0; shift < 32; shift += bits) {
        const int number = values.between(-(1 << (bits - 2)), (1 << (bits - 2)) - 1);
        word |= (static_cast<std::uint32_t>(number) & mask) << shift;
      }
    }
  }
  static void exact(std::span<std::uint32_t> in) {
    Random values(2026);
    random(values, in);
  }
  static void apply(unsigned, const std::uint32_t* in, std::uint32_t* out) {
    for (unsigned i = 0; i < results; ++i) out[i] = 0;
    for (unsigned shift = 0; shift < 32; shift += bits) {
      const auto number = [&](unsigned i) -> int {
        return static_cast<Number>(in[i] >> shift & mask);
      };
      const int a = number(0);
      const int b = number(1);
      const int c = number(2);
      const std::array<int, results> result{std::max({a + b, c, 0}), std::min(a + b, c),
                                            std::max({a, b, c, 0}), std::min({a, b, c})};
      for (unsigned i = 0; i < results; ++i)
        out[i] |= (static_cast<std::uint32_t>(result[i]) & mask) << shift;
    }
  }
};

}  // namespace bp::dpx
