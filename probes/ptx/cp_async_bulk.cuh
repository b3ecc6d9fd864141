// cp.async.bulk: a contiguous copy by the bulk copy engine. PTX ISA 9.0, section "cp.async.bulk";
// PTX ISA 8.0, sm_90.
#pragma once

#include "probes/ptx/mbarrier.cuh"

namespace bp::ptx {

/// `bytes` (a multiple of 16, as both addresses are) from global to this CTA's shared memory; one
/// thread issues it. They are taken off the barrier's transaction count.
__device__ inline void cp_async_bulk_load(void* shared, const void* global, unsigned bytes,
                                          unsigned long long* barrier) {
  asm volatile(
      "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1], %2, [%3];" ::
          "r"(shared_address(shared)),
      "l"(global), "r"(bytes), "r"(shared_address(barrier))
      : "memory");
}

}  // namespace bp::ptx
