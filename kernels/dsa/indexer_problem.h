// Inputs for checks, tests and benchmarks of the indexer, with what real caches hold: NaN in keys
// that no token sees, in rows behind the end of a request and in pages of nobody, senseless entries
// at the end of a block table, ranges that are empty.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/reference/indexer.h"

namespace bp::dsa {

struct IndexerShape {
  bool bf16 = false;
  int heads = 64;
  int next_n = 0;                   // tokens of a request; 0: keys are contiguous
  int columns = 0;                  // keys; of pages the longest request is enough, 0: that
  std::vector<std::int32_t> first;  // of each token; empty: zeros
  std::vector<std::int32_t> end;    // of each token

  bool paged() const { return next_n > 0; }
  int tokens() const { return static_cast<int>(end.size()); }
};

/// Token m of `tokens` sees keys [0, columns - tokens + m + 1): the last part of a long prefill.
IndexerShape causal_indexer_shape(int tokens, int columns, int heads);
/// `requests` of as many keys, all tokens of one seeing them but those of later tokens.
IndexerShape paged_indexer_shape(int requests, int keys, int heads, int next_n);

/// Pairs (token, key) inside of the ranges.
double indexer_pairs(const IndexerShape& shape);

struct IndexerInputs {
  IndexerShape shape;  // with `columns` and `first`
  int max_pages = 0;
  int pages = 0;
  std::vector<std::uint8_t> q;
  std::vector<float> weights;
  std::vector<std::uint8_t> k;
  std::vector<float> k_scale;
  std::vector<std::int32_t> block_table;

  int row_bytes() const { return shape.bf16 ? 256 : 128; }
  /// Byte offset in `k` of a key as token `token` sees it.
  std::size_t key_at(int token, int column) const;
  /// Views of this object.
  IndexerProblem problem() const;
};

/// What FlashMLA's tests put into unused entries of a block table: a page that no cache has.
inline constexpr std::int32_t unused_indexer_page = 2147480000;

/// Queries and keys are normal numbers of variance 1, quantised with their largest magnitude (and
/// scales of no power of two); the weights make the root mean square of the logits about 1.
IndexerInputs make_indexer_inputs(const IndexerShape& shape, std::uint64_t seed);

}  // namespace bp::dsa
