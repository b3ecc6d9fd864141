#include "probes/registry/bench.h"

#include <algorithm>

namespace bp {

std::string item_of(const BenchRow& row) { return row.kernel + "/" + row.shape + "/" + row.tuning; }

std::string_view unit_of_yardstick(std::string_view id) {
  return id == copy_yardstick ? "B/s" : "op/s";
}

void merge(BenchYardstick& into, const BenchYardstick& later) {
  if (later.status != Status::measured) {
    // One measurement is enough to compare with.
    if (into.status == Status::measured) return;
    into = later;
    return;
  }
  const BenchClocks earlier = into.clocks;
  const std::vector<double> values = into.values;
  into = later;
  into.values.insert(into.values.begin(), values.begin(), values.end());
  BenchClocks& clocks = into.clocks;
  clocks.samples += earlier.samples;
  clocks.throttled += earlier.throttled;
  for (const std::string& reason : earlier.reasons) {
    if (std::ranges::find(clocks.reasons, reason) == clocks.reasons.end())
      clocks.reasons.push_back(reason);
  }
  const auto take = [](std::optional<double>& to, std::optional<double> from, auto better) {
    if (from) to = to ? better(*to, *from) : *from;
  };
  take(clocks.sm_clock_least, earlier.sm_clock_least,
       [](double a, double b) { return std::min(a, b); });
  take(clocks.sm_clock_most, earlier.sm_clock_most,
       [](double a, double b) { return std::max(a, b); });
  if (clocks.samples > 0) clocks.absent.clear();
}

}  // namespace bp
