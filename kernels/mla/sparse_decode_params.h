// What host and device of the sparse MLA decode kernels agree on: shapes, work list, parameters. No
// CUDA type in it, so that both compilers and the tests can read it.
//
// The operation (absorbed MLA over tokens picked beforehand): for request b, query token i, head h,
// over the candidates j that are not masked
//   S[j] = scale * dot(q[b,i,h,:], K[slot(b,i,j),:]),  P = softmax(S),  O[b,i,h,0:512] = sum_j P[j]
//   V[slot(b,i,j),:].
// Layouts and conventions are those of FlashMLA's sparse decode (csrc/api/sparse_decode.h,
// flash_mla/flash_mla_interface.py at 9241ae3):
//   q        bf16 [batch, s_q, h_q, 576 | 512]: the width of K of the layout
//   cache    pages of a layout of sparse_kv.h, any number of tokens a page
//   indices  s32 [batch, s_q, topk]: slot = page * page_tokens + token of the page. Negative ones
//   and
//            those of no page are masked. Candidates from topk_length[b] on are masked, too.
//   extra    a second pool with indices of its own, of the same layout; its candidates take part in
//            the same softmax
//   sink     f32 [h_q]: O is multiplied by e^lse / (e^lse + e^sink); lse is not changed
//   out      bf16 [batch, s_q, h_q, 512]
//   lse      f32 [batch, s_q, h_q], natural logarithm
// A masked candidate is not read: free slots may hold NaN. A query without any candidate gives out
// 0 and lse +inf.
//
// The work is cut along the candidates, in blocks of 64. Blocks of one query are counted through:
// first those of the pool, ceil(length / 64), then those of the extra pool. "request" of the
// segments (decode_params.h) is the query b * s_q + i, "page" such a block.
#pragma once

#include <cstdint>

#include "kernels/mla/decode_params.h"
#include "kernels/mla/sparse_kv.h"

namespace bp::mla {

inline constexpr int candidate_block = page_tokens;

struct SparsePool {
  const std::uint8_t* cache;        // nullptr with topk 0: no such pool
  const std::int32_t* indices;      // [batch, s_q, topk]
  const std::int32_t* topk_length;  // [batch], or nullptr: topk. May be larger than topk or < 0
  std::int64_t page_stride;         // bytes, below 2^32
  Divisor page_tokens;
  std::int32_t slots;  // pages * page_tokens
  std::int32_t topk;
};

/// Parameters of all entries. All pointers are device addresses.
struct SparseDecodeParams {
  const std::uint16_t* q;
  SparsePool pool;
  SparsePool extra;
  const float* sink;               // nullptr: none
  const DecodeSegment* segments;   // grouped by part
  const std::int32_t* part_begin;  // [parts + 1], into segments
  const std::int32_t*
      split_begin;  // [queries + 1], into the partial slots; none for an uncut query
  std::uint16_t* out;
  float* lse;
  float* partial_out;  // [slots, h_q, 512], each already divided by its own sum, without the sink
  float* partial_lse;  // [slots, h_q], base 2; -inf where the share holds no candidate
  std::int32_t s_q;
  std::int32_t h_q;
  float scale_log2;  // scale * log2(e): the softmax inside is to base 2
};

/// Candidates of request `b` that are looked at.
BP_HOST_DEVICE inline int candidates(const SparsePool& pool, int b) {
  if (pool.topk_length == nullptr) return pool.topk;
  const int length = pool.topk_length[b];
  return length < 0 ? 0 : length < pool.topk ? length : pool.topk;
}

BP_HOST_DEVICE constexpr int candidate_blocks(int candidates) {
  return (candidates + candidate_block - 1) / candidate_block;
}

/// Whether `index` names a slot.
BP_HOST_DEVICE constexpr bool is_slot(const SparsePool& pool, std::int32_t index) {
  return static_cast<std::uint32_t>(index) < static_cast<std::uint32_t>(pool.slots);
}

}  // namespace bp::mla
