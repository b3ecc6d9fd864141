// A barrier in two halves, arriving and waiting, among any threads of a CTA: mbarrier as PTX
// ISA 7.0 has it (sm_80), where `.shared` has no `::cta` and only the state of one's own arrival
// can be waited for. PTX ISA 9.0, section 9.7.13.15 "mbarrier".
#pragma once

#include "probes/ptx/mbarrier.cuh"

namespace bp::ptx {

/// `arrivals` threads must arrive to end a phase. By one thread; then all need a __syncthreads().
__device__ inline void split_barrier_init(unsigned long long* barrier, unsigned arrivals) {
  asm volatile("mbarrier.init.shared.b64 [%0], %1;" ::"r"(shared_address(barrier)), "r"(arrivals)
               : "memory");
}

/// What this thread did before is seen by those that wait for the phase. The phase's state.
__device__ inline unsigned long long split_barrier_arrive(unsigned long long* barrier) {
  unsigned long long state;
  asm volatile("mbarrier.arrive.shared.b64 %0, [%1];"
               : "=l"(state)
               : "r"(shared_address(barrier))
               : "memory");
  return state;
}

/// Until the phase has ended. It must be the current one or the one before.
__device__ inline void split_barrier_wait(unsigned long long* barrier, unsigned long long state) {
  unsigned done;
  do {
    asm volatile(
        "{\n\t.reg .pred p;\n\t"
        "mbarrier.test_wait.shared.b64 p, [%1], %2;\n\t"
        "selp.u32 %0, 1, 0, p;\n\t}"
        : "=r"(done)
        : "r"(shared_address(barrier)), "l"(state)
        : "memory");
  } while (done == 0);
}

}  // namespace bp::ptx
