// A barrier across all CTAs of a grid, which only a cooperative launch promises to run at once
// (CUDA Programming Guide, "Grid Synchronization"). No PTX instruction stands for it: it is an
// atomic addition and a wait in global memory, as cooperative_groups does it.
#pragma once

#include "probes/ptx/async_proxy.cuh"

namespace bp::ptx {

/// The address of the workspace that the driver lends to the grid of a cooperative launch; 0 in any
/// other launch. cooperative_groups::grid_group::is_valid asks the same registers.
__device__ inline unsigned long long grid_workspace() {
  unsigned high;
  unsigned low;
  asm volatile("mov.u32 %0, %%envreg1;" : "=r"(high));
  asm volatile("mov.u32 %0, %%envreg2;" : "=r"(low));
  return static_cast<unsigned long long>(high) << 32 | low;
}

/// One arrival; what this thread saw before is visible to those who see the new count. The number
/// before it. Without .release, which sm_60 has not; PTX ISA 5.0, sm_60.
__device__ inline unsigned grid_arrive(unsigned* arrived) {
  unsigned before;
  asm volatile("membar.gl;" ::: "memory");
  asm volatile("atom.gpu.global.add.u32 %0, [%1], 1;"
               : "=r"(before)
               : "l"(__cvta_generic_to_global(arrived))
               : "memory");
  return before;
}

/// The number of arrivals; membar.gl must follow where it is the one waited for.
__device__ inline unsigned grid_arrived(const unsigned* arrived) {
  unsigned count;
  asm volatile("ld.volatile.global.u32 %0, [%1];"
               : "=r"(count)
               : "l"(__cvta_generic_to_global(arrived))
               : "memory");
  return count;
}

/// Every CTA of a one-dimensional grid arrives and waits, by the clock; `arrived` is zero at first
/// and serves any number of such barriers. False, in all threads, where not all came in time.
__device__ inline bool grid_barrier(unsigned* arrived) {
  bool in_time = true;
  __syncthreads();
  if (threadIdx.x == 0) {
    const unsigned all = (grid_arrive(arrived) / gridDim.x + 1) * gridDim.x;
    const long long deadline = clock64() + wait_limit_clocks;
    while (in_time && grid_arrived(arrived) < all) in_time = clock64() <= deadline;
    asm volatile("membar.gl;" ::: "memory");
  }
  return __syncthreads_and(in_time) != 0;
}

}  // namespace bp::ptx
