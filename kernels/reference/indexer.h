// Logits of the lightning indexer in double precision on the host, of the quantised values as they
// are. What it computes and the layouts: kernels/dsa/indexer_params.h.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/reference/compare.h"

namespace bp {

/// Views of the inputs. Paged where `block_table` is not empty: `next_n` tokens are a request.
struct IndexerProblem {
  bool bf16 = false;  // q and k; else e4m3
  int heads = 0;
  int tokens = 0;
  int columns = 0;
  int next_n = 0;
  int max_pages = 0;
  std::span<const std::uint8_t> q;
  std::span<const float> weights;
  std::span<const std::uint8_t> k;
  std::span<const float> k_scale;  // contiguous e4m3 alone
  std::span<const std::int32_t> block_table;
  std::span<const std::int32_t> first;
  std::span<const std::int32_t> end;
};

/// One row of logits, `columns` of them, -inf where the token sees no key. Uses all host threads.
/// Throws std::out_of_range where the problem would read outside of its views.
std::vector<double> indexer_reference(const IndexerProblem& problem, int token);

/// DeepGEMM's limit against its simulation of the quantised inputs (tests/test_attention.py:76-77
/// at 54e2261): 5e-6 of the cosine difference. Beside it each logit alone, of inputs whose logits
/// have a root mean square near 1: the tensor cores of Hopper add e4m3 products with some 14 bits.
inline constexpr CompareLimits indexer_limits{2e-3, 2e-3, 5e-6};

}  // namespace bp
