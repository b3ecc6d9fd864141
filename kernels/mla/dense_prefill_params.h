// What host and device of the dense MLA prefill kernels agree on: shapes, work list, parameters. No
// CUDA type in it, so that both compilers and the tests can read it.
//
// The operation (MLA with K and V expanded for each head, so plain multi-head attention with heads
// of different widths): for query token i of a request and head h
//   S[j] = scale * dot(q[i,h,:], k[j,h,:]),  P = softmax(S),  O[i,h,:] = sum_j P[j] v[j,h,:]
// over the keys j of the same request. Widths of q and k / of v: 192 / 128 (DeepSeek-V3: 128
// components without and 64 with RoPE), 256 / 256 (GLM-5). With `causal`, query i of s_q sees the
// first s_k - (s_q - 1 - i) keys (bottom-right alignment).
// Requests of any length are packed one after the other; request r has the tokens
// [cu_q[r], cu_q[r + 1]) of q and [cu_k[r], cu_k[r + 1]) of k and v:
//   q    bf16 [query tokens, heads, qk]      out  bf16 [query tokens, heads, v]
//   k    bf16 [keys, heads, qk]              lse  f32  [heads, query tokens], natural logarithm
//   v    bf16 [keys, heads, v]
// A query that sees no key gives out 0 and lse +inf. What a request holds has no influence on
// others, not even NaN.
#pragma once

#include <cstdint>

#include "kernels/device_code.h"

namespace bp::mla {

/// Query rows of one block's work, in both kernels.
inline constexpr int prefill_rows = 128;

/// Up to 128 query tokens of one request; all heads have the same list.
struct PrefillTile {
  std::int32_t request;
  std::int32_t first_query;    // of all query tokens
  std::int32_t rows;           // 1..128
  std::int32_t first_key;      // of all keys: where the request's begin
  std::int32_t keys;           // of the request
  std::int32_t first_visible;  // keys that the first row sees, <= keys; below 1: none
  std::int32_t more_visible;   // keys that each further row sees more: 1 if causal, else 0

  /// Keys that a row sees; below 1: none.
  BP_DEVICE constexpr int visible(int row) const {
    const int sees = first_visible + row * more_visible;
    return sees < keys ? sees : keys;
  }
};

/// One head of one tile. Work of a block that walks over several of them.
struct PrefillItem {
  std::int32_t tile;  // index
  std::int32_t head;
};

/// Parameters of all entries. All pointers are device addresses.
struct PrefillParams {
  const std::uint16_t* q;
  const std::uint16_t* k;
  const std::uint16_t* v;
  const PrefillTile* tiles;  // mma_sync: one for each block in x; blocks in y are heads
  // wgmma alone:
  const PrefillItem* items;        // grouped by block
  const std::int32_t* item_begin;  // [blocks + 1], into items
  const void* maps;                // CUtensorMaps: of q, then of k and of v for each request
  std::uint16_t* out;
  float* lse;
  std::int32_t heads;
  std::int32_t queries;  // tokens of q
  float scale_log2;      // scale * log2(e): the softmax inside is to base 2
};

}  // namespace bp::mla
