#include "report/evaluate/bench.h"

#include <algorithm>
#include <array>

namespace bp {
namespace {

/// Later ones are of fewer GPUs. A path that is not here is the first of all.
constexpr auto special_paths =
    std::to_array<std::string_view>({"simt", "mma_sync", "wgmma", "block_scaled", "tcgen05"});

std::ptrdiff_t specialty(const BenchRow& row) {
  const auto* const found = std::ranges::find(special_paths, row.path);
  return found == special_paths.end() ? -1 : found - special_paths.begin();
}

bool has_time(const BenchRow& row) { return row.time && row.time->median > 0; }

}  // namespace

std::optional<Fallback> fallback_of(const BenchReport& bench, const BenchRow& row) {
  if (!has_time(row)) return std::nullopt;
  const BenchRow* best = nullptr;
  for (const BenchRow& other : bench.rows) {
    if (other.operation == row.operation && other.shape == row.shape && other.tuning == "free" &&
        has_time(other) && (best == nullptr || specialty(other) > specialty(*best)))
      best = &other;
  }
  if (best == nullptr || (best->path == row.path && best->tuning == row.tuning))
    return std::nullopt;
  return Fallback{best->path, row.time->median / best->time->median};
}

std::optional<double> value_of(const BenchReport& bench, std::string_view yardstick) {
  const auto found = std::ranges::find(bench.yardsticks, yardstick, &BenchYardstick::id);
  if (found == bench.yardsticks.end() || found->values.empty()) return std::nullopt;
  const double most = *std::ranges::max_element(found->values);
  return most > 0 ? std::optional(most) : std::nullopt;
}

BenchShares shares_of(const BenchReport& bench, const BenchRow& row) {
  BenchShares shares;
  if (!row.time || !(row.time->median > 0)) return shares;
  const auto copy = value_of(bench, copy_yardstick);
  const auto rate = row.unit.empty() ? std::nullopt : value_of(bench, row.unit);
  const auto cublas = value_of(bench, cublas_yardstick);
  const auto share = [](std::optional<double> part, std::optional<double> whole) {
    return part && whole ? std::optional(*part / *whole) : std::nullopt;
  };
  if (row.bytes > 0) shares.bytes_per_second = row.bytes / row.time->median;
  if (row.operations > 0) shares.operations_per_second = row.operations / row.time->median;
  shares.of_copy = share(shares.bytes_per_second, copy);
  shares.of_rate = share(shares.operations_per_second, rate);
  shares.of_cublas = share(shares.operations_per_second, cublas);
  // Without the matrix unit's limit it is not known which one holds, unless it does nothing.
  const bool matrix = row.operations > 0 && !row.unit.empty();
  if (!shares.of_copy || (matrix && !shares.of_rate)) return shares;
  shares.bound = matrix && *shares.of_rate > *shares.of_copy ? BenchShares::Bound::matrix
                                                             : BenchShares::Bound::memory;
  shares.of_roofline =
      *shares.bound == BenchShares::Bound::matrix ? shares.of_rate : shares.of_copy;
  return shares;
}

}  // namespace bp
