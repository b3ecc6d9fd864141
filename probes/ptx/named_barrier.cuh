// Barriers of some of a CTA's warps, numbers 1 to 15 (0 is that of __syncthreads). PTX ISA 9.0,
// section "barrier"; sm_70. `threads` counts those that wait and those that only arrive.
#pragma once

namespace bp::ptx {

template <int number, int threads>
__device__ inline void named_barrier_sync() {
  asm volatile("bar.sync %0, %1;" ::"n"(number), "n"(threads) : "memory");
}

template <int number, int threads>
__device__ inline void named_barrier_arrive() {
  asm volatile("bar.arrive %0, %1;" ::"n"(number), "n"(threads) : "memory");
}

/// The same where the number is known at run time only.
template <int threads>
__device__ inline void named_barrier_sync(int number) {
  asm volatile("bar.sync %0, %1;" ::"r"(number), "n"(threads) : "memory");
}

template <int threads>
__device__ inline void named_barrier_arrive(int number) {
  asm volatile("bar.arrive %0, %1;" ::"r"(number), "n"(threads) : "memory");
}

}  // namespace bp::ptx
