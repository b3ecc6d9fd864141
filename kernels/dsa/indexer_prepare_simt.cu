// RoPE, Hadamard rotation and quantisation of the indexer's inputs, for sm_80 and up: eight lanes
// hold a row of 128 components, each the eight from 8 lane on and the eight 64 behind them.
// Compiled once with -arch=compute_80.
#include "kernels/dsa/indexer_params.h"
#include "kernels/dsa/indexer_prepare.h"

namespace bp::dsa_prepare {

using dsa::IndexerPrepareParams;
using dsa::IndexerPrepareTiling;

inline constexpr unsigned all_lanes = 0xffffffffu;

__device__ __forceinline__ void unpack(uint4 words, float (&x)[8]) {
  const unsigned w[4] = {words.x, words.y, words.z, words.w};
#pragma unroll
  for (int i = 0; i < 4; ++i) {
    x[2 * i] = __uint_as_float(w[i] << 16);
    x[2 * i + 1] = __uint_as_float(w[i] & 0xffff0000u);
  }
}

/// The eight components of a lane among the first 64.
__device__ __forceinline__ void rope(const IndexerPrepareParams& p, const float* cos_sin, int lane,
                                     float (&x)[8]) {
  if (p.interleaved != 0) {
    const auto c = *reinterpret_cast<const float4*>(cos_sin + 4 * lane);
    const auto s = *reinterpret_cast<const float4*>(cos_sin + 32 + 4 * lane);
    const float cosine[4] = {c.x, c.y, c.z, c.w};
    const float sine[4] = {s.x, s.y, s.z, s.w};
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      const float a = x[2 * i];
      const float b = x[2 * i + 1];
      x[2 * i] = a * cosine[i] - b * sine[i];
      x[2 * i + 1] = a * sine[i] + b * cosine[i];
    }
    return;
  }
  // The partners of lanes 0 to 3 are in lanes 4 to 7.
  const float* row = cos_sin + 8 * (lane & 3);
#pragma unroll
  for (int half = 0; half < 2; ++half) {
    const auto c = *reinterpret_cast<const float4*>(row + 4 * half);
    const auto s = *reinterpret_cast<const float4*>(row + 32 + 4 * half);
    const float cosine[4] = {c.x, c.y, c.z, c.w};
    const float sine[4] = {s.x, s.y, s.z, s.w};
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      float& mine = x[4 * half + i];
      const float other = __shfl_xor_sync(all_lanes, mine, 4);
      mine = mine * cosine[i] + (lane < 4 ? -other : other) * sine[i];
    }
  }
}

/// Sums and differences of components whose numbers differ by 1, 2, 4 (here), 8, 16, 32
/// (lanes), 64.
__device__ __forceinline__ void hadamard(int lane, float (&x)[2][8]) {
#pragma unroll
  for (int half = 0; half < 2; ++half) {
#pragma unroll
    for (int step = 1; step < 8; step *= 2) {
#pragma unroll
      for (int i = 0; i < 8; ++i) {
        if ((i & step) != 0) continue;
        const float a = x[half][i];
        const float b = x[half][i + step];
        x[half][i] = a + b;
        x[half][i + step] = a - b;
      }
    }
#pragma unroll
    for (int step = 1; step < 8; step *= 2) {
      const bool upper = (lane & step) != 0;
#pragma unroll
      for (int i = 0; i < 8; ++i) {
        const float other = __shfl_xor_sync(all_lanes, x[half][i], step);
        x[half][i] = upper ? other - x[half][i] : other + x[half][i];
      }
    }
  }
#pragma unroll
  for (int i = 0; i < 8; ++i) {
    const float a = x[0][i];
    const float b = x[1][i];
    x[0][i] = a + b;
    x[1][i] = a - b;
  }
}

/// e4m3 of a number of at most 448, in the uppermost byte. Multiplied by 2^-120, the exponents of
/// e4m3 are those of a float, its denormals a float's denormals: one way to round serves both.
__device__ __forceinline__ unsigned encode(float x) {
  const unsigned bits = __float_as_uint(x * 0x1p-120f);
  const unsigned magnitude = bits & 0x7fffffffu;
  const unsigned rounded = magnitude + 0x7ffffu + (magnitude >> 20 & 1u);
  return (rounded << 4 & 0x7f000000u) | (bits & 0x80000000u);
}

__device__ __forceinline__ unsigned pack(const float* x, float inverse) {
  const unsigned low = __byte_perm(encode(x[0] * inverse), encode(x[1] * inverse), 0x0073);
  const unsigned high = __byte_perm(encode(x[2] * inverse), encode(x[3] * inverse), 0x0073);
  return low | high << 16;
}

/// Rotates and quantises a row; returns its scale.
__device__ __forceinline__ float prepare_row(const IndexerPrepareParams& p, const void* row,
                                             const float* cos_sin, int lane, uint2 (&codes)[2]) {
  float x[2][8];
  const auto* words = static_cast<const uint4*>(row);
  unpack(words[lane], x[0]);
  unpack(words[8 + lane], x[1]);
  rope(p, cos_sin, lane, x[0]);
  hadamard(lane, x);
  float largest = 0;
#pragma unroll
  for (int half = 0; half < 2; ++half) {
#pragma unroll
    for (int i = 0; i < 8; ++i) {
      x[half][i] *= 0.08838834764831845f;  // 128^-0.5
      largest = fmaxf(largest, fabsf(x[half][i]));
    }
  }
#pragma unroll
  for (int step = 1; step < 8; step *= 2) {
    largest = fmaxf(largest, __shfl_xor_sync(all_lanes, largest, step));
  }
  float scale = fmaxf(largest, 1e-4f) / 448.0f;
  if (p.power_of_two != 0) {
    scale = __uint_as_float((__float_as_uint(scale) + 0x7fffffu) & 0xff800000u);
  }
  const float inverse = 1.0f / scale;
#pragma unroll
  for (int half = 0; half < 2; ++half) {
    codes[half] = {pack(x[half], inverse), pack(x[half] + 4, inverse)};
  }
  return scale;
}

__device__ __forceinline__ void store_row(std::uint8_t* row, int lane, const uint2 (&codes)[2]) {
  auto* words = reinterpret_cast<uint2*>(row);
  words[lane] = codes[0];
  words[8 + lane] = codes[1];
}

__device__ __forceinline__ void prepare(const IndexerPrepareParams& p) {
  constexpr int width = dsa::indexer_width;
  const int lane = static_cast<int>(threadIdx.x) % IndexerPrepareTiling::lanes_of_row;
  const long long queries = static_cast<long long>(p.tokens) * p.heads;
  const long long row = static_cast<long long>(blockIdx.x) * IndexerPrepareTiling::rows +
                        static_cast<int>(threadIdx.x) / IndexerPrepareTiling::lanes_of_row;
  // All rows of q, then those of k; who has none goes along with the last, for the shuffles.
  const bool is_query = row < queries;
  const bool none = row >= queries + p.tokens;
  const int token =
      none ? p.tokens - 1 : static_cast<int>(is_query ? row / p.heads : row - queries);
  const auto* source = is_query ? p.q + row * width : p.k + static_cast<long long>(token) * width;
  uint2 codes[2];
  const float scale = prepare_row(
      p, source, p.cos_sin + static_cast<long long>(p.positions[token]) * 64, lane, codes);
  if (none) return;
  if (is_query) {
    store_row(p.q_out + row * width, lane, codes);
    if (lane == 0) p.weights_out[row] = p.weights[row] * scale * p.fold;
    return;
  }
  if (p.slots == nullptr) {
    store_row(p.k_out + static_cast<long long>(token) * width, lane, codes);
    if (lane == 0) p.k_scale[token] = scale;
    return;
  }
  const int slot = p.slots[token];
  if (static_cast<unsigned>(slot) >= static_cast<unsigned>(p.cache_slots)) return;
  std::uint8_t* page =
      p.k_out + static_cast<long long>(slot / dsa::indexer_tile) * dsa::indexer_page_bytes;
  const int line = slot % dsa::indexer_tile;
  store_row(page + line * width, lane, codes);
  if (lane == 0) reinterpret_cast<float*>(page + dsa::indexer_tile * width)[line] = scale;
}

}  // namespace bp::dsa_prepare

extern "C" __global__ void __launch_bounds__(256)
    indexer_prepare(const __grid_constant__ bp::dsa::IndexerPrepareParams params) {
  bp::dsa_prepare::prepare(params);
}
