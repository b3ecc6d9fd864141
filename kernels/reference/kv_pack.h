// Quantises the KV of a token into the layouts of kernels/mla/sparse_kv.h, and back: what the bytes
// have to be, and what they mean.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/mla/sparse_kv.h"

namespace bp {

/// The scale of a group with largest magnitude a, all in fp32:
enum class ScaleRule : std::uint8_t {
  power_of_two,  // 2^ceil(log2(max(a / 448, 1e-4))): FlashMLA's (tests/quant.py at 9241ae3)
  exact,         // max(a / 448, 1e-4): any number, as in caches of GLM-5. Not of KvModel1
};

/// How stored scales are read.
enum class ScaleReading : std::uint8_t {
  as_stored,
  // The defect of FlashMLA's SM100 kernel at 9241ae3 (its pull request 184): right only for powers
  // of two. Here so that tests can show that a comparison tells it.
  truncated_to_power_of_two,
};

/// Writes the token's bytes: e4m3(value / scale), scales, RoPE part; the unused byte of KvModel1
/// becomes 0. `values`: bf16, as many as K is wide.
void pack_token(mla::KvLayout layout, ScaleRule rule, std::span<const std::uint16_t> values,
                std::uint8_t* page, int page_tokens, int token);

/// What the stored K of a token means, as bf16 bits; see sparse_kv.h.
void unpack_token(mla::KvLayout layout, const std::uint8_t* page, int page_tokens, int token,
                  std::span<std::uint16_t> values, ScaleReading reading = ScaleReading::as_stored);

/// Fills the token's bytes with NaN everywhere: what a free slot may hold.
void poison_token(mla::KvLayout layout, std::uint8_t* page, int page_tokens, int token);

}  // namespace bp
