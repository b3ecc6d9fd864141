// mbarrier: barriers in shared memory with an arrival count and, from sm_90 on, a count of
// outstanding transaction bytes. PTX ISA 9.0, section 9.7.13.15 "mbarrier".
#pragma once

namespace bp::ptx {

__device__ inline unsigned shared_address(const void* pointer) {
  return static_cast<unsigned>(__cvta_generic_to_shared(pointer));
}

/// `arrivals` threads must arrive to end a phase. PTX ISA 7.0, sm_80.
__device__ inline void mbarrier_init(unsigned long long* barrier, unsigned arrivals) {
  asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;" ::"r"(shared_address(barrier)),
               "r"(arrivals)
               : "memory");
}

/// One arrival, release semantics. PTX ISA 7.8 (the sink `_` without .shared::cluster: 8.0), sm_80.
__device__ inline void mbarrier_arrive(unsigned long long* barrier) {
  asm volatile(
      "{\n\t.reg .b64 state;\n\t"
      "mbarrier.arrive.shared::cta.b64 state, [%0];\n\t}" ::"r"(shared_address(barrier))
      : "memory");
}

/// Expects `bytes` more transaction bytes in this phase, then arrives. PTX ISA 8.0, sm_90.
__device__ inline void mbarrier_arrive_expect_tx(unsigned long long* barrier, unsigned bytes) {
  asm volatile(
      "mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" ::"r"(shared_address(barrier)),
      "r"(bytes)
      : "memory");
}

/// Completes `bytes` transaction bytes as an asynchronous copy would do. PTX ISA 8.0, sm_90.
/// Relaxed: what was written before must be made visible by a fence.
__device__ inline void mbarrier_complete_tx(unsigned long long* barrier, unsigned bytes) {
  asm volatile(
      "mbarrier.complete_tx.relaxed.cta.shared::cta.b64 [%0], %1;" ::"r"(shared_address(barrier)),
      "r"(bytes)
      : "memory");
}

/// Whether the phase of this parity has ended; may suspend the thread for a while. PTX ISA 7.8,
/// sm_90.
__device__ inline bool mbarrier_try_wait_parity(unsigned long long* barrier, unsigned parity) {
  unsigned done;
  asm volatile(
      "{\n\t.reg .pred p;\n\t"
      "mbarrier.try_wait.parity.shared::cta.b64 p, [%1], %2;\n\t"
      "selp.u32 %0, 1, 0, p;\n\t}"
      : "=r"(done)
      : "r"(shared_address(barrier)), "r"(parity)
      : "memory");
  return done != 0;
}

/// Waits for the phase of this parity, until the SM's clock reaches `deadline` (clock64). False: it
/// ran out.
__device__ inline bool mbarrier_wait_parity(unsigned long long* barrier, unsigned parity,
                                            long long deadline) {
  while (!mbarrier_try_wait_parity(barrier, parity)) {
    if (clock64() > deadline) return false;
  }
  return true;
}

/// Ends the barrier's life, so that its memory may be used for something else. PTX ISA 7.0, sm_80.
__device__ inline void mbarrier_inval(unsigned long long* barrier) {
  asm volatile("mbarrier.inval.shared::cta.b64 [%0];" ::"r"(shared_address(barrier)) : "memory");
}

/// One arrival; the state names the phase that it belongs to. PTX ISA 7.8.
__device__ inline unsigned long long mbarrier_arrive_state(unsigned long long* barrier) {
  unsigned long long state;
  asm volatile("mbarrier.arrive.shared::cta.b64 %0, [%1];"
               : "=l"(state)
               : "r"(shared_address(barrier))
               : "memory");
  return state;
}

/// An arrival that must not be the last of its phase. PTX ISA 7.8.
__device__ inline unsigned long long mbarrier_arrive_no_complete(unsigned long long* barrier) {
  unsigned long long state;
  asm volatile("mbarrier.arrive.noComplete.shared::cta.b64 %0, [%1], 1;"
               : "=l"(state)
               : "r"(shared_address(barrier))
               : "memory");
  return state;
}

/// An arrival; from the next phase on one fewer is expected. PTX ISA 7.8.
__device__ inline unsigned long long mbarrier_arrive_drop(unsigned long long* barrier) {
  unsigned long long state;
  asm volatile("mbarrier.arrive_drop.shared::cta.b64 %0, [%1];"
               : "=l"(state)
               : "r"(shared_address(barrier))
               : "memory");
  return state;
}

/// Whether the phase of this state has ended; never suspends. PTX ISA 7.8, sm_80.
__device__ inline bool mbarrier_test_wait(unsigned long long* barrier, unsigned long long state) {
  unsigned done;
  asm volatile(
      "{\n\t.reg .pred p;\n\t"
      "mbarrier.test_wait.shared::cta.b64 p, [%1], %2;\n\t"
      "selp.u32 %0, 1, 0, p;\n\t}"
      : "=r"(done)
      : "r"(shared_address(barrier)), "l"(state)
      : "memory");
  return done != 0;
}

__device__ inline bool mbarrier_test_wait_parity(unsigned long long* barrier, unsigned parity) {
  unsigned done;
  asm volatile(
      "{\n\t.reg .pred p;\n\t"
      "mbarrier.test_wait.parity.shared::cta.b64 p, [%1], %2;\n\t"
      "selp.u32 %0, 1, 0, p;\n\t}"
      : "=r"(done)
      : "r"(shared_address(barrier)), "r"(parity)
      : "memory");
  return done != 0;
}

/// May suspend the thread for about as long as the hint says. PTX ISA 7.8, sm_90.
__device__ inline bool mbarrier_try_wait_hint(unsigned long long* barrier, unsigned long long state,
                                              unsigned nanoseconds) {
  unsigned done;
  asm volatile(
      "{\n\t.reg .pred p;\n\t"
      "mbarrier.try_wait.shared::cta.b64 p, [%1], %2, %3;\n\t"
      "selp.u32 %0, 1, 0, p;\n\t}"
      : "=r"(done)
      : "r"(shared_address(barrier)), "l"(state), "r"(nanoseconds)
      : "memory");
  return done != 0;
}

__device__ inline bool mbarrier_try_wait_parity_hint(unsigned long long* barrier, unsigned parity,
                                                     unsigned nanoseconds) {
  unsigned done;
  asm volatile(
      "{\n\t.reg .pred p;\n\t"
      "mbarrier.try_wait.parity.shared::cta.b64 p, [%1], %2, %3;\n\t"
      "selp.u32 %0, 1, 0, p;\n\t}"
      : "=r"(done)
      : "r"(shared_address(barrier)), "r"(parity), "r"(nanoseconds)
      : "memory");
  return done != 0;
}

/// The operations that PTX ISA 7.0 has already (sm_80), in its spelling: without `::cta`, and a
/// wait needs the state of an arrival.
namespace first {

__device__ inline void mbarrier_init(unsigned long long* barrier, unsigned arrivals) {
  asm volatile("mbarrier.init.shared.b64 [%0], %1;" ::"r"(shared_address(barrier)), "r"(arrivals)
               : "memory");
}

__device__ inline unsigned long long mbarrier_arrive(unsigned long long* barrier) {
  unsigned long long state;
  asm volatile("mbarrier.arrive.shared.b64 %0, [%1];"
               : "=l"(state)
               : "r"(shared_address(barrier))
               : "memory");
  return state;
}

__device__ inline bool mbarrier_test_wait(unsigned long long* barrier, unsigned long long state) {
  unsigned done;
  asm volatile(
      "{\n\t.reg .pred p;\n\t"
      "mbarrier.test_wait.shared.b64 p, [%1], %2;\n\t"
      "selp.u32 %0, 1, 0, p;\n\t}"
      : "=r"(done)
      : "r"(shared_address(barrier)), "l"(state)
      : "memory");
  return done != 0;
}

}  // namespace first

}  // namespace bp::ptx
