// Sparse MLA decode on wgmma: what its four warpgroups have in common. Who does what:
// docs/kernels/sparse_decode.md.
#pragma once

#include "kernels/mla/sparse_decode_params.h"
#include "kernels/mla/sparse_decode_wgmma_tiling.h"
#include "probes/ptx/cluster.cuh"
#include "probes/ptx/mbarrier.cuh"

namespace bp::mla::sparse_wgmma {

using Tiling = SparseWgmmaTiling;

/// `pair`: the CTAs of two tiles of heads work on the same candidates, and each makes half of the
/// keys that both need.
template <class Layout, bool pair>
struct Config {
  using Kv = Layout;
  static constexpr bool paired = pair;
  static constexpr SparseWgmmaTiling at = sparse_wgmma_tiling(Kv::key_width);
  static constexpr int panels = at.panels;
  static constexpr int tile_bytes = at.tile_bytes();
};

__device__ __forceinline__ void wait(unsigned long long* barrier, unsigned parity) {
  while (!bp::ptx::mbarrier_try_wait_parity(barrier, parity)) {
  }
}

__device__ __forceinline__ void wait_cluster(unsigned long long* barrier, unsigned parity) {
  while (!bp::ptx::mbarrier_try_wait_parity_cluster(barrier, parity)) {
  }
}

/// The CTA's shared memory, as pointers.
template <class C>
struct Memory {
  unsigned char* base;

  __device__ unsigned char* keys(unsigned buffer) const {
    return base + C::at.keys_at + buffer * C::tile_bytes;
  }
  __device__ float* factors() const { return reinterpret_cast<float*>(base + C::at.factors_at); }
  __device__ unsigned char* visible(unsigned buffer) const {
    return base + C::at.visible_at + buffer * 8;
  }
  __device__ unsigned long long* barrier(unsigned i) const {
    return reinterpret_cast<unsigned long long*>(base + C::at.barriers_at) + i;
  }
  /// The tile is there: an arrival of each producer warp, and the bytes that the other CTA sends.
  __device__ unsigned long long* full(unsigned buffer) const { return barrier(buffer); }
  /// Nobody reads the tile any more: an arrival of each warp of both consumers of each CTA.
  __device__ unsigned long long* empty(unsigned buffer) const { return barrier(2 + buffer); }

  /// P and factors have been written, and have been read: an arrival of each thread of the leader
  /// and of the follower.
  __device__ unsigned long long* p_full() const { return barrier(4); }
  __device__ unsigned long long* p_empty() const { return barrier(5); }

  __device__ void init_barriers() const {
    bp::ptx::mbarrier_init(p_full(), 128);
    bp::ptx::mbarrier_init(p_empty(), 128);
    for (unsigned i = 0; i < Tiling::buffers; ++i) {
      bp::ptx::mbarrier_init(full(i), 8);
      bp::ptx::mbarrier_init(empty(i), C::paired ? 16 : 8);
    }
  }
};

/// Which of several things used in turn, and the parity of its barrier's phase.
struct Turn {
  unsigned count = 0;
  __device__ unsigned buffer() const { return count % Tiling::buffers; }
  __device__ unsigned parity() const { return count / Tiling::buffers % 2; }
  __device__ void next() { ++count; }
};

/// The lanes of a warp, which has to be whole, that are done with the tile say so.
template <class C>
__device__ __forceinline__ void release_tile(const Memory<C>& memory, unsigned buffer, int lane) {
  __syncwarp();
  if (lane == 0) bp::ptx::mbarrier_arrive(memory.empty(buffer));
  if constexpr (C::paired) {
    if (lane == 1) {
      const unsigned other = bp::ptx::cluster_ctarank() ^ 1;
      bp::ptx::mbarrier_arrive_remote(
          bp::ptx::map_to_rank(bp::ptx::shared_address(memory.empty(buffer)), other));
    }
  }
}

}  // namespace bp::mla::sparse_wgmma
