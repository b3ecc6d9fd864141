// What a block of the wgmma sparse prefill kernel is made of: its place in shared memory, barriers,
// the gathering warpgroup.
#pragma once

#include "kernels/mla/sparse_prefill_params.h"
#include "kernels/mla/sparse_prefill_wgmma_tiling.h"
#include "probes/ptx/async_proxy.cuh"
#include "probes/ptx/cp_async.cuh"
#include "probes/ptx/wgmma_layout.h"

namespace bp::sparse_prefill_wgmma {

using mla::SparsePrefillParams;
using ptx::WgmmaSwizzle;

extern __shared__ __align__(1024) unsigned char shared[];

inline constexpr int left = 0;
inline constexpr int right = 1;
inline constexpr float nothing_seen = -1e30f;  // finite: the difference of two of them is 0
inline constexpr float log2_e = 1.44269504088896341f;
inline constexpr float ln_2 = 0.693147180559945309f;

__device__ __forceinline__ void wait(unsigned long long* barrier, unsigned parity) {
  while (!ptx::mbarrier_try_wait_parity(barrier, parity)) {
  }
}

__device__ __forceinline__ float larger_of_quad(float x) {
  x = fmaxf(x, __shfl_xor_sync(0xffffffff, x, 1));
  return fmaxf(x, __shfl_xor_sync(0xffffffff, x, 2));
}
__device__ __forceinline__ float sum_of_quad(float x) {
  x += __shfl_xor_sync(0xffffffff, x, 1);
  return x + __shfl_xor_sync(0xffffffff, x, 2);
}

/// The same descriptor or number, of which the compiler knows nothing: else it computes all that is
/// made of it once before the loop, and keeps it in registers that it lacks.
__device__ __forceinline__ std::uint64_t opaque(std::uint64_t descriptor) {
  asm volatile("" : "+l"(descriptor));
  return descriptor;
}
__device__ __forceinline__ unsigned opaque(unsigned number) {
  asm volatile("" : "+r"(number));
  return number;
}

template <class T>
struct Block {
  const SparsePrefillParams& p;
  const int token;
  const int first_head;

  /// Grid: x = query token x blocks of 64 heads, blocks of one token side by side: they gather the
  /// same rows.
  __device__ static Block here(const SparsePrefillParams& p) {
    const int head_blocks = (p.h_q + T::heads - 1) / T::heads;
    const int number = static_cast<int>(opaque(blockIdx.x));
    return {p, number / head_blocks, number % head_blocks * T::heads};
  }

  __device__ static float* bases(int side) {
    return reinterpret_cast<float*>(shared + T::bases_at) + side * T::heads;
  }
  __device__ static float* sums(int side) {
    return reinterpret_cast<float*>(shared + T::sums_at) + side * T::heads;
  }
  /// One bit a key of the tile: whether its list entry names a key.
  __device__ static unsigned long long* named(int buffer) {
    return reinterpret_cast<unsigned long long*>(shared + T::named_at) + buffer;
  }
  /// Panels 0-3 of a key tile (half 0) and the others (half 1) have barriers of their own.
  __device__ static unsigned long long* ready(int buffer, int half) {
    return reinterpret_cast<unsigned long long*>(shared + T::barriers_at) + buffer * 2 + half;
  }
  __device__ static unsigned long long* free(int buffer, int half) {
    return ready(buffer, half) + 4;
  }
  // Of the two warpgroups of mathematics; all their threads arrive.
  __device__ static unsigned long long* base_written(int side) { return ready(2, 0) + 4 + side; }
  __device__ static unsigned long long* probabilities_written(int side) {
    return base_written(2) + side;
  }
  /// First phase: Q is there; second: the sums are, and nobody reads Q any more.
  __device__ static unsigned long long* together() { return probabilities_written(2); }
  __device__ int entries() const {
    return p.topk_length == nullptr ? p.topk : max(0, min(p.topk, p.topk_length[token]));
  }
  __device__ int pairs() const { return (entries() + 2 * T::tokens - 1) / (2 * T::tokens); }

  __device__ static void init_barriers() {
    for (int buffer = 0; buffer < 2; ++buffer) {
      // Every gathering thread, when its copies have ended; each of its warps, for `named`.
      ptx::mbarrier_init(ready(buffer, 0), 128);
      ptx::mbarrier_init(ready(buffer, 1), 128 + 4);
      ptx::mbarrier_init(free(buffer, 0), 4);
      ptx::mbarrier_init(free(buffer, 1), 4);
      ptx::mbarrier_init(base_written(buffer), 128);
      ptx::mbarrier_init(probabilities_written(buffer), 128);
    }
    ptx::mbarrier_init(together(), 256);
  }

  /// By both warpgroups of mathematics. Heads past the last one become zeros.
  __device__ void load_query() const {
    for (int i = threadIdx.x; i < T::heads * T::value_panels * 8; i += 256) {
      const int row = i / (T::value_panels * 8);
      const int byte = i % (T::value_panels * 8) * 16;
      const bool valid = first_head + row < p.h_q;
      const long long head = static_cast<long long>(token) * p.h_q + (valid ? first_head + row : 0);
      ptx::cp_async_16(
          shared + T::query_at + ptx::in_panels(WgmmaSwizzle::b128, T::heads, row, byte),
          reinterpret_cast<const unsigned char*>(p.q + head * T::width) + byte, valid);
    }
  }

  // --- the gathering warpgroup ---------------------------------------------------------------

  /// Thread t copies 16 bytes of each panel of four rows: eight threads read 128 contiguous bytes.
  __device__ void gather() const {
    const int thread = static_cast<int>(threadIdx.x) % 128;
    const int lane = thread % 32;
    const int first_row = thread / 32 * 16 + lane / 8;
    const int chunk = lane % 8;
    const int count = entries();
    const int tiles = 2 * pairs();
    const std::int32_t* list = p.indices + static_cast<long long>(token) * p.topk;
    int next[4];
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      const int entry = first_row + i * 4;
      next[i] = entry < count ? __ldg(list + entry) : -1;
    }
#pragma unroll 1
    for (int tile = 0; tile < tiles; ++tile) {
      const int buffer = tile & 1;
      const unsigned parity = (tile >> 1 & 1) ^ 1;
      const unsigned char* source[4];
      unsigned valid = 0;
      unsigned mask = 0;
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        const bool named_here = next[i] >= 0 && next[i] < p.s_kv;
        source[i] = reinterpret_cast<const unsigned char*>(
                        p.kv + static_cast<long long>(named_here ? next[i] : 0) * T::width) +
                    chunk * 16;
        valid |= static_cast<unsigned>(named_here) << i;
        const unsigned votes = __ballot_sync(0xffffffff, named_here);
        // Lanes 0, 8, 16 and 24 speak for rows i * 4 and up.
        mask |= ((votes & 1) | (votes >> 7 & 2) | (votes >> 14 & 4) | (votes >> 21 & 8)) << i * 4;
        const int entry = (tile + 1) * T::tokens + first_row + i * 4;
        next[i] = entry < count ? __ldg(list + entry) : -1;
      }
      unsigned char* target = shared + T::keys_at + buffer * T::tile_bytes +
                              ptx::in_panels(WgmmaSwizzle::b128, T::tokens, first_row, chunk * 16);
      // Four rows further: 512 bytes, and bit 2 of the row number, which the swizzle turns over.
      unsigned char* odd = shared + T::keys_at + buffer * T::tile_bytes +
                           ptx::in_panels(WgmmaSwizzle::b128, T::tokens, first_row + 4, chunk * 16);
      const auto copy = [&](int panel) {
#pragma unroll
        for (int i = 0; i < 4; ++i) {
          ptx::cp_async_16((i % 2 == 0 ? target : odd) + i / 2 * 1024 + panel * T::panel_bytes,
                           source[i] + panel * 128, (valid >> i & 1) != 0);
        }
      };
      wait(free(buffer, 0), parity);
#pragma unroll
      for (int panel = 0; panel < 4; ++panel) copy(panel);
      ptx::cp_async_arrive(ready(buffer, 0));
      wait(free(buffer, 1), parity);
      if (lane == 0) {
        reinterpret_cast<unsigned short*>(named(buffer))[thread / 32] =
            static_cast<unsigned short>(mask);
        ptx::mbarrier_arrive(ready(buffer, 1));
      }
#pragma unroll
      for (int panel = 4; panel < T::panels; ++panel) copy(panel);
      ptx::cp_async_arrive(ready(buffer, 1));
    }
  }
};

}  // namespace bp::sparse_prefill_wgmma
