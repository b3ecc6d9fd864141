// What host and device of the sparse MLA prefill kernels agree on. No CUDA type in it, so that both
// compilers and the tests can read it.
//
// The operation (absorbed MLA over one bf16 latent head, each query token with its own list of
// keys): for query token i, head h, and the entries j of indices[i] that name a key,
//   S[j] = scale * dot(q[i,h,:], kv[indices[i,j],:]),  P = softmax(S),
//   out[i,h,0:512] = sum_j P[j] kv[indices[i,j],0:512].
// A list may name a key several times: each time counts. Layouts and conventions are those of
// FlashMLA's sparse prefill (flash_mla/flash_mla_interface.py and csrc/sm90/prefill/sparse at
// 9241ae3):
//   q        bf16 [s_q, h_q, width]    width 576 (512 latent, 64 RoPE) or 512 (V is all of K)
//   kv       bf16 [s_kv, width]        rows that no list names are never read
//   indices  s32  [s_q, topk]          an entry below 0 or from s_kv on names no key
//   topk_length s32 [s_q] or null      only so many entries of a list count, from the left
//   sink     f32  [h_q] or null        one more term of the softmax's sum, exp(sink), without value
//   out      bf16 [s_q, h_q, 512]      max_logits, lse  f32 [s_q, h_q]
// max_logits is the largest S, lse the natural logarithm of the sum of exp(S); neither knows of the
// sink. Where a list names no key: out 0, max_logits -inf, lse +inf.
#pragma once

#include <cstdint>

#include "kernels/mla/sparse_kv.h"  // sparse_value_width

namespace bp::mla {

/// All pointers are device addresses; rows start at multiples of 16 bytes.
struct SparsePrefillParams {
  const std::uint16_t* q;
  const std::uint16_t* kv;
  const std::int32_t* indices;
  const std::int32_t* topk_length;
  const float* sink;
  std::uint16_t* out;
  float* max_logits;
  float* lse;
  std::int32_t s_q;
  std::int32_t s_kv;
  std::int32_t h_q;
  std::int32_t topk;
  float scale_log2;  // scale * log2(e), positive: the softmax inside is to base 2
};

}  // namespace bp::mla
