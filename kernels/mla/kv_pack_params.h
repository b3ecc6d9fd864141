// What host and device of mla.kv_pack agree on: quantises the KV of tokens, and writes each into
// its slot of a paged FP8 cache. No CUDA type in it.
//
//   values  bf16 [tokens, 576 | 512]: the latent part, then 64 RoPE components
//   slots   s32 [tokens]: page * page_tokens + token of the page; those of no page are skipped
//   cache   pages of a layout of sparse_kv.h; what belongs to no slot named is not touched
// Scales: kernels/reference/kv_pack.h, ScaleRule. All arithmetic is fp32, rounded to nearest even:
// the bytes are those of pack_token(). Finite values.
#pragma once

#include <cstdint>

#include "kernels/mla/sparse_kv.h"

namespace bp::mla {

/// Parameters of all entries. All pointers are device addresses.
struct KvPackParams {
  const std::uint16_t* values;
  const std::int32_t* slots;
  std::uint8_t* cache;
  std::int64_t page_stride;  // bytes
  Divisor page_tokens;
  std::int32_t cache_slots;  // pages * page_tokens
  std::int32_t tokens;
};

inline constexpr int kv_pack_warps = 8;  // of a block; a warp packs one token

}  // namespace bp::mla
