// Sparse MLA decode over an FP8 cache in double precision on the host. What it computes and the
// layouts: kernels/mla/sparse_decode_params.h. It takes the stored values as what they mean
// (sparse_kv.h): the error of the quantisation is no part of a comparison.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/reference/compare.h"
#include "kernels/reference/kv_pack.h"

namespace bp {

/// FlashMLA's limits for sparse decode (tests/test_flash_mla_sparse_decoding.py:228-229 at
/// 9241ae3).
inline constexpr CompareLimits sparse_decode_out_limits{1e-3, 2.01 / 128, 5e-6};
inline constexpr CompareLimits sparse_decode_lse_limits{1e-6, 8.01 / 65536, -1};

/// Views of one pool of tokens.
struct SparsePoolView {
  std::span<const std::uint8_t> cache;
  std::span<const std::int32_t> indices;      // [batch, s_q, topk]
  std::span<const std::int32_t> topk_length;  // [batch], or empty: topk
  int pages = 0;
  int page_tokens = 0;
  int topk = 0;  // 0: no such pool
};

struct SparseDecodeProblem {
  mla::KvLayout layout = mla::KvLayout::v32;
  int batch = 0;
  int s_q = 0;
  int h_q = 0;
  double scale = 0;
  std::span<const std::uint16_t> q;  // bf16 [batch, s_q, h_q, 576 | 512]
  SparsePoolView pool;
  SparsePoolView extra;
  std::span<const float> sink;  // [h_q], or empty
};

/// Results of the queries asked for, in the kernel's layouts.
struct SparseDecodeResult {
  std::vector<double> out;  // [queries, h_q, 512]; 0 where there is no candidate
  std::vector<double> lse;  // [queries, h_q], natural; +inf where there is no candidate
};

/// Queries [first, first + count) of the batch * s_q ones. Uses all host threads. Throws
/// std::out_of_range where the problem would read outside of its views.
SparseDecodeResult sparse_decode_reference(const SparseDecodeProblem& problem, int first, int count,
                                           ScaleReading reading = ScaleReading::as_stored);
inline SparseDecodeResult sparse_decode_reference(const SparseDecodeProblem& problem) {
  return sparse_decode_reference(problem, 0, problem.batch * problem.s_q);
}

}  // namespace bp
