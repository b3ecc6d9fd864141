// Device half of all tcgen05 probes that work alone or as a pair of CTAs: what differs between
// cta_group::1 and cta_group::2 beside the instruction that is tested.
#pragma once

#include "probes/ptx/cluster.cuh"
#include "probes/ptx/tcgen05.cuh"

namespace bp::tcgen05 {

/// Rank 0 issues for the pair.
template <int cta_group>
__device__ inline unsigned rank_in_group() {
  if constexpr (cta_group == 2) return ptx::cluster_ctarank();
  return 0;
}

/// All threads of the group wait for each other, with their tcgen05 operations in order.
template <int cta_group>
__device__ inline void synchronise() {
  ptx::tcgen05_fence_before_sync();
  if constexpr (cta_group == 1) {
    __syncthreads();
  } else {
    ptx::cluster_barrier();
  }
  ptx::tcgen05_fence_after_sync();
}

/// One arrival at `barrier`, in each CTA of the group, when what this thread issued is done. The
/// address is one of this CTA; the same place in the other is meant too.
template <int cta_group>
__device__ inline void commit(unsigned long long* barrier) {
  if constexpr (cta_group == 1) {
    ptx::tcgen05_commit(ptx::shared_address(barrier));
  } else {
    ptx::tcgen05_commit_multicast(ptx::shared_address(barrier), 0b11);
  }
}

}  // namespace bp::tcgen05
