// What TMA, wgmma and tcgen05 need around them: fences towards the async proxy (PTX ISA 9.0,
// "Proxies" and "membar / fence"), and waits that end by the clock, so that a copy or an MMA that
// never completes does not hang the GPU.
#pragma once

#include "probes/ptx/mbarrier.cuh"

namespace bp::ptx {

/// Makes initialised mbarriers known to the other CTAs of the cluster and to the async proxy; a
/// barrier between the threads must follow. PTX ISA 8.0, sm_90.
__device__ inline void fence_mbarrier_init() {
  asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory");
}

/// Makes this thread's ordinary writes to shared memory visible to the async proxy; a barrier
/// between the threads must follow. PTX ISA 8.0, sm_90.
__device__ inline void fence_proxy_async() {
  asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
}

/// The same for writes to global memory too, and for reads of what the async proxy has written
/// there.
__device__ inline void fence_proxy_async_all() { asm volatile("fence.proxy.async;" ::: "memory"); }

/// The same for the global memory alone.
__device__ inline void fence_proxy_async_global() {
  asm volatile("fence.proxy.async.global;" ::: "memory");
}

/// About 50 ms at 2 GHz: a thousand times what any asynchronous operation of a probe takes.
inline constexpr long long wait_limit_clocks = 100'000'000;

/// Waits for the phase of this parity; false if it did not end in time.
__device__ inline bool wait_bounded(unsigned long long* barrier, unsigned parity) {
  return mbarrier_wait_parity(barrier, parity, clock64() + wait_limit_clocks);
}

/// What probes write where a result did not come; no probe's reference holds it.
inline constexpr unsigned poison = 0xdeadbeef;

}  // namespace bp::ptx
