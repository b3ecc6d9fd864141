#include "kernels/reference/sparse_decode.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "kernels/reference/bf16.h"
#include "kernels/reference/parallel.h"

namespace bp {
namespace {

using mla::sparse_value_width;

// Independent partial sums, so that the compiler may use vector registers.
constexpr std::size_t sparse_lanes = 8;

double sparse_dot(const double* a, const double* b, std::size_t width) {
  std::array<double, sparse_lanes> sums{};
  for (std::size_t d = 0; d < width; d += sparse_lanes) {
    for (std::size_t i = 0; i < sparse_lanes; ++i) sums[i] += a[d + i] * b[d + i];
  }
  double sum = 0;
  for (const double s : sums) sum += s;
  return sum;
}

/// Appends what the query's candidates in this pool mean.
void gather_candidates(const SparseDecodeProblem& p, const SparsePoolView& pool, int query,
                       ScaleReading reading, std::vector<double>& keys) {
  const auto width = static_cast<std::size_t>(mla::key_width_of(p.layout));
  const auto page_bytes =
      static_cast<std::size_t>(mla::page_bytes_of(p.layout, std::max(pool.page_tokens, 1)));
  int length = pool.topk;
  if (!pool.topk_length.empty()) {
    length = std::min(length, pool.topk_length[static_cast<std::size_t>(query / p.s_q)]);
  }
  std::vector<std::uint16_t> row(width);
  for (int j = 0; j < length; ++j) {
    const std::int32_t slot =
        pool.indices[static_cast<std::size_t>(query) * static_cast<std::size_t>(pool.topk) +
                     static_cast<std::size_t>(j)];
    if (slot < 0 || slot / pool.page_tokens >= pool.pages) continue;
    const std::uint8_t* page =
        pool.cache.data() + static_cast<std::size_t>(slot / pool.page_tokens) * page_bytes;
    unpack_token(p.layout, page, pool.page_tokens, slot % pool.page_tokens, row, reading);
    for (const std::uint16_t x : row) keys.push_back(static_cast<double>(from_bf16(x)));
  }
}

void check_pool(const SparseDecodeProblem& p, const SparsePoolView& pool) {
  if (pool.topk == 0) return;
  const auto batch = static_cast<std::size_t>(p.batch);
  if (pool.topk < 0 || pool.page_tokens < 1 ||
      pool.cache.size() <
          static_cast<std::size_t>(pool.pages) *
              static_cast<std::size_t>(mla::page_bytes_of(p.layout, pool.page_tokens)) ||
      pool.indices.size() <
          batch * static_cast<std::size_t>(p.s_q) * static_cast<std::size_t>(pool.topk) ||
      (!pool.topk_length.empty() && pool.topk_length.size() < batch)) {
    throw std::out_of_range("sparse decode: a pool is smaller than its shape says");
  }
}

void check_query_views(const SparseDecodeProblem& p, int first, int count) {
  const auto heads = static_cast<std::size_t>(p.h_q);
  const auto queries = static_cast<std::size_t>(p.batch) * static_cast<std::size_t>(p.s_q);
  if (first < 0 || count < 0 || first + count > p.batch * p.s_q ||
      p.q.size() < queries * heads * static_cast<std::size_t>(mla::key_width_of(p.layout)) ||
      (!p.sink.empty() && p.sink.size() < heads)) {
    throw std::out_of_range("sparse decode: an input is smaller than its shape says");
  }
}

/// e^lse / (e^lse + e^sink)
double share_beside(double sink, double lse) { return 1 / (1 + std::exp(sink - lse)); }

}  // namespace

SparseDecodeResult sparse_decode_reference(const SparseDecodeProblem& p, int first, int count,
                                           ScaleReading reading) {
  check_pool(p, p.pool);
  check_pool(p, p.extra);
  check_query_views(p, first, count);
  const auto width = static_cast<std::size_t>(mla::key_width_of(p.layout));
  const auto rows = static_cast<std::size_t>(count) * static_cast<std::size_t>(p.h_q);
  SparseDecodeResult result{std::vector<double>(rows * sparse_value_width),
                            std::vector<double>(rows)};

  std::vector<std::vector<double>> keys(static_cast<std::size_t>(count));
  parallel_for(count, [&](int i) {
    gather_candidates(p, p.pool, first + i, reading, keys[static_cast<std::size_t>(i)]);
    gather_candidates(p, p.extra, first + i, reading, keys[static_cast<std::size_t>(i)]);
  });

  parallel_for(count * p.h_q, [&](int item) {
    const std::vector<double>& k = keys[static_cast<std::size_t>(item / p.h_q)];
    double* out = &result.out[static_cast<std::size_t>(item) * sparse_value_width];
    double& lse = result.lse[static_cast<std::size_t>(item)];
    lse = std::numeric_limits<double>::infinity();
    if (k.empty()) return;

    const std::uint16_t* q_row =
        &p.q[(static_cast<std::size_t>(first) * static_cast<std::size_t>(p.h_q) +
              static_cast<std::size_t>(item)) *
             width];
    std::vector<double> q(width);
    for (std::size_t d = 0; d < width; ++d) {
      q[d] = static_cast<double>(from_bf16(q_row[d])) * p.scale;
    }
    std::vector<double> scores(k.size() / width);
    double highest = -std::numeric_limits<double>::infinity();
    for (std::size_t j = 0; j < scores.size(); ++j) {
      scores[j] = sparse_dot(q.data(), &k[j * width], width);
      highest = std::fmax(highest, scores[j]);
    }
    double sum = 0;
    for (std::size_t j = 0; j < scores.size(); ++j) {
      const double weight = std::exp(scores[j] - highest);
      sum += weight;
      for (std::size_t d = 0; d < sparse_value_width; ++d) out[d] += weight * k[j * width + d];
    }
    lse = highest + std::log(sum);
    const double share =
        p.sink.empty()
            ? 1.0
            : share_beside(static_cast<double>(p.sink[static_cast<std::size_t>(item % p.h_q)]),
                           lse);
    for (std::size_t d = 0; d < sparse_value_width; ++d) out[d] *= share / sum;
  });
  return result;
}

}  // namespace bp
