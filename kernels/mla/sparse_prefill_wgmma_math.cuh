// What one warpgroup of mathematics of the wgmma sparse prefill kernel does with a tile.
#pragma once

#include "kernels/mla/sparse_prefill_wgmma_block.cuh"
#include "probes/ptx/float_math.cuh"
#include "probes/ptx/ldmatrix.cuh"
#include "probes/ptx/wgmma_attention.cuh"

namespace bp::sparse_prefill_wgmma {

/// What each thread of the two warpgroups of mathematics holds. Its rows are row() and row() + 8.
template <class T, int side>
struct Math {
  const SparsePrefillParams& p;
  float (&out)[128];  // 64 heads x 256 columns over the warpgroup
  float (&s)[32];     // scores of this side's tile, then probabilities
  unsigned (&rope)[4][4];
  float base[2];  // of the exponentials: the largest score so far, in units of log2
  float sum[2];   // of this side's tiles, of this thread's columns

  __device__ static unsigned thread() { return opaque(threadIdx.x) % 128; }
  __device__ static unsigned lane() { return opaque(threadIdx.x) % 32; }
  __device__ static unsigned row() {
    const unsigned t = thread();
    return t / 32 * 16 + t % 32 / 4;
  }
  __device__ static unsigned address(int at) {
    return static_cast<unsigned>(__cvta_generic_to_shared(shared)) + at;
  }

  /// A fragments of Q's ninth panel, straight from global memory.
  __device__ void load_rope() {
    if constexpr (T::panels > T::value_panels) {
      const auto block = Block<T>::here(p);
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        const int head = block.first_head + static_cast<int>(row()) + i % 2 * 8;
        const bool valid = head < p.h_q;
        const auto* source = reinterpret_cast<const unsigned*>(
            p.q + (static_cast<long long>(block.token) * p.h_q + (valid ? head : 0)) * T::width +
            512 + lane() % 4 * 2 + i / 2 * 8);
#pragma unroll
        for (int step = 0; step < 4; ++step) rope[step][i] = valid ? __ldg(source + step * 8) : 0;
      }
    }
  }

  /// Issues Q K^T of the tile in `buffer`, as soon as its halves are there.
  __device__ void issue_scores(unsigned parity) {
    constexpr int buffer = side;
    // Panels of both have 64 lines: their descriptors differ in the address alone.
    const std::uint64_t q =
        opaque(ptx::wgmma_k_major(address(T::query_at), WgmmaSwizzle::b128, T::heads, 0));
    const std::uint64_t k = q + (T::keys_at + buffer * T::tile_bytes - T::query_at) / 16;
    wait(Block<T>::ready(buffer, 0), parity);
    ptx::fence_proxy_async();
    ptx::wgmma_fence();
#pragma unroll
    for (int panel = 0; panel < 8; ++panel) {
      if (panel == 4) {
        wait(Block<T>::ready(buffer, 1), parity);
        ptx::fence_proxy_async();
        ptx::wgmma_fence();
      }
#pragma unroll
      for (int step = 0; step < 4; ++step) {
        const int at = (panel * T::panel_bytes + step * 32) / 16;
        ptx::wgmma_bf16<ptx::k_major, ptx::k_major>(s, q + at, k + at, panel + step != 0);
      }
    }
    if constexpr (T::panels > T::value_panels) {
#pragma unroll
      for (int step = 0; step < 4; ++step) {
        const int at = (8 * T::panel_bytes + step * 32) / 16;
        ptx::wgmma_bf16<ptx::k_major>(s, rope[step], k + at, 1);
      }
    }
    ptx::wgmma_commit();
  }

  /// This side's columns of the values in `buffer`, as B of 16 keys from `token` on.
  __device__ std::uint64_t values(int buffer) const {
    return opaque(ptx::wgmma_mn_major(
        address(T::keys_at + buffer * T::tile_bytes + side * 4 * T::panel_bytes),
        WgmmaSwizzle::b128, T::tokens, 0));
  }
  __device__ void issue_own_values(const unsigned (&own)[4][4]) {
    const std::uint64_t v = values(side);
    ptx::wgmma_fence();
#pragma unroll
    for (int step = 0; step < 4; ++step) {
      ptx::wgmma_bf16<ptx::mn_major>(out, own[step], v + step * 16 * 128 / 16, 1);
    }
    ptx::wgmma_commit();
  }
  __device__ void issue_other_values() {
    const std::uint64_t v = values(1 - side);
    const std::uint64_t probabilities =
        opaque(ptx::wgmma_k_major(address(T::probabilities_at + (1 - side) * T::panel_bytes),
                                  WgmmaSwizzle::b128, T::heads, 0));
    ptx::wgmma_fence();
#pragma unroll
    for (int step = 0; step < 4; ++step) {
      ptx::wgmma_bf16<ptx::k_major, ptx::mn_major>(out, probabilities + step * 32 / 16,
                                                   v + step * 16 * 128 / 16, 1);
    }
    ptx::wgmma_commit();
  }

  /// One arrival a warp: its part of what read this side's half of the buffer has ended.
  __device__ void release(int buffer) const {
    __syncwarp();
    if (lane() == 0) ptx::mbarrier_arrive(Block<T>::free(buffer, side));
  }

  __device__ void mask_scores() {
    // The lane that releases the buffer reads for all.
    unsigned long long named = 0;
    if (lane() == 0) named = *Block<T>::named(side);
    named = __shfl_sync(0xffffffff, named, 0);
    if (named == ~0ull) return;
    named >>= lane() % 4 * 2;
#pragma unroll
    for (int j = 0; j < 8; ++j) {
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        if ((named >> (j * 8 + i % 2) & 1) == 0) s[j * 4 + i] = -__int_as_float(0x7f800000);
      }
    }
  }
  /// The largest scores of this tile, in units of log2.
  __device__ void row_maxima(float (&largest)[2]) const {
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      float x = s[i * 2];
#pragma unroll
      for (int j = 0; j < 8; ++j) x = fmaxf(x, fmaxf(s[j * 4 + i * 2], s[j * 4 + i * 2 + 1]));
      largest[i] = larger_of_quad(x) * p.scale_log2;
    }
  }
  /// What is written in terms of the old base times `factor` is in terms of the new one.
  __device__ void change_base(const float (&now)[2], float (&factor)[2]) {
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      factor[i] = ptx::exp2_approx(base[i] - now[i]);
      base[i] = now[i];
    }
  }
  /// The old output and sum in terms of the new base.
  __device__ void rescale(const float (&factor)[2]) {
#pragma unroll
    for (int j = 0; j < 32; ++j) {
#pragma unroll
      for (int i = 0; i < 4; ++i) out[j * 4 + i] *= factor[i / 2];
    }
    sum[0] *= factor[0];
    sum[1] *= factor[1];
  }
  __device__ void exponentials() {
#pragma unroll
    for (int j = 0; j < 8; ++j) {
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        s[j * 4 + i] = ptx::exp2_approx(s[j * 4 + i] * p.scale_log2 - base[i / 2]);
        sum[i / 2] += s[j * 4 + i];
      }
    }
  }
  /// Accumulators as A fragments of the four steps of 16 keys.
  __device__ void pack(unsigned (&packed)[4][4]) const {
#pragma unroll
    for (int step = 0; step < 4; ++step) {
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        const int from = (step * 2 + i / 2) * 4 + i % 2 * 2;
        packed[step][i] = ptx::pack_bf16(s[from], s[from + 1]);
      }
    }
  }
  __device__ void store_probabilities(const unsigned (&packed)[4][4]) const {
    const unsigned line = thread() / 32 * 16 + lane() % 16;
#pragma unroll
    for (int step = 0; step < 4; ++step) {
      ptx::stmatrix_x4(shared + T::probabilities_at + side * T::panel_bytes +
                           ptx::swizzled_128b(line, step * 32 + lane() / 16 * 16),
                       packed[step]);
    }
    ptx::fence_proxy_async();
  }
  __device__ void write_bases() const {
    if (lane() % 4 == 0) {
      Block<T>::bases(side)[row()] = base[0];
      Block<T>::bases(side)[row() + 8] = base[1];
    }
  }
  __device__ void read_bases(float (&other)[2]) const {
    other[0] = Block<T>::bases(1 - side)[row()];
    other[1] = Block<T>::bases(1 - side)[row() + 8];
  }

  __device__ void finish();
};

/// Sums of both sides, statistics, and this side's columns of the output by way of Q's place.
template <class T, int side>
__device__ void Math<T, side>::finish() {
  const auto block = Block<T>::here(p);
  const float mine[2] = {sum_of_quad(sum[0]), sum_of_quad(sum[1])};
  if (lane() % 4 == 0) {
    Block<T>::sums(side)[row()] = mine[0];
    Block<T>::sums(side)[row() + 8] = mine[1];
  }
  ptx::mbarrier_arrive(Block<T>::together());
  wait(Block<T>::together(), 1);
  float inverse[2];
#pragma unroll
  for (int i = 0; i < 2; ++i) {
    const float total = mine[i] + Block<T>::sums(1 - side)[row() + i * 8];
    const int head = block.first_head + static_cast<int>(row()) + i * 8;
    const bool empty = total == 0;
    float weights = total;
    if (p.sink != nullptr && head < p.h_q) {
      weights += ptx::exp2_approx(p.sink[head] * log2_e - base[i]);
    }
    inverse[i] = empty ? 0.0f : 1.0f / weights;
    if (side == left && lane() % 4 == 0 && head < p.h_q) {
      const long long at = static_cast<long long>(block.token) * p.h_q + head;
      const float infinity = __int_as_float(0x7f800000);
      p.max_logits[at] = empty ? -infinity : base[i] * ln_2;
      p.lse[at] = empty ? infinity : (base[i] + log2f(total)) * ln_2;
    }
  }
  const unsigned line = thread() / 32 * 16 + lane() % 16;
#pragma unroll
  for (int j = 0; j < 32; j += 2) {
    unsigned packed[4];
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      const int from = (j + i / 2) * 4 + i % 2 * 2;
      packed[i] = ptx::pack_bf16(out[from] * inverse[i % 2], out[from + 1] * inverse[i % 2]);
    }
    ptx::stmatrix_x4(shared + T::query_at + (side * 4 + j / 8) * T::panel_bytes +
                         ptx::swizzled_128b(line, j % 8 * 16 + lane() / 16 * 16),
                     packed);
  }
  __syncwarp();
  // A warp's 16 rows, 512 bytes of one at a time.
#pragma unroll 4
  for (int i = 0; i < 16; ++i) {
    const int local = static_cast<int>(thread() / 32 * 16) + i;
    if (block.first_head + local >= p.h_q) break;
    const auto value = *reinterpret_cast<const uint4*>(shared + T::query_at +
                                                       (side * 4 + lane() / 8) * T::panel_bytes +
                                                       ptx::swizzled_128b(local, lane() % 8 * 16));
    auto* target = p.out +
                   (static_cast<long long>(block.token) * p.h_q + block.first_head + local) *
                       mla::sparse_value_width +
                   side * 256 + lane() * 8;
    *reinterpret_cast<uint4*>(target) = value;
  }
}

}  // namespace bp::sparse_prefill_wgmma
