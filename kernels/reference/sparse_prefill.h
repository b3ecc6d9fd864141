// Sparse MLA prefill in double precision on the host. What it computes and the layouts:
// kernels/mla/sparse_prefill_params.h.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/reference/compare.h"

namespace bp {

/// Views of the inputs. Rows of `kv` that no list names are not read.
struct SparsePrefillProblem {
  int s_q = 0;
  int s_kv = 0;
  int h_q = 0;
  int width = 576;
  int topk = 0;
  double scale = 0;
  std::span<const std::uint16_t> q;           // bf16 [s_q, h_q, width]
  std::span<const std::uint16_t> kv;          // bf16 [s_kv, width]
  std::span<const std::int32_t> indices;      // [s_q, topk]
  std::span<const std::int32_t> topk_length;  // [s_q], or empty: all entries count
  std::span<const float> sink;                // [h_q], or empty: none
};

/// Results of the query tokens asked for, in the kernel's layouts.
struct SparsePrefillResult {
  std::vector<double> out;         // [count, h_q, 512]; 0 where no key is named
  std::vector<double> max_logits;  // [count, h_q]; -inf where no key is named
  std::vector<double> lse;         // [count, h_q], natural; +inf where no key is named
};

/// Query tokens [first, first + count). Uses all host threads. Throws std::out_of_range where a
/// view is smaller than the shape says.
SparsePrefillResult sparse_prefill_reference(const SparsePrefillProblem& problem, int first,
                                             int count);
inline SparsePrefillResult sparse_prefill_reference(const SparsePrefillProblem& problem) {
  return sparse_prefill_reference(problem, 0, problem.s_q);
}

/// FlashMLA's limits (tests/test_flash_mla_sparse_prefill.py:46-48 at 9241ae3).
inline constexpr CompareLimits sparse_prefill_out_limits{8e-4, 3.01 / 128, 7e-6};
inline constexpr CompareLimits sparse_prefill_logit_limits{1e-6, 2.01 / 65536, -1};

}  // namespace bp
