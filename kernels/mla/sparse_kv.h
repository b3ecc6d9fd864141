// Byte layouts of the FP8 KV caches of sparse MLA decode. Plain constants and integer functions,
// for the GPU and for the host.
//
// KvV32 (DeepSeek-V3.2, GLM-5), 656 bytes a token, tokens one after another (FlashMLA at 9241ae3,
// csrc/api/sparse_decode.h:290-292 and tests/quant.py:17-46):
//   [0, 512)    512 x e4m3: the latent part; stored value = e4m3 * scale of its group of 128
//   [512, 528)  4 x fp32: the scales. DeepSeek's are powers of two, GLM-5's are any
//   [528, 656)  64 x bf16: the RoPE part
//   K is all 576 components, V the 512 latent ones.
// KvModel1 (DeepSeek-V4), 584 bytes a token, split within a page (sparse_decode.h:293-296,
// tests/quant.py:50-80):
//   page_tokens x 576 bytes: [448 x e4m3][64 x bf16 RoPE]
//   page_tokens x 8 bytes:   [7 x ue8m0, one for 64 of the 448 values][1 byte unused]
//   a page is rounded up to a multiple of 576 bytes. Code e of ue8m0 is 2^(e - 127).
//   K and V are both all 512 components: V has the RoPE part, too.
//
// What a stored value means: bf16(float(e4m3) * scale), the product rounded to fp32, then to bf16,
// both to nearest even. For powers of two that is exact.
#pragma once

#include <cstdint>

#include "kernels/device_code.h"

namespace bp::mla {

enum class KvLayout : std::int32_t { v32, model1 };

inline constexpr int sparse_value_width = 512;
inline constexpr int rope_width = 64;

struct KvV32 {
  static constexpr KvLayout layout = KvLayout::v32;
  static constexpr int key_width = 576;
  static constexpr int nope_width = 512;  // e4m3 values
  static constexpr int group = 128;       // values of one scale
  static constexpr int groups = nope_width / group;
  static constexpr int scale_bytes = 4;
  static constexpr int token_bytes = 656;  // that one token takes, wherever they lie
  static constexpr long long page_bytes(int page_tokens) { return page_tokens * 656LL; }
  // Bytes from the start of the page.
  BP_HOST_DEVICE static constexpr long long nope_at(int /*page_tokens*/, int token) {
    return token * 656LL;
  }
  BP_HOST_DEVICE static constexpr long long scales_at(int /*page_tokens*/, int token) {
    return token * 656LL + 512;
  }
  BP_HOST_DEVICE static constexpr long long rope_at(int /*page_tokens*/, int token) {
    return token * 656LL + 528;
  }
};

struct KvModel1 {
  static constexpr KvLayout layout = KvLayout::model1;
  static constexpr int key_width = 512;
  static constexpr int nope_width = 448;
  static constexpr int group = 64;
  static constexpr int groups = nope_width / group;
  static constexpr int scale_bytes = 1;
  static constexpr int token_bytes = 584;
  static constexpr long long page_bytes(int page_tokens) {
    return (page_tokens * 584LL + 575) / 576 * 576;
  }
  BP_HOST_DEVICE static constexpr long long nope_at(int /*page_tokens*/, int token) {
    return token * 576LL;
  }
  BP_HOST_DEVICE static constexpr long long scales_at(int page_tokens, int token) {
    return page_tokens * 576LL + token * 8LL;
  }
  BP_HOST_DEVICE static constexpr long long rope_at(int /*page_tokens*/, int token) {
    return token * 576LL + 448;
  }
};

/// Calls work(KvV32{}) or work(KvModel1{}).
template <typename Work>
constexpr auto with_layout(KvLayout layout, const Work& work) {
  return layout == KvLayout::v32 ? work(KvV32{}) : work(KvModel1{});
}

constexpr int key_width_of(KvLayout layout) {
  return with_layout(layout, [](auto kv) { return kv.key_width; });
}
constexpr long long page_bytes_of(KvLayout layout, int page_tokens) {
  return with_layout(layout, [&](auto kv) { return kv.page_bytes(page_tokens); });
}

/// Bits of the fp32 number that a ue8m0 code stands for; 2^-127 is a denormal of fp32, 255 is NaN.
BP_HOST_DEVICE constexpr std::uint32_t ue8m0_to_fp32_bits(std::uint32_t code) {
  return code == 0 ? 0x00400000u : code == 255 ? 0x7fc00000u : code << 23;
}

/// Division by a number that is known only at run time, for dividends in [0, 2^31).
struct Divisor {
  std::uint32_t value = 1;
  std::uint32_t magic = 0x80000001u;
  std::int32_t shift = 31;
};

/// `value` in [1, 2^31).
constexpr Divisor make_divisor(int value) {
  // With 2^(L-1) < d <= 2^L: m = floor(2^(31+L) / d) + 1 is off by e / d with e <= d, and n * e
  // stays below 2^(31+L) (Granlund, Montgomery 1994, theorem 4.2).
  const auto d = static_cast<std::uint64_t>(value);
  int log = 0;
  while ((std::uint64_t{1} << log) < d) ++log;
  return {static_cast<std::uint32_t>(d),
          static_cast<std::uint32_t>((std::uint64_t{1} << (31 + log)) / d + 1), 31 + log};
}

BP_HOST_DEVICE constexpr std::int32_t divide(std::int32_t n, const Divisor& by) {
  return static_cast<std::int32_t>(
      (static_cast<std::uint64_t>(static_cast<std::uint32_t>(n)) * by.magic) >> by.shift);
}

}  // namespace bp::mla
