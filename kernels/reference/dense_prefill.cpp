#include "kernels/reference/dense_prefill.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "kernels/reference/bf16.h"
#include "kernels/reference/parallel.h"

namespace bp {
namespace {

std::size_t size(std::int32_t value) { return static_cast<std::size_t>(value); }

/// Independent partial sums, so that the compiler may use vector registers.
double prefill_dot(std::span<const double> a, std::span<const std::uint16_t> b) {
  constexpr std::size_t lanes = 8;
  std::array<double, lanes> sums{};
  std::size_t d = 0;
  for (; d + lanes <= a.size(); d += lanes) {
    for (std::size_t i = 0; i < lanes; ++i) {
      sums[i] += a[d + i] * static_cast<double>(from_bf16(b[d + i]));
    }
  }
  double sum = 0;
  for (; d < a.size(); ++d) sum += a[d] * static_cast<double>(from_bf16(b[d]));
  for (const double s : sums) sum += s;
  return sum;
}

void check_prefill_views(const DensePrefillProblem& p, std::span<const PrefillRow> rows) {
  const bool cut = p.cu_q.empty() || p.cu_q.size() != p.cu_k.size() || p.cu_q.front() != 0 ||
                   p.cu_k.front() != 0 || !std::ranges::is_sorted(p.cu_q) ||
                   !std::ranges::is_sorted(p.cu_k);
  if (cut) throw std::out_of_range("dense prefill: cu_q or cu_k is no list of borders");
  const std::size_t heads = size(p.heads);
  if (p.q.size() < size(p.cu_q.back()) * heads * size(p.qk_width) ||
      p.k.size() < size(p.cu_k.back()) * heads * size(p.qk_width) ||
      p.v.size() < size(p.cu_k.back()) * heads * size(p.v_width)) {
    throw std::out_of_range("dense prefill: an input is smaller than its shape says");
  }
  for (const PrefillRow& row : rows) {
    if (row.query < 0 || row.query >= p.cu_q.back() || row.head < 0 || row.head >= p.heads) {
      throw std::out_of_range("dense prefill: there is no such row");
    }
  }
}

/// One row; `out` is zero before. Returns the lse.
double prefill_row(const DensePrefillProblem& p, const PrefillRow& row, std::span<double> out) {
  const auto after = std::ranges::upper_bound(p.cu_q, row.query);
  const auto request = static_cast<std::size_t>(after - p.cu_q.begin()) - 1;
  const std::int32_t keys = p.cu_k[request + 1] - p.cu_k[request];
  const std::int32_t sees = p.causal ? keys - (p.cu_q[request + 1] - 1 - row.query) : keys;
  if (sees <= 0) return std::numeric_limits<double>::infinity();

  const std::size_t heads = size(p.heads);
  const std::size_t width = size(p.qk_width);
  std::vector<double> q(width);
  const auto q_bits = p.q.subspan((size(row.query) * heads + size(row.head)) * width, width);
  std::ranges::transform(q_bits, q.begin(), [&](std::uint16_t bits) {
    return static_cast<double>(from_bf16(bits)) * p.scale;
  });
  const auto key_row = [&](std::size_t j) {
    return (size(p.cu_k[request]) + j) * heads + size(row.head);
  };
  std::vector<double> scores(size(sees));
  for (std::size_t j = 0; j < scores.size(); ++j) {
    scores[j] = prefill_dot(q, p.k.subspan(key_row(j) * width, width));
  }
  const double highest = *std::ranges::max_element(scores);
  double sum = 0;
  for (std::size_t j = 0; j < scores.size(); ++j) {
    const double weight = std::exp(scores[j] - highest);
    const auto v = p.v.subspan(key_row(j) * out.size(), out.size());
    sum += weight;
    for (std::size_t d = 0; d < out.size(); ++d) {
      out[d] += weight * static_cast<double>(from_bf16(v[d]));
    }
  }
  for (double& value : out) value /= sum;
  return highest + std::log(sum);
}

}  // namespace

DensePrefillResult dense_prefill_reference(const DensePrefillProblem& p,
                                           std::span<const PrefillRow> rows) {
  check_prefill_views(p, rows);
  const std::size_t width = size(p.v_width);
  DensePrefillResult result{std::vector<double>(rows.size() * width),
                            std::vector<double>(rows.size())};
  parallel_for(static_cast<int>(rows.size()), [&](int item) {
    const std::size_t i = size(item);
    result.lse[i] = prefill_row(p, rows[i], std::span(result.out).subspan(i * width, width));
  });
  return result;
}

std::vector<PrefillRow> all_prefill_rows(const DensePrefillProblem& problem) {
  std::vector<PrefillRow> rows;
  for (std::int32_t query = 0; query < problem.cu_q.back(); ++query) {
    for (std::int32_t head = 0; head < problem.heads; ++head) rows.push_back({query, head});
  }
  return rows;
}

}  // namespace bp
