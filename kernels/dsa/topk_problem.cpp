#include "kernels/dsa/topk_problem.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "kernels/reference/parallel.h"
#include "probes/features/host.h"

namespace bp::dsa {
namespace {

constexpr float row_nan = std::numeric_limits<float>::quiet_NaN();
constexpr float row_infinity = std::numeric_limits<float>::infinity();

float topk_normal(Random& random) {
  const double u = 1 - (random.unit() * 0.5 + 0.5);  // (0, 1]
  const double angle = std::numbers::pi * random.unit();
  return static_cast<float>(std::sqrt(-2 * std::log(u)) * std::cos(angle));
}

/// Finite, of any magnitude, or an infinity.
float any_number(Random& random) {
  const auto bits = static_cast<std::uint32_t>(random.next());
  const float value = std::bit_cast<float>(bits);
  return std::isnan(value) ? std::copysign(row_infinity, value) : value;
}

float row_value(TopkRowKind kind, int index, int length, Random& random) {
  switch (kind) {
    case TopkRowKind::normal:
      return topk_normal(random);
    case TopkRowKind::constant:
      return 0.75f;
    case TopkRowKind::few_values:
      return static_cast<float>(random.between(-2, 1));
    case TopkRowKind::rare_largest:
      return random.between(0, 63) == 0 ? 1.0f : 0.0f;
    case TopkRowKind::rising:
      return static_cast<float>(index) * 0.25f - 1000;
    case TopkRowKind::falling:
      return static_cast<float>(length - index) * 0.25f;
    case TopkRowKind::narrow:
      return std::bit_cast<float>(0x447a0000u +
                                  static_cast<std::uint32_t>(random.between(0, 9999)));
    case TopkRowKind::denormal:
      return std::bit_cast<float>(static_cast<std::uint32_t>(random.next()) & 0x807fffffu);
    case TopkRowKind::huge:
      return any_number(random);
    case TopkRowKind::minus_infinity:
      return random.between(0, 30) == 0 ? topk_normal(random) : -row_infinity;
    case TopkRowKind::nan:
      if (index % 3 != 0) return topk_normal(random);
      return index % 2 == 0 ? row_nan : -row_nan;
    case TopkRowKind::mostly_nan:
      return random.between(0, 30) == 0 ? topk_normal(random) : row_nan;
    case TopkRowKind::periodic:
      return index % 64 < 32 ? topk_normal(random) : 10 + topk_normal(random);
    case TopkRowKind::zeros:
      return random.between(0, 1) == 0 ? 0.0f : -0.0f;
  }
  return 0;
}

void fill_row(TopkRowKind kind, std::span<float> row, std::uint64_t seed) {
  Random random(seed);
  const int length = static_cast<int>(row.size());
  for (int i = 0; i < length; ++i) {
    row[static_cast<std::size_t>(i)] = row_value(kind, i, length, random);
  }
}

constexpr std::int32_t no_page = 2147480000;  // of a cache that no one has

}  // namespace

std::string to_string(TopkRowKind kind) {
  constexpr const char* names[topk_row_kinds] = {
      "normal",   "constant", "few_values",     "rare_largest", "rising",     "falling",  "narrow",
      "denormal", "huge",     "minus_infinity", "nan",          "mostly_nan", "periodic", "zeros"};
  return names[static_cast<std::size_t>(kind)];
}

std::span<const float> TopkInputs::row(int index) const {
  const auto i = static_cast<std::size_t>(index);
  const auto start =
      static_cast<std::size_t>(index % distinct()) * static_cast<std::size_t>(row_stride) +
      static_cast<std::size_t>(row_begin[i]);
  return std::span(logits).subspan(start, static_cast<std::size_t>(row_end[i] - row_begin[i]));
}

std::vector<std::int32_t> TopkInputs::written(int index,
                                              std::span<const std::int32_t> chosen) const {
  const auto table = static_cast<std::size_t>(index / rows_per_table * table_stride);
  std::vector<std::int32_t> out(chosen.begin(), chosen.end());
  for (std::int32_t& each : out) {
    if (each < 0) continue;
    each += row_begin[static_cast<std::size_t>(index)];
    if (block_table.empty()) continue;
    const auto page = static_cast<std::size_t>(each / page_tokens);
    each = block_table[table + page] * page_tokens + each % page_tokens;
  }
  return out;
}

std::vector<std::int32_t> TopkInputs::chosen(int index,
                                             std::span<const std::int32_t> written) const {
  std::vector<std::int32_t> columns(row(index).size());
  std::iota(columns.begin(), columns.end(), 0);
  const std::vector<std::int32_t> places = this->written(index, columns);
  std::ranges::sort(columns, {},
                    [&](std::int32_t c) { return places[static_cast<std::size_t>(c)]; });
  std::vector<std::int32_t> out;
  for (const std::int32_t each : written) {
    const auto place = [&](std::int32_t c) { return places[static_cast<std::size_t>(c)]; };
    const auto found = std::ranges::lower_bound(columns, each, {}, place);
    const bool is_one = found != columns.end() && place(*found) == each;
    out.push_back(each == -1 ? -1 : is_one ? *found : -2);
  }
  return out;
}

TopkInputs make_topk_inputs(std::span<const TopkRowShape> rows, int k, std::uint64_t seed,
                            const TopkOptions& options) {
  Random random(seed);
  TopkInputs inputs;
  inputs.k = k;
  inputs.rows = static_cast<int>(rows.size());
  for (int r = 0; r < inputs.rows; ++r) {
    const int begin = options.first_begin + (options.first_begin > 0 ? r % 5 : 0);
    inputs.row_begin.push_back(begin);
    inputs.row_end.push_back(begin + rows[static_cast<std::size_t>(r)].length);
    inputs.row_stride = std::max(inputs.row_stride, inputs.row_end.back());
  }
  // Odd, so that rows start at every alignment.
  inputs.row_stride = (inputs.row_stride + 3) | 1;
  const auto stride = static_cast<std::size_t>(inputs.row_stride);
  inputs.logits.assign(rows.size() * stride, row_nan);
  std::vector<std::uint64_t> seeds;
  for (int r = 0; r < inputs.rows; ++r) seeds.push_back(random.next());
  parallel_for(inputs.rows, [&](int r) {
    const auto i = static_cast<std::size_t>(r);
    fill_row(rows[i].kind,
             std::span(inputs.logits)
                 .subspan(i * stride + static_cast<std::size_t>(inputs.row_begin[i]),
                          static_cast<std::size_t>(rows[i].length)),
             seeds[i]);
  });
  if (options.page_tokens == 0) return inputs;

  inputs.page_tokens = options.page_tokens;
  inputs.rows_per_table = options.rows_per_table;
  inputs.table_stride = inputs.row_stride / options.page_tokens + 2;
  const int tables = (inputs.rows + options.rows_per_table - 1) / options.rows_per_table;
  inputs.block_table.assign(
      static_cast<std::size_t>(tables) * static_cast<std::size_t>(inputs.table_stride), no_page);
  // Pages of all requests in no order; entries that no row of the request needs are senseless.
  std::vector<std::int32_t> pages(inputs.block_table.size());
  std::iota(pages.begin(), pages.end(), 0);
  for (std::size_t i = pages.size(); i > 1; --i) {
    std::swap(pages[i - 1],
              pages[static_cast<std::size_t>(random.between(0, static_cast<int>(i) - 1))]);
  }
  std::size_t next = 0;
  for (int table = 0; table < tables; ++table) {
    int end = 0;
    for (int r = table * options.rows_per_table;
         r < std::min((table + 1) * options.rows_per_table, inputs.rows); ++r) {
      end = std::max(end, inputs.row_end[static_cast<std::size_t>(r)]);
    }
    for (int page = 0; page * options.page_tokens < end; ++page) {
      inputs.block_table[static_cast<std::size_t>(table * inputs.table_stride + page)] =
          pages[next++];
    }
  }
  return inputs;
}

TopkInputs make_large_topk_inputs(int rows, int length, int k, TopkRowKind kind,
                                  std::uint64_t seed) {
  constexpr int most_distinct = 64;
  const std::vector<TopkRowShape> distinct(static_cast<std::size_t>(std::min(rows, most_distinct)),
                                           {kind, length});
  TopkInputs inputs = make_topk_inputs(distinct, k, seed);
  // As a kernel before it would leave them: aligned.
  std::vector<float> logits;
  for (int r = 0; r < inputs.rows; ++r) {
    const auto row = inputs.row(r);
    logits.insert(logits.end(), row.begin(), row.end());
  }
  inputs.logits = std::move(logits);
  inputs.row_stride = length;
  inputs.rows = rows;
  inputs.row_begin.assign(static_cast<std::size_t>(rows), 0);
  inputs.row_end.assign(static_cast<std::size_t>(rows), length);
  return inputs;
}

}  // namespace bp::dsa
