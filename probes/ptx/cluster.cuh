// Thread block clusters and distributed shared memory (PTX ISA 9.0: "barrier.cluster", "mapa",
// "st.async" and, of the special registers, "%cluster_ctarank"). The cluster's size comes from the
// launch attribute.
#pragma once

#include "probes/ptx/async_proxy.cuh"

namespace bp::ptx {

/// This CTA's rank in its cluster.
__device__ inline unsigned cluster_ctarank() {
  unsigned rank;
  asm volatile("mov.u32 %0, %%cluster_ctarank;" : "=r"(rank));
  return rank;
}

/// Number of CTAs in the cluster.
__device__ inline unsigned cluster_nctarank() {
  unsigned count;
  asm volatile("mov.u32 %0, %%cluster_nctarank;" : "=r"(count));
  return count;
}

/// Every thread of the cluster arrives and waits; memory accesses before are visible after it,
/// cluster-wide.
__device__ inline void cluster_barrier() {
  asm volatile("barrier.cluster.arrive.release.aligned;" ::: "memory");
  asm volatile("barrier.cluster.wait.acquire.aligned;" ::: "memory");
}

/// The address, in the shared::cluster window, of what lies at `address` in the CTA of that rank.
__device__ inline unsigned map_to_rank(unsigned address, unsigned rank) {
  unsigned mapped;
  asm volatile("mapa.shared::cluster.u32 %0, %1, %2;" : "=r"(mapped) : "r"(address), "r"(rank));
  return mapped;
}

__device__ inline unsigned load_shared_cluster(unsigned mapped) {
  unsigned value;
  asm volatile("ld.shared::cluster.u32 %0, [%1];" : "=r"(value) : "r"(mapped) : "memory");
  return value;
}

__device__ inline void store_shared_cluster(unsigned mapped, unsigned value) {
  asm volatile("st.shared::cluster.u32 [%0], %1;" ::"r"(mapped), "r"(value) : "memory");
}

/// Adds to the word; the result is what was there before.
__device__ inline unsigned atomic_add_shared_cluster(unsigned mapped, unsigned value) {
  unsigned old;
  asm volatile("atom.relaxed.cluster.shared::cluster.add.u32 %0, [%1], %2;"
               : "=r"(old)
               : "r"(mapped), "r"(value)
               : "memory");
  return old;
}

__device__ inline unsigned atomic_exchange_shared_cluster(unsigned mapped, unsigned value) {
  unsigned old;
  asm volatile("atom.relaxed.cluster.shared::cluster.exch.b32 %0, [%1], %2;"
               : "=r"(old)
               : "r"(mapped), "r"(value)
               : "memory");
  return old;
}

/// Asynchronous store; the barrier, in the same CTA as the destination, gets 4 bytes of its
/// transaction count.
__device__ inline void store_async(unsigned mapped, unsigned value, unsigned mapped_barrier) {
  asm volatile(
      "st.async.weak.shared::cluster.mbarrier::complete_tx::bytes.u32 [%0], %1, [%2];" ::"r"(
          mapped),
      "r"(value), "r"(mapped_barrier)
      : "memory");
}

/// The same with 16 bytes.
__device__ inline void store_async(unsigned mapped, const unsigned (&words)[4],
                                   unsigned mapped_barrier) {
  asm volatile(
      "st.async.weak.shared::cluster.mbarrier::complete_tx::bytes.v4.b32 [%0], {%1, %2, %3, %4}, "
      "[%5];" ::"r"(mapped),
      "r"(words[0]), "r"(words[1]), "r"(words[2]), "r"(words[3]), "r"(mapped_barrier)
      : "memory");
}

/// Asynchronous addition to a word; the barrier as above.
__device__ inline void reduce_async_add(unsigned mapped, unsigned value, unsigned mapped_barrier) {
  asm volatile(
      "red.async.relaxed.cluster.shared::cluster.mbarrier::complete_tx::bytes.add.u32 "
      "[%0], %1, [%2];" ::"r"(mapped),
      "r"(value), "r"(mapped_barrier)
      : "memory");
}

__device__ inline void reduce_async_xor(unsigned mapped, unsigned value, unsigned mapped_barrier) {
  asm volatile(
      "red.async.relaxed.cluster.shared::cluster.mbarrier::complete_tx::bytes.xor.b32 "
      "[%0], %1, [%2];" ::"r"(mapped),
      "r"(value), "r"(mapped_barrier)
      : "memory");
}

/// Whether the phase of this parity has ended, seen with what other CTAs of the cluster did before.
__device__ inline bool mbarrier_try_wait_parity_cluster(unsigned long long* barrier,
                                                        unsigned parity) {
  unsigned done;
  asm volatile(
      "{\n\t.reg .pred p;\n\t"
      "mbarrier.try_wait.parity.acquire.cluster.shared::cta.b64 p, [%1], %2;\n\t"
      "selp.u32 %0, 1, 0, p;\n\t}"
      : "=r"(done)
      : "r"(shared_address(barrier)), "r"(parity)
      : "memory");
  return done != 0;
}

/// Waits for the phase of this parity by the clock, as wait_bounded does.
__device__ inline bool wait_bounded_cluster(unsigned long long* barrier, unsigned parity) {
  const long long deadline = clock64() + wait_limit_clocks;
  while (!mbarrier_try_wait_parity_cluster(barrier, parity)) {
    if (clock64() > deadline) return false;
  }
  return true;
}

// --- a barrier in the shared memory of another CTA of the cluster; PTX ISA 8.0, sm_90 ---

/// One arrival; what this thread wrote before is visible to those who wait.
__device__ inline void mbarrier_arrive_remote(unsigned mapped) {
  asm volatile("mbarrier.arrive.release.cluster.shared::cluster.b64 _, [%0];" ::"r"(mapped)
               : "memory");
}

__device__ inline void mbarrier_arrive_expect_tx_remote(unsigned mapped, unsigned bytes) {
  asm volatile(
      "mbarrier.arrive.expect_tx.release.cluster.shared::cluster.b64 _, [%0], %1;" ::"r"(mapped),
      "r"(bytes)
      : "memory");
}

__device__ inline void mbarrier_complete_tx_remote(unsigned mapped, unsigned bytes) {
  asm volatile("mbarrier.complete_tx.relaxed.cluster.shared::cluster.b64 [%0], %1;" ::"r"(mapped),
               "r"(bytes)
               : "memory");
}

// --- the cluster's barrier in two halves; without .aligned the threads of a warp may come apart
// ---

__device__ inline void cluster_arrive() {
  asm volatile("barrier.cluster.arrive.release;" ::: "memory");
}

__device__ inline void cluster_wait() {
  asm volatile("barrier.cluster.wait.acquire;" ::: "memory");
}

/// Orders no memory accesses: a fence must stand before it. PTX ISA 8.0.
__device__ inline void cluster_arrive_relaxed() {
  asm volatile("barrier.cluster.arrive.relaxed.aligned;" ::: "memory");
}

__device__ inline void cluster_wait_aligned() {
  asm volatile("barrier.cluster.wait.acquire.aligned;" ::: "memory");
}

__device__ inline void fence_cluster() { asm volatile("fence.acq_rel.cluster;" ::: "memory"); }

}  // namespace bp::ptx
