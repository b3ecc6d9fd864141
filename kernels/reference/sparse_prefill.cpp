#include "kernels/reference/sparse_prefill.h"

#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "kernels/mla/sparse_prefill_params.h"
#include "kernels/reference/bf16.h"
#include "kernels/reference/parallel.h"

namespace bp {
namespace {

constexpr std::size_t prefill_values = mla::sparse_value_width;
constexpr double no_key = std::numeric_limits<double>::infinity();

std::size_t index_of(int value) { return static_cast<std::size_t>(value); }

void check_prefill_views(const SparsePrefillProblem& p, int first, int count) {
  const std::size_t heads = index_of(p.s_q) * index_of(p.h_q);
  if (first < 0 || count < 0 || first + count > p.s_q || p.width < mla::sparse_value_width ||
      p.q.size() < heads * index_of(p.width) ||
      p.kv.size() < index_of(p.s_kv) * index_of(p.width) ||
      p.indices.size() < index_of(p.s_q) * index_of(p.topk) ||
      (!p.topk_length.empty() && p.topk_length.size() < index_of(p.s_q)) ||
      (!p.sink.empty() && p.sink.size() < index_of(p.h_q))) {
    throw std::out_of_range("sparse prefill: an input is smaller than its shape says");
  }
}

/// The rows that the list of a query token names, in its order.
std::vector<double> named_keys(const SparsePrefillProblem& p, int token) {
  const int length = p.topk_length.empty() ? p.topk : p.topk_length[index_of(token)];
  std::vector<double> keys;
  for (int i = 0; i < std::min(length, p.topk); ++i) {
    const int key = p.indices[index_of(token) * index_of(p.topk) + index_of(i)];
    if (key < 0 || key >= p.s_kv) continue;
    for (const std::uint16_t x :
         p.kv.subspan(index_of(key) * index_of(p.width), index_of(p.width))) {
      keys.push_back(static_cast<double>(from_bf16(x)));
    }
  }
  return keys;
}

double prefill_dot(const double* a, const double* b, std::size_t width) {
  // Independent partial sums, so that the compiler may use vector registers.
  std::array<double, 8> sums{};
  for (std::size_t d = 0; d < width; d += sums.size()) {
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += a[d + i] * b[d + i];
  }
  double sum = 0;
  for (const double s : sums) sum += s;
  return sum;
}

}  // namespace

SparsePrefillResult sparse_prefill_reference(const SparsePrefillProblem& p, int first, int count) {
  check_prefill_views(p, first, count);
  const auto width = index_of(p.width);
  const std::size_t total = index_of(count) * index_of(p.h_q);
  SparsePrefillResult result{std::vector<double>(total * prefill_values),
                             std::vector<double>(total, -no_key),
                             std::vector<double>(total, no_key)};
  std::vector<std::vector<double>> keys(index_of(count));
  parallel_for(count, [&](int i) { keys[index_of(i)] = named_keys(p, first + i); });

  parallel_for(count * p.h_q, [&](int item) {
    const std::vector<double>& k = keys[index_of(item / p.h_q)];
    if (k.empty()) return;
    std::vector<double> q(width);
    const std::size_t row = index_of(first) * index_of(p.h_q) + index_of(item);
    for (std::size_t d = 0; d < width; ++d) {
      q[d] = static_cast<double>(from_bf16(p.q[row * width + d])) * p.scale;
    }
    std::vector<double> scores(k.size() / width);
    double highest = -no_key;
    for (std::size_t j = 0; j < scores.size(); ++j) {
      scores[j] = prefill_dot(q.data(), &k[j * width], width);
      highest = std::fmax(highest, scores[j]);
    }
    double* out = &result.out[index_of(item) * prefill_values];
    double sum = 0;
    for (std::size_t j = 0; j < scores.size(); ++j) {
      const double weight = std::exp(scores[j] - highest);
      sum += weight;
      for (std::size_t d = 0; d < prefill_values; ++d) out[d] += weight * k[j * width + d];
    }
    double weights = sum;
    if (!p.sink.empty()) {
      weights += std::exp(static_cast<double>(p.sink[index_of(item % p.h_q)]) - highest);
    }
    for (std::size_t d = 0; d < prefill_values; ++d) out[d] /= weights;
    result.max_logits[index_of(item)] = highest;
    result.lse[index_of(item)] = highest + std::log(sum);
  });
  return result;
}

}  // namespace bp
