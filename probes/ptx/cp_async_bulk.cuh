// cp.async.bulk and cp.reduce.async.bulk: contiguous copies and reductions by the bulk copy engine.
// PTX ISA 9.0, sections of these names; PTX ISA 8.0, sm_90. One thread issues them; sizes and
// addresses are multiples of 16.
#pragma once

#include "probes/ptx/mbarrier.cuh"

namespace bp::ptx {

/// `bytes` from global to this CTA's shared memory. They are taken off the barrier's transaction
/// count.
__device__ inline void cp_async_bulk_load(void* shared, const void* global, unsigned bytes,
                                          unsigned long long* barrier) {
  asm volatile(
      "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1], %2, [%3];" ::
          "r"(shared_address(shared)),
      "l"(global), "r"(bytes), "r"(shared_address(barrier))
      : "memory");
}

/// From this CTA's shared to global memory, in the bulk group of this thread.
__device__ inline void cp_async_bulk_store(void* global, const void* shared, unsigned bytes) {
  asm volatile("cp.async.bulk.global.shared::cta.bulk_group [%0], [%1], %2;" ::"l"(global),
               "r"(shared_address(shared)), "r"(bytes)
               : "memory");
}

/// From this CTA's shared memory to that of a CTA of the cluster, whose barrier counts the bytes.
__device__ inline void cp_async_bulk_to_cluster(unsigned mapped, const void* shared, unsigned bytes,
                                                unsigned mapped_barrier) {
  asm volatile(
      "cp.async.bulk.shared::cluster.shared::cta.mbarrier::complete_tx::bytes "
      "[%0], [%1], %2, [%3];" ::"r"(mapped),
      "r"(shared_address(shared)), "r"(bytes), "r"(mapped_barrier)
      : "memory");
}

/// Asks for `bytes` of global memory to be brought to the L2 cache.
__device__ inline void cp_async_bulk_prefetch(const void* global, unsigned bytes) {
  asm volatile("cp.async.bulk.prefetch.L2.global [%0], %1;" ::"l"(global), "r"(bytes) : "memory");
}

/// Ends the group of this thread's bulk copies to global memory and waits until all its groups are
/// written.
__device__ inline void bulk_commit_and_wait() {
  asm volatile("cp.async.bulk.commit_group;" ::: "memory");
  asm volatile("cp.async.bulk.wait_group 0;" ::: "memory");
}

/// What a bulk reduction does to each element.
enum class BulkReduction {
  add_u32,
  add_u64,
  add_f32,
  add_f64,
  add_f16,
  add_bf16,
  max_s32,
  min_s32,
  xor_b32
};

template <BulkReduction reduction>
__device__ inline void cp_reduce_async_bulk(void* global, const void* shared, unsigned bytes) {
  using R = BulkReduction;
  const unsigned source = shared_address(shared);
#define BP_REDUCE(name, suffix)                                             \
  if constexpr (reduction == R::name)                                       \
  asm volatile("cp.reduce.async.bulk.global.shared::cta.bulk_group." suffix \
               " [%0], [%1], %2;" ::"l"(global),                            \
               "r"(source), "r"(bytes)                                      \
               : "memory")
  BP_REDUCE(add_u32, "add.u32");
  BP_REDUCE(add_u64, "add.u64");
  BP_REDUCE(add_f32, "add.f32");
  BP_REDUCE(add_f64, "add.f64");
  BP_REDUCE(add_f16, "add.noftz.f16");
  BP_REDUCE(add_bf16, "add.noftz.bf16");
  BP_REDUCE(max_s32, "max.s32");
  BP_REDUCE(min_s32, "min.s32");
  BP_REDUCE(xor_b32, "xor.b32");
#undef BP_REDUCE
}

/// The same in the shared memory of a CTA of the cluster, whose barrier counts the bytes.
template <BulkReduction reduction>
__device__ inline void cp_reduce_async_bulk_to_cluster(unsigned mapped, const void* shared,
                                                       unsigned bytes, unsigned mapped_barrier) {
  using R = BulkReduction;
  const unsigned source = shared_address(shared);
#define BP_REDUCE(name, suffix)                                                               \
  if constexpr (reduction == R::name)                                                         \
  asm volatile(                                                                               \
      "cp.reduce.async.bulk.shared::cluster.shared::cta.mbarrier::complete_tx::bytes." suffix \
      " [%0], [%1], %2, [%3];" ::"r"(mapped),                                                 \
      "r"(source), "r"(bytes), "r"(mapped_barrier)                                            \
      : "memory")
  BP_REDUCE(add_u32, "add.u32");
  BP_REDUCE(add_u64, "add.u64");
  BP_REDUCE(max_s32, "max.s32");
  BP_REDUCE(min_s32, "min.s32");
  BP_REDUCE(xor_b32, "xor.b32");
#undef BP_REDUCE
}

}  // namespace bp::ptx
