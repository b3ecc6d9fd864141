// What host and device of the dense MLA decode kernels agree on: shapes, work list, parameters. No
// CUDA type in it, so that both compilers and the tests can read it.
//
// The operation (absorbed MLA, one latent KV head): for request b, query token i, head h
//   S[j] = scale * dot(q[b,i,h,0:576], k[b,j,0:576]),  P = softmax(S),  O[b,i,h,0:512] = sum_j P[j]
//   k[b,j,0:512].
// With `causal`, token i of s_q sees the first seqlen - (s_q - 1 - i) keys (bottom-right
// alignment). Layouts and conventions are those of FlashMLA's dense decode (csrc/api/dense_decode.h
// at 9241ae3):
//   q    bf16 [batch, s_q, h_q, 576]          out  bf16 [batch, s_q, h_q, 512]
//   k    bf16 [pages, 64, 576]                lse  f32  [batch, h_q, s_q], natural logarithm
//   block_table  s32 [batch, max_pages]: page of each 64 tokens; none past the sequence is read
//   seqlens      s32 [batch]
// Rows of a page past the sequence are never used either: they may hold NaN. A query that sees no
// key gives out 0 and lse +inf.
#pragma once

#include <cstdint>

namespace bp::mla {

inline constexpr int key_width = 576;    // 512 latent + 64 RoPE components
inline constexpr int value_width = 512;  // V is the first 512 components of K
inline constexpr int page_tokens = 64;

/// One part's share of one request: pages [first_page, end_page). `partial` is the slot of its
/// unfinished result, or -1 if the share is the whole request, whose result then needs no
/// combining.
struct DecodeSegment {
  std::int32_t request;
  std::int32_t first_page;
  std::int32_t end_page;
  std::int32_t partial;
};

/// Parameters of both entries. All pointers are device addresses.
struct DecodeParams {
  const std::uint16_t* q;
  const std::uint16_t* cache;
  const std::int32_t* block_table;
  const std::int32_t* seqlens;
  const DecodeSegment* segments;   // grouped by part
  const std::int32_t* part_begin;  // [parts + 1], into segments
  const std::int32_t*
      split_begin;  // [batch + 1], into the partial slots; an uncut request has none
  std::uint16_t* out;
  float* lse;
  float* partial_out;  // [slots, s_q * h_q, 512], each already divided by its own sum
  float* partial_lse;  // [slots, s_q * h_q], base 2; -inf where the share holds no visible key
  std::int32_t s_q;
  std::int32_t h_q;
  std::int32_t max_pages;
  std::int32_t causal;
  float scale_log2;  // scale * log2(e): the softmax inside is to base 2
};

}  // namespace bp::mla
