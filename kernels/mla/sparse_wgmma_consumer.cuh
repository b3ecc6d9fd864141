// What the two consumers of sparse MLA decode on wgmma have in common: their accumulators.
#pragma once

#include "kernels/mla/sparse_decode_wgmma.cuh"
#include "probes/ptx/float_math.cuh"
#include "probes/ptx/wgmma_attention.cuh"
#include "probes/ptx/wgmma_layout.h"

namespace bp::mla::sparse_wgmma {

inline constexpr int leader_alone = 1;  // number of a named barrier

inline constexpr auto swizzle = bp::ptx::WgmmaSwizzle::b128;
/// In a descriptor of V: 128 columns further on.
inline constexpr std::uint64_t right = 2 * Tiling::panel_bytes >> 4;

/// The same value, unknown to the compiler: else it computes the descriptors of all steps before
/// the loop, and keeps them in registers that it does not have.
__device__ __forceinline__ std::uint64_t opaque(std::uint64_t descriptor) {
  asm volatile("" : "+l"(descriptor));
  return descriptor;
}

__device__ __forceinline__ float infinity() { return __int_as_float(0x7f800000); }

/// What both consumers know of their accumulators: thread t of the warpgroup has rows
/// 16 (t / 32) + t % 32 / 4 + 8 i, columns 8 j + 2 (t % 4) + c of accumulator 4 j + 2 i + c.
template <class C>
struct Consumer {
  const SparseDecodeParams& p;
  const Memory<C> memory;
  const int thread;      // of the warpgroup
  const int first_head;  // of the CTA

  __device__ int lane() const { return thread % 32; }
  __device__ int row(int i) const { return thread / 32 * 16 + lane() / 4 + 8 * i; }
  __device__ int quad_column() const { return lane() % 4 * 2; }

  /// out = out * factors, of its two rows.
  __device__ static void scale(float (&out)[2][64], float low, float high) {
    // Most tiles change no maximum.
    if (!__any_sync(0xffffffff, low != 1 || high != 1)) return;
#pragma unroll
    for (int j = 0; j < 128; j += 4) {
      out[j / 64][j % 64] *= low;
      out[j / 64][j % 64 + 1] *= low;
      out[j / 64][j % 64 + 2] *= high;
      out[j / 64][j % 64 + 3] *= high;
    }
  }

  /// Descriptor of the columns [256 half, 256 half + 256) of V in a tile, at candidate 0; 128 more
  /// are 16 candidates further on.
  __device__ static std::uint64_t values(const unsigned char* tile, int half) {
    return bp::ptx::wgmma_mn_major(
        bp::ptx::shared_address(tile) + half * (Tiling::value_panels / 2) * Tiling::panel_bytes,
        swizzle, Tiling::tokens, 0);
  }

  /// Rows of the result, each multiplied with its own factor.
  __device__ void store(const DecodeSegment& segment, const float (&out)[2][64],
                        const float (&by)[2], int half) const {
    const bool partial = segment.partial >= 0;
    const long long slot = partial ? segment.partial : segment.request;
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      const int head = first_head + row(i);
      if (head >= p.h_q) continue;
      const long long at = (slot * p.h_q + head) * sparse_value_width + half * 256 + quad_column();
#pragma unroll
      for (int j = 0; j < 32; ++j) {
        const float first = out[j / 16][j % 16 * 4 + 2 * i] * by[i];
        const float second = out[j / 16][j % 16 * 4 + 2 * i + 1] * by[i];
        if (partial) {
          *reinterpret_cast<float2*>(p.partial_out + at + 8 * j) = make_float2(first, second);
        } else {
          *reinterpret_cast<unsigned*>(p.out + at + 8 * j) = bp::ptx::pack_bf16(first, second);
        }
      }
    }
  }
};

}  // namespace bp::mla::sparse_wgmma
