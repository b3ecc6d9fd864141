#include "kernels/reference/compare.h"

#include <cmath>
#include <cstdio>
#include <stdexcept>

namespace bp {
namespace {

bool same_special(double actual, double expected) {
  if (std::isnan(expected)) return std::isnan(actual);
  return actual == expected;  // infinities with their sign
}

std::string describe(const char* format, double first, double second, double third) {
  char text[160];
  std::snprintf(text, sizeof text, format, first, second, third);
  return text;
}

}  // namespace

Comparison compare(std::span<const double> actual, std::span<const double> expected,
                   const CompareLimits& limits) {
  if (actual.size() != expected.size()) throw std::logic_error("compare: sizes differ");
  Comparison result;
  double dot = 0;
  double squares = 0;
  for (std::size_t i = 0; i < actual.size(); ++i) {
    const double a = actual[i];
    const double e = expected[i];
    bool right = false;
    if (!std::isfinite(a) || !std::isfinite(e)) {
      right = same_special(a, e);
    } else {
      const double error = std::fabs(a - e);
      right = error < limits.absolute || error < limits.relative * std::fabs(e) || error == 0;
      result.max_abs_error = std::fmax(result.max_abs_error, error);
      dot += a * e;
      squares += a * a + e * e;
    }
    if (!right && result.wrong++ == 0) result.first_wrong = i;
  }
  result.cos_diff = squares == 0 ? 0 : 1 - 2 * dot / squares;
  if (result.wrong != 0) {
    result.sentence =
        describe("%.0f of %.0f elements differ, first at index %.0f",
                 static_cast<double>(result.wrong), static_cast<double>(actual.size()),
                 static_cast<double>(result.first_wrong)) +
        describe(" (%.9g instead of %.9g; largest error %.3g)", actual[result.first_wrong],
                 expected[result.first_wrong], result.max_abs_error);
  } else if (limits.cos_diff >= 0 && !(result.cos_diff < limits.cos_diff)) {
    result.sentence =
        describe("cosine difference %.3g, allowed is less than %.3g (largest error %.3g)",
                 result.cos_diff, limits.cos_diff, result.max_abs_error);
  }
  result.equal = result.sentence.empty();
  return result;
}

}  // namespace bp
