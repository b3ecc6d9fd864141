// What the indexer's kernels of both paths share: the sum over heads that ends in the four lanes of
// a quad, the mask, and the columns that no tile covers.
#pragma once

#include "kernels/dsa/indexer_params.h"

namespace bp::dsa_device {

using dsa::IndexerParams;
using dsa::IndexerSegment;

inline constexpr float masked = -__builtin_huge_valf();

/// The tokens of which a lane stores logits, and where they see keys.
template <int count>
struct Visible {
  int token[count];
  int first[count];
  int end[count];
};

/// Adds the partial sums of a quad: `sums[row][token]` of rows g and g + 8. Lane t of the quad is
/// left with those of row g + 8 (t % 2) and of the tokens t / 2 * count .. of the warp, `count` =
/// max(1, tokens / 2); of one token lanes 2 and 3 hold what lanes 0 and 1 hold.
template <int tokens, int count>
__device__ __forceinline__ void quad_sum(const float (&sums)[2][tokens], int lane,
                                         float (&out)[count]) {
  static_assert(count == (tokens == 1 ? 1 : tokens / 2));
  const bool upper = (lane & 1) != 0;
  float rows[tokens];
#pragma unroll
  for (int i = 0; i < tokens; ++i) {
    const float keep = upper ? sums[1][i] : sums[0][i];
    const float give = upper ? sums[0][i] : sums[1][i];
    rows[i] = keep + __shfl_xor_sync(0xffffffffu, give, 1);
  }
  if constexpr (tokens == 1) {
    out[0] = rows[0] + __shfl_xor_sync(0xffffffffu, rows[0], 2);
  } else {
    const bool second = (lane & 2) != 0;
#pragma unroll
    for (int i = 0; i < count; ++i) {
      const float keep = second ? rows[count + i] : rows[i];
      const float give = second ? rows[i] : rows[count + i];
      out[i] = keep + __shfl_xor_sync(0xffffffffu, give, 2);
    }
  }
}

/// Of a warp whose first token is `token`, all of which lie before `token_end`.
template <int tokens, int count>
__device__ __forceinline__ Visible<count> visible_of(const IndexerParams& p, int token,
                                                     int token_end, int lane) {
  Visible<count> visible;
  const int part = lane >> 1 & 1;
#pragma unroll
  for (int i = 0; i < count; ++i) {
    const int mine = token + (tokens == 1 ? 0 : part * count + i);
    const bool stores = mine < token_end && !(tokens == 1 && part == 1);
    visible.token[i] = stores ? mine : -1;
    visible.first[i] = stores ? p.first[mine] : 0;
    visible.end[i] = stores ? p.end[mine] : 0;
  }
  return visible;
}

/// Stores what quad_sum left to this lane. A select, not a product: whatever lies in rows that the
/// token does not see stays there.
template <int count>
__device__ __forceinline__ void store_logits(const IndexerParams& p, const Visible<count>& visible,
                                             const float (&sums)[count], float scale, int column) {
  if (column >= p.columns) return;
#pragma unroll
  for (int i = 0; i < count; ++i) {
    if (visible.token[i] < 0) continue;
    const bool sees = column >= visible.first[i] && column < visible.end[i];
    p.logits[static_cast<long long>(visible.token[i]) * p.row_stride + column] =
        sees ? sums[i] * scale : masked;
  }
}

/// The columns of the segment beside its tiles. `thread` of `threads` that share the work.
__device__ __forceinline__ void fill_outside(const IndexerParams& p, const IndexerSegment& segment,
                                             int thread, int threads) {
  const int left_end = min(segment.begin * dsa::indexer_tile, segment.write_end);
  const int right = max(segment.end * dsa::indexer_tile, left_end);
  if (left_end <= segment.write_begin && right >= segment.write_end) return;
  const int first = segment.block * p.block_tokens;
  const int last = min(first + p.block_tokens, p.tokens);
  for (int token = first; token < last; ++token) {
    float* row = p.logits + static_cast<long long>(token) * p.row_stride;
    for (int n = segment.write_begin + thread; n < left_end; n += threads) row[n] = masked;
    for (int n = right + thread; n < segment.write_end; n += threads) row[n] = masked;
  }
}

}  // namespace bp::dsa_device
