// What follows from the times of `bench`: rates, and their shares of the yardsticks of the same
// run.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "probes/registry/bench.h"

namespace bp {

/// The larger of the measurements of a yardstick: it is a limit. nullopt: it was not measured.
std::optional<double> value_of(const BenchReport& bench, std::string_view yardstick);

/// Of a row that was timed, by its median. What cannot be known is nullopt.
struct BenchShares {
  std::optional<double> bytes_per_second;
  std::optional<double> operations_per_second;
  std::optional<double> of_copy;    // bytes against the copy
  std::optional<double> of_rate;    // operations against the loop of the row's own unit
  std::optional<double> of_cublas;  // operations against cuBLAS
  /// Which of copy and rate allows less of this shape.
  enum class Bound : std::uint8_t { memory, matrix };
  std::optional<Bound> bound;
  std::optional<double> of_roofline;  // the share of that limit
};
BenchShares shares_of(const BenchReport& bench, const BenchRow& row);

/// What it costs to fall back to the path and the tuning of a row that was timed.
struct Fallback {
  std::string_view
      from;          // the most special path that was timed of the operation and shape: "wgmma"
  double times = 0;  // of its median in the tuning "free"; less than 1: falling back is faster
};
/// nullopt: there is nothing to fall back from, or its time is not known.
std::optional<Fallback> fallback_of(const BenchReport& bench, const BenchRow& row);

constexpr std::string_view to_string(BenchShares::Bound bound) {
  return bound == BenchShares::Bound::memory ? "memory" : "matrix";
}

}  // namespace bp
