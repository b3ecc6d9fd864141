#include "kernels/reference/kv_pack.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <stdexcept>

#include "kernels/e4m3.h"
#include "kernels/reference/bf16.h"

namespace bp {
namespace {

using mla::KvLayout;

float scale_of(float largest, ScaleRule rule) {
  const float scale = std::fmax(largest / e4m3_largest, 1e-4f);
  if (rule == ScaleRule::exact) return scale;
  // 2^ceil(log2(scale)) of a normal number.
  const auto bits = std::bit_cast<std::uint32_t>(scale);
  return std::bit_cast<float>((bits + 0x7fffffu) & 0xff800000u);
}

template <class Kv>
void store_scale(float scale, std::uint8_t* scales, int group) {
  if constexpr (Kv::scale_bytes == 4) {
    std::memcpy(scales + group * 4, &scale, 4);
  } else {
    scales[group] = static_cast<std::uint8_t>(std::bit_cast<std::uint32_t>(scale) >> 23);
  }
}

template <class Kv>
float load_scale(const std::uint8_t* scales, int group) {
  if constexpr (Kv::scale_bytes == 4) {
    float scale;
    std::memcpy(&scale, scales + group * 4, 4);
    return scale;
  } else {
    return std::bit_cast<float>(mla::ue8m0_to_fp32_bits(scales[group]));
  }
}

void expect_width(std::size_t width, int expected) {
  if (width != static_cast<std::size_t>(expected)) {
    throw std::logic_error("kv_pack: a row is not as wide as K of its layout");
  }
}

}  // namespace

void pack_token(KvLayout layout, ScaleRule rule, std::span<const std::uint16_t> values,
                std::uint8_t* page, int page_tokens, int token) {
  mla::with_layout(layout, [&](auto kv) {
    using Kv = decltype(kv);
    expect_width(values.size(), Kv::key_width);
    if (Kv::scale_bytes == 1 && rule != ScaleRule::power_of_two) {
      throw std::logic_error("kv_pack: ue8m0 holds powers of two alone");
    }
    std::uint8_t* codes = page + Kv::nope_at(page_tokens, token);
    std::uint8_t* scales = page + Kv::scales_at(page_tokens, token);
    for (int group = 0; group < Kv::groups; ++group) {
      const auto in = values.subspan(static_cast<std::size_t>(group * Kv::group), Kv::group);
      float largest = 0;
      for (const std::uint16_t x : in) largest = std::fmax(largest, std::fabs(from_bf16(x)));
      const float scale = scale_of(largest, rule);
      store_scale<Kv>(scale, scales, group);
      std::uint8_t* out = codes + group * Kv::group;
      for (const std::uint16_t x : in) {
        *out++ = e4m3_of_fp32_bits(std::bit_cast<std::uint32_t>(from_bf16(x) / scale));
      }
    }
    if constexpr (Kv::scale_bytes == 1) scales[Kv::groups] = 0;
    std::memcpy(page + Kv::rope_at(page_tokens, token), values.data() + Kv::nope_width,
                mla::rope_width * sizeof(std::uint16_t));
  });
}

void unpack_token(KvLayout layout, const std::uint8_t* page, int page_tokens, int token,
                  std::span<std::uint16_t> values, ScaleReading reading) {
  mla::with_layout(layout, [&](auto kv) {
    using Kv = decltype(kv);
    expect_width(values.size(), Kv::key_width);
    const std::uint8_t* codes = page + Kv::nope_at(page_tokens, token);
    const std::uint8_t* scales = page + Kv::scales_at(page_tokens, token);
    for (int i = 0; i < Kv::nope_width; ++i) {
      float scale = load_scale<Kv>(scales, i / Kv::group);
      if (reading == ScaleReading::truncated_to_power_of_two) {
        scale = std::bit_cast<float>(std::bit_cast<std::uint32_t>(scale) & 0xff800000u);
      }
      values[static_cast<std::size_t>(i)] =
          to_bf16(std::bit_cast<float>(fp32_bits_of_e4m3(codes[i])) * scale);
    }
    std::memcpy(values.data() + Kv::nope_width, page + Kv::rope_at(page_tokens, token),
                mla::rope_width * sizeof(std::uint16_t));
  });
}

void poison_token(KvLayout layout, std::uint8_t* page, int page_tokens, int token) {
  mla::with_layout(layout, [&](auto kv) {
    using Kv = decltype(kv);
    // 0xff is NaN as e4m3, as ue8m0, and as bytes of fp32 and bf16.
    std::memset(page + Kv::nope_at(page_tokens, token), 0xff, Kv::nope_width);
    std::memset(page + Kv::scales_at(page_tokens, token), 0xff, Kv::groups * Kv::scale_bytes);
    std::memset(page + Kv::rope_at(page_tokens, token), 0xff,
                mla::rope_width * sizeof(std::uint16_t));
  });
}

}  // namespace bp
