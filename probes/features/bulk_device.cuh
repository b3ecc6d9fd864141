// Device half of the probes that wait for asynchronous copies: one barrier, waited for by the
// clock, and the ends of global stores.
#pragma once

#include "probes/features/device.cuh"
#include "probes/ptx/async_proxy.cuh"

namespace bp::ptx {

/// Initialises the CTA's barrier, makes it and what the threads wrote to shared memory known to the
/// asynchronous copies, and joins the threads.
__device__ inline void start_barrier(unsigned long long* barrier, unsigned arrivals = 1) {
  if (threadIdx.x == 0) {
    mbarrier_init(barrier, arrivals);
    fence_mbarrier_init();
  }
  fence_proxy_async();
  __syncthreads();
}

/// The words that have come to shared memory, or poison where they did not come in time.
__device__ inline void write_out(unsigned char* out, const unsigned* words, unsigned count,
                                 bool in_time) {
  auto* result = reinterpret_cast<unsigned*>(out);
  for (unsigned i = threadIdx.x; i < count; i += blockDim.x)
    result[i] = in_time ? words[i] : poison;
}

}  // namespace bp::ptx
