// Device entries of mla.kv_pack, for sm_80 and up: a warp packs one token. Memory bounds it, so the
// arithmetic is plain integer and fp32 code, the same on every GPU.
#include "kernels/e4m3.h"
#include "kernels/mla/kv_pack_params.h"

// A named namespace: names of internal linkage hold a number made of the source's path.
namespace bp::mla::kv_pack {

constexpr int lane_values = 16;  // that a lane quantises: 16 bytes of codes

BP_DEVICE float magnitude(unsigned bf16_bits) {
  return __uint_as_float((bf16_bits & 0x7fffu) << 16);
}

/// Largest magnitude of the group of values that `lanes` neighbouring lanes hold.
template <int lanes>
BP_DEVICE float group_maximum(const unsigned (&pairs)[lane_values / 2]) {
  float largest = 0;
  BP_UNROLL for (const unsigned pair : pairs) {
    largest = fmaxf(largest, fmaxf(magnitude(pair), magnitude(pair >> 16)));
  }
  BP_UNROLL for (int mask = 1; mask < lanes; mask *= 2) {
    largest = fmaxf(largest, __shfl_xor_sync(0xffffffff, largest, mask));
  }
  return largest;
}

/// value / scale as fp32 rounded to nearest even, where it is large enough to matter. `inverse` is
/// 1 / scale, rounded. Markstein (1990): one correction of the product gives the right quotient.
/// The inverse of a power of two is exact.
template <bool power_of_two>
BP_DEVICE float quotient(float value, float scale, float inverse) {
  const float first = value * inverse;
  if (power_of_two) return first;
  return fmaf(fmaf(-first, scale, value), inverse, first);
}

/// e4m3_of_fp32_bits() of a magnitude of at most 448.
BP_DEVICE unsigned code_of(float value) {
  const unsigned magnitude = __float_as_uint(value);
  const unsigned normal = ((magnitude + 0x7ffffu + (magnitude >> 20 & 1u)) >> 20) - (120u << 3);
  // Below 2^-6 codes are steps of 2^-9: so are floats next to 2^14.
  const unsigned denormal = __float_as_uint(value + 0x1p14f) & 0xfu;
  return magnitude < 0x3c800000u ? denormal : normal;
}

template <bool power_of_two>
BP_DEVICE unsigned quantise(unsigned bf16_bits, float scale, float inverse) {
  return code_of(quotient<power_of_two>(magnitude(bf16_bits), scale, inverse)) |
         (bf16_bits >> 8 & 0x80u);
}

template <class Kv, bool power_of_two>
BP_DEVICE void pack(const KvPackParams& p) {
  constexpr int group_lanes = Kv::group / lane_values;
  constexpr int value_lanes = Kv::nope_width / lane_values;
  constexpr int rope_lanes = rope_width * 2 / 16;
  const int lane = static_cast<int>(threadIdx.x) % 32;
  const int token =
      static_cast<int>(blockIdx.x) * kv_pack_warps + static_cast<int>(threadIdx.x) / 32;
  if (token >= p.tokens) return;
  const std::int32_t slot = p.slots[token];
  if (static_cast<unsigned>(slot) >= static_cast<unsigned>(p.cache_slots)) return;

  const auto* row =
      reinterpret_cast<const uint4*>(p.values + static_cast<long long>(token) * Kv::key_width);
  unsigned pairs[lane_values / 2] = {};
  if (lane < value_lanes) {
    const uint4 first = row[lane * 2];
    const uint4 second = row[lane * 2 + 1];
    const unsigned loaded[] = {first.x,  first.y,  first.z,  first.w,
                               second.x, second.y, second.z, second.w};
    BP_UNROLL for (int i = 0; i < lane_values / 2; ++i) pairs[i] = loaded[i];
  }
  const uint4 rope = lane < rope_lanes ? row[Kv::nope_width / 8 + lane] : uint4{};

  float scale = fmaxf(__fdiv_rn(group_maximum<group_lanes>(pairs), e4m3_largest), 1e-4f);
  // 2^ceil(log2(scale)) of a normal number.
  if (power_of_two) scale = __uint_as_float((__float_as_uint(scale) + 0x7fffffu) & 0xff800000u);
  const float inverse = __frcp_rn(scale);
  unsigned codes[lane_values / 4];
  BP_UNROLL for (int i = 0; i < lane_values / 4; ++i) {
    codes[i] = quantise<power_of_two>(pairs[i * 2] & 0xffffu, scale, inverse) |
               quantise<power_of_two>(pairs[i * 2] >> 16, scale, inverse) << 8 |
               quantise<power_of_two>(pairs[i * 2 + 1] & 0xffffu, scale, inverse) << 16 |
               quantise<power_of_two>(pairs[i * 2 + 1] >> 16, scale, inverse) << 24;
  }

  const int page = divide(slot, p.page_tokens);
  const int page_tokens = static_cast<int>(p.page_tokens.value);
  const int within = slot - page * page_tokens;
  std::uint8_t* start = p.cache + page * p.page_stride;
  if (lane < value_lanes) {
    *reinterpret_cast<uint4*>(start + Kv::nope_at(page_tokens, within) + lane * 16) =
        make_uint4(codes[0], codes[1], codes[2], codes[3]);
  }
  if (lane < rope_lanes) {
    *reinterpret_cast<uint4*>(start + Kv::rope_at(page_tokens, within) + lane * 16) = rope;
  }
  std::uint8_t* scales = start + Kv::scales_at(page_tokens, within);
  const bool first_of_group = lane % group_lanes == 0;
  const int group = lane / group_lanes;
  if constexpr (Kv::scale_bytes == 4) {
    if (first_of_group) reinterpret_cast<float*>(scales)[group] = scale;
  } else {
    // Lane 28 holds no values: the byte that is not used.
    const unsigned code = lane < value_lanes ? __float_as_uint(scale) >> 23 : 0u;
    if (first_of_group) scales[group] = static_cast<std::uint8_t>(code);
  }
}

}  // namespace bp::mla::kv_pack

extern "C" __global__ void __launch_bounds__(bp::mla::kv_pack_warps * 32)
    mla_kv_pack_v32_power_of_two(const __grid_constant__ bp::mla::KvPackParams params) {
  bp::mla::kv_pack::pack<bp::mla::KvV32, true>(params);
}

extern "C" __global__ void __launch_bounds__(bp::mla::kv_pack_warps * 32)
    mla_kv_pack_v32_exact(const __grid_constant__ bp::mla::KvPackParams params) {
  bp::mla::kv_pack::pack<bp::mla::KvV32, false>(params);
}

extern "C" __global__ void __launch_bounds__(bp::mla::kv_pack_warps * 32)
    mla_kv_pack_model1(const __grid_constant__ bp::mla::KvPackParams params) {
  bp::mla::kv_pack::pack<bp::mla::KvModel1, true>(params);
}
