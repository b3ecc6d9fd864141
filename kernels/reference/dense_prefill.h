// Dense MLA prefill in double precision on the host. What it computes and the layouts:
// kernels/mla/dense_prefill_params.h.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/reference/compare.h"

namespace bp {

/// FlashMLA's limits of its sparse decode (tests/test_flash_mla_sparse_decoding.py:228-229 at
/// 9241ae3), which are narrower than those of its prefill.
inline constexpr CompareLimits dense_prefill_out_limits{1e-3, 2.01 / 128, 5e-6};
inline constexpr CompareLimits dense_prefill_lse_limits{1e-6, 8.01 / 65536, -1};

/// Views of the inputs.
struct DensePrefillProblem {
  int heads = 0;
  int qk_width = 0;
  int v_width = 0;
  bool causal = false;
  double scale = 0;
  std::span<const std::uint16_t> q;    // bf16 [query tokens, heads, qk_width]
  std::span<const std::uint16_t> k;    // bf16 [keys, heads, qk_width]
  std::span<const std::uint16_t> v;    // bf16 [keys, heads, v_width]
  std::span<const std::int32_t> cu_q;  // [requests + 1]
  std::span<const std::int32_t> cu_k;  // [requests + 1]
};

/// One query token, counted over all requests, and one head.
struct PrefillRow {
  std::int32_t query = 0;
  std::int32_t head = 0;
};

struct DensePrefillResult {
  std::vector<double> out;  // [rows, v_width]; 0 where no key is visible
  std::vector<double> lse;  // [rows], natural; +inf where no key is visible
};

/// The rows asked for, in their order. Uses all host threads. Throws std::out_of_range where the
/// problem would read outside of its views.
DensePrefillResult dense_prefill_reference(const DensePrefillProblem& problem,
                                           std::span<const PrefillRow> rows);

/// All rows of a problem: query tokens outer, heads inner.
std::vector<PrefillRow> all_prefill_rows(const DensePrefillProblem& problem);

}  // namespace bp
