// Host half of the probes of approximate functions of two bf16 at a time; their results are handed
// out as f32.
#pragma once

#include <cmath>

#include "probes/features/elementwise_host.h"

namespace bp::approximate {

/// Function::value(x) in double precision; Function::exact_value(i), for which it is exact, as for
/// +-Function::fault_value; Function::limit of random values.
template <typename Function>
struct Operation {
  using Result = float;
  static constexpr unsigned items = 256, words = 1, results = 2;
  static constexpr std::array<std::uint32_t, 2> fault_words{
      Function::fault_value << 16 | Function::fault_value | 0x8000u,
      (Function::fault_value | 0x8000u) << 16 | Function::fault_value};

  static std::uint32_t pair(double upper, double lower) {
    return bf16.encode(upper) << 16 | bf16.encode(lower);
  }
  static void exact(std::span<std::uint32_t> in) {
    for (std::uint32_t i = 0; i < in.size(); ++i)
      in[i] = pair(Function::exact_value(i), Function::exact_value(i * 77 + 13));
  }
  static void random(Random& values, std::span<std::uint32_t> in) {
    for (auto& word : in)
      word = pair(Function::limit * values.unit(), Function::limit * values.unit());
  }
  static void apply(unsigned, const std::uint32_t* in, float* out) {
    out[0] = static_cast<float>(Function::value(bf16.decode(in[0] & 0xffffu)));
    out[1] = static_cast<float>(Function::value(bf16.decode(in[0] >> 16)));
  }
};

}  // namespace bp::approximate
