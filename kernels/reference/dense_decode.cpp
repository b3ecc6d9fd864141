#include "kernels/reference/dense_decode.h"

#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "kernels/mla/decode_params.h"
#include "kernels/reference/bf16.h"
#include "kernels/reference/parallel.h"

namespace bp {
namespace {

using mla::key_width;
using mla::page_tokens;
using mla::value_width;

// Independent partial sums, so that the compiler may use vector registers.
constexpr int lanes = 8;
static_assert(key_width % lanes == 0);

double dot(const double* a, const double* b) {
  std::array<double, lanes> sums{};
  for (int d = 0; d < key_width; d += lanes) {
    for (int i = 0; i < lanes; ++i) sums[static_cast<std::size_t>(i)] += a[d + i] * b[d + i];
  }
  double sum = 0;
  for (const double s : sums) sum += s;
  return sum;
}

/// The visible part of a request's cache, in token order.
std::vector<double> gather_keys(const DenseDecodeProblem& p, int request) {
  const auto seqlen = static_cast<std::size_t>(p.seqlens[static_cast<std::size_t>(request)]);
  std::vector<double> keys(seqlen * key_width);
  for (std::size_t token = 0; token < seqlen; ++token) {
    const std::size_t entry =
        static_cast<std::size_t>(request) * static_cast<std::size_t>(p.max_pages) +
        token / page_tokens;
    const std::int32_t page = p.block_table[entry];
    const std::size_t row = static_cast<std::size_t>(page) * page_tokens + token % page_tokens;
    if (page < 0 || (row + 1) * key_width > p.cache.size()) {
      throw std::out_of_range("dense decode: a block table entry is not a page of the cache");
    }
    for (std::size_t d = 0; d < key_width; ++d) {
      keys[token * key_width + d] = static_cast<double>(from_bf16(p.cache[row * key_width + d]));
    }
  }
  return keys;
}

void check_views(const DenseDecodeProblem& p, int first, int count) {
  const auto rows = static_cast<std::size_t>(p.batch) * static_cast<std::size_t>(p.s_q) *
                    static_cast<std::size_t>(p.h_q);
  if (first < 0 || count < 0 || first + count > p.batch || p.q.size() < rows * key_width ||
      p.seqlens.size() < static_cast<std::size_t>(p.batch) ||
      p.block_table.size() <
          static_cast<std::size_t>(p.batch) * static_cast<std::size_t>(p.max_pages)) {
    throw std::out_of_range("dense decode: an input is smaller than its shape says");
  }
  for (const std::int32_t seqlen : p.seqlens) {
    if (seqlen < 0 || (seqlen + page_tokens - 1) / page_tokens > p.max_pages) {
      throw std::out_of_range("dense decode: a sequence is longer than its block table");
    }
  }
}

}  // namespace

DenseDecodeResult dense_decode_reference(const DenseDecodeProblem& p, int first, int count) {
  check_views(p, first, count);
  const int query_rows = p.s_q * p.h_q;
  const auto total = static_cast<std::size_t>(count) * static_cast<std::size_t>(query_rows);
  DenseDecodeResult result{std::vector<double>(total * value_width), std::vector<double>(total)};

  std::vector<std::vector<double>> keys(static_cast<std::size_t>(count));
  parallel_for(count,
               [&](int i) { keys[static_cast<std::size_t>(i)] = gather_keys(p, first + i); });

  parallel_for(count * query_rows, [&](int item) {
    const int local = item / query_rows;
    const int token = item % query_rows / p.h_q;
    const int head = item % p.h_q;
    const std::vector<double>& k = keys[static_cast<std::size_t>(local)];
    const int seqlen = p.seqlens[static_cast<std::size_t>(first + local)];
    const int sees = p.causal ? seqlen - (p.s_q - 1 - token) : seqlen;
    double* out = &result.out[static_cast<std::size_t>(item) * value_width];
    double& lse = result.lse[(static_cast<std::size_t>(local) * static_cast<std::size_t>(p.h_q) +
                              static_cast<std::size_t>(head)) *
                                 static_cast<std::size_t>(p.s_q) +
                             static_cast<std::size_t>(token)];
    lse = std::numeric_limits<double>::infinity();
    if (sees <= 0) return;

    std::array<double, key_width> q;
    const std::size_t q_row =
        (static_cast<std::size_t>(first) * static_cast<std::size_t>(query_rows) +
         static_cast<std::size_t>(item)) *
        key_width;
    for (std::size_t d = 0; d < key_width; ++d)
      q[d] = static_cast<double>(from_bf16(p.q[q_row + d])) * p.scale;
    std::vector<double> scores(static_cast<std::size_t>(sees));
    double highest = -std::numeric_limits<double>::infinity();
    for (std::size_t j = 0; j < scores.size(); ++j) {
      scores[j] = dot(q.data(), &k[j * key_width]);
      highest = std::fmax(highest, scores[j]);
    }
    double sum = 0;
    for (std::size_t j = 0; j < scores.size(); ++j) {
      const double weight = std::exp(scores[j] - highest);
      sum += weight;
      for (std::size_t d = 0; d < value_width; ++d) out[d] += weight * k[j * key_width + d];
    }
    for (std::size_t d = 0; d < value_width; ++d) out[d] /= sum;
    lse = highest + std::log(sum);
  });
  return result;
}

}  // namespace bp
