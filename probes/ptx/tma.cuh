// Tensor copies by the Tensor Memory Accelerator (PTX ISA 9.0, "cp.async.bulk.tensor"). One thread
// issues them. `map`: generic address of a CUtensorMap in parameter, constant or global memory.
// The first coordinate must start at a multiple of 16 bytes: an H200 (driver 580.159.04) ends every
// other start with an illegal instruction.
#pragma once

namespace bp::ptx {

/// Tile at element (x, y) to this CTA's shared memory; its bytes are taken off the barrier's count.
__device__ inline void tma_load_2d(unsigned destination, const void* map, int x, int y,
                                   unsigned barrier) {
  asm volatile(
      "cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes "
      "[%0], [%1, {%2, %3}], [%4];" ::"r"(destination),
      "l"(map), "r"(x), "r"(y), "r"(barrier)
      : "memory");
}

/// The tile goes to the same place in every CTA of the cluster whose bit is set in `ctas`, and its
/// bytes are taken off the barrier at the same place there.
__device__ inline void tma_load_2d_multicast(unsigned destination, const void* map, int x, int y,
                                             unsigned barrier, unsigned short ctas) {
  asm volatile(
      "cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes"
      ".multicast::cluster [%0], [%1, {%2, %3}], [%4], %5;" ::"r"(destination),
      "l"(map), "r"(x), "r"(y), "r"(barrier), "h"(ctas)
      : "memory");
}

/// Tile from shared memory to element (x, y) of the tensor; what lies outside the tensor is
/// dropped.
__device__ inline void tma_store_2d(const void* map, int x, int y, unsigned source) {
  asm volatile(
      "cp.async.bulk.tensor.2d.global.shared::cta.tile.bulk_group [%0, {%1, %2}], [%3];" ::"l"(map),
      "r"(x), "r"(y), "r"(source)
      : "memory");
}

/// Ends the group of this thread's stores and waits until all its groups are written.
__device__ inline void tma_store_commit_and_wait() {
  asm volatile("cp.async.bulk.commit_group;" ::: "memory");
  asm volatile("cp.async.bulk.wait_group 0;" ::: "memory");
}

}  // namespace bp::ptx
