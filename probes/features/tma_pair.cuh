// Device half of the probes whose two CTAs load tiles that the barrier of CTA 0 counts.
#pragma once

#include "probes/features/bulk_device.cuh"
#include "probes/ptx/cluster.cuh"
#include "probes/ptx/tma.cuh"

/// `words` to the shared memory of each CTA: `issue(rank, destination, barrier)`, by one thread of
/// each, loads them. CTA 0 waits and writes its own and then CTA 1's.
template <unsigned words, typename Issue>
__device__ inline void load_pair(unsigned char* out, Issue issue) {
  using namespace bp::ptx;
  __shared__ alignas(128) unsigned tile[words];
  __shared__ alignas(8) unsigned long long full;
  const unsigned rank = cluster_ctarank();
  // What an earlier launch left must not pass for a result.
  for (unsigned i = threadIdx.x; i < words; i += blockDim.x) tile[i] = poison;
  start_barrier(&full);
  if (rank == 0 && threadIdx.x == 0) mbarrier_arrive_expect_tx(&full, 2 * sizeof tile);
  __syncwarp();
  // The barrier is ready, and both tiles are, before anything is sent to them.
  cluster_barrier();
  if (threadIdx.x == 0) issue(rank, shared_address(tile), map_to_rank(shared_address(&full), 0));
  __syncwarp();
  if (rank == 0) {
    const bool in_time = wait_bounded_cluster(&full, 0);
    auto* result = reinterpret_cast<unsigned*>(out);
    for (unsigned i = threadIdx.x; i < 2 * words; i += blockDim.x) {
      const unsigned there = map_to_rank(shared_address(tile + i % words), i / words);
      result[i] = in_time ? load_shared_cluster(there) : poison;
    }
  }
  __syncwarp();
  // A CTA must not leave while its shared memory is being read.
  cluster_barrier();
}
