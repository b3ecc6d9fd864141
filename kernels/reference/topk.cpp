#include "kernels/reference/topk.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace bp::dsa {
namespace {

/// Whether a ranks before b.
bool larger(float a, float b) {
  if (std::isnan(a)) return false;
  return std::isnan(b) || a > b;
}

}  // namespace

std::vector<std::int32_t> topk_reference(std::span<const float> row, int k) {
  std::vector<std::int32_t> columns(row.size());
  std::iota(columns.begin(), columns.end(), 0);
  const auto wanted = static_cast<std::size_t>(k);
  if (columns.size() > wanted) {
    std::ranges::nth_element(columns, columns.begin() + k - 1, [&](std::int32_t a, std::int32_t b) {
      const float x = row[static_cast<std::size_t>(a)];
      const float y = row[static_cast<std::size_t>(b)];
      return larger(x, y) || (!larger(y, x) && a < b);
    });
  }
  columns.resize(std::min(columns.size(), wanted));
  std::ranges::sort(columns);
  columns.resize(wanted, -1);
  return columns;
}

std::vector<double> selected_values(std::span<const float> row,
                                    std::span<const std::int32_t> columns) {
  std::vector<double> values;
  for (const std::int32_t column : columns) {
    if (column >= 0) values.push_back(static_cast<double>(row[static_cast<std::size_t>(column)]));
  }
  std::ranges::sort(values,
                    [](double a, double b) { return !std::isnan(a) && (std::isnan(b) || a > b); });
  return values;
}

}  // namespace bp::dsa
