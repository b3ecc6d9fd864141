// The one place that decides whether an output equals its reference: positions of NaN and
// infinities first, then each element, then the angle between the two as vectors. As FlashMLA's
// tests/kernelkit/compare.py.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace bp {

/// An element is right if |actual - expected| < absolute, or < relative * |expected|. All elements
/// together are right if 1 - 2 sum(xy) / sum(x^2 + y^2) < cos_diff (a negative limit: not looked
/// at).
struct CompareLimits {
  double absolute = 0;
  double relative = 0;
  double cos_diff = -1;
};

/// FlashMLA's limits for dense decode (tests/test_flash_mla_dense_decoding.py:170-171 at 9241ae3).
inline constexpr CompareLimits dense_decode_out_limits{8e-4, 2.01 / 128, 5e-6};
inline constexpr CompareLimits dense_decode_lse_limits{1e-6, 8.01 / 65536, -1};

struct Comparison {
  bool equal = false;
  double max_abs_error = 0;  // of the finite elements
  double cos_diff = 0;       // of the finite elements; 0 if all of them are 0
  std::size_t wrong = 0;  // elements beyond the limits, or with an infinity or NaN at another place
  std::size_t first_wrong = 0;  // index of the first of them, if any
  std::string sentence;         // what is wrong; empty if equal
};

Comparison compare(std::span<const double> actual, std::span<const double> expected,
                   const CompareLimits& limits);

}  // namespace bp
