// cp.async: 4, 8 or 16 bytes from global to shared memory without passing through registers.
//
// PTX ISA 9.0, sections "cp.async", "cp.async.commit_group" and "cp.async.wait_group"; PTX ISA 7.0,
// sm_80.
#pragma once

namespace bp::ptx {

/// Copies 16 bytes, past the L1 cache; where `valid` is false nothing is read and zeros are
/// written.
__device__ inline void cp_async_16(void* shared, const void* global, bool valid) {
  const auto address = static_cast<unsigned>(__cvta_generic_to_shared(shared));
  const unsigned bytes = valid ? 16 : 0;
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(address), "l"(global),
               "r"(bytes)
               : "memory");
}

/// Copies `valid` of `bytes` (4, 8 or 16) through the L1 cache; the rest is filled with zeros.
template <int bytes>
__device__ inline void cp_async_ca(void* shared, const void* global, unsigned valid) {
  const auto address = static_cast<unsigned>(__cvta_generic_to_shared(shared));
  asm volatile("cp.async.ca.shared.global [%0], [%1], %2, %3;" ::"r"(address), "l"(global),
               "n"(bytes), "r"(valid)
               : "memory");
}

/// Closes the group of this thread's copies so far.
__device__ inline void cp_async_commit() { asm volatile("cp.async.commit_group;" ::: "memory"); }

/// This thread arrives at the barrier once all its copies so far have ended: an arrival that the
/// barrier's count must hold. PTX ISA 9.0, section "cp.async.mbarrier.arrive"; PTX ISA 7.0, sm_80.
__device__ inline void cp_async_arrive(unsigned long long* barrier) {
  const auto address = static_cast<unsigned>(__cvta_generic_to_shared(barrier));
  asm volatile("cp.async.mbarrier.arrive.noinc.shared.b64 [%0];" ::"r"(address) : "memory");
}

/// Waits until at most `pending` of this thread's newest groups are still under way.
template <int pending>
__device__ inline void cp_async_wait() {
  asm volatile("cp.async.wait_group %0;" ::"n"(pending) : "memory");
}

}  // namespace bp::ptx
