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

/// The same for a tile of another rank; `at`: its first element, innermost first.
template <unsigned rank>
__device__ inline void tma_load_tile(unsigned destination, const void* map, const int* at,
                                     unsigned barrier) {
  static_assert(rank == 1 || rank == 3 || rank == 4 || rank == 5);
  if constexpr (rank == 1) {
    asm volatile(
        "cp.async.bulk.tensor.1d.shared::cluster.global.tile.mbarrier::complete_tx::bytes "
        "[%0], [%1, {%2}], [%3];" ::"r"(destination),
        "l"(map), "r"(at[0]), "r"(barrier)
        : "memory");
  } else if constexpr (rank == 3) {
    asm volatile(
        "cp.async.bulk.tensor.3d.shared::cluster.global.tile.mbarrier::complete_tx::bytes "
        "[%0], [%1, {%2, %3, %4}], [%5];" ::"r"(destination),
        "l"(map), "r"(at[0]), "r"(at[1]), "r"(at[2]), "r"(barrier)
        : "memory");
  } else if constexpr (rank == 4) {
    asm volatile(
        "cp.async.bulk.tensor.4d.shared::cluster.global.tile.mbarrier::complete_tx::bytes "
        "[%0], [%1, {%2, %3, %4, %5}], [%6];" ::"r"(destination),
        "l"(map), "r"(at[0]), "r"(at[1]), "r"(at[2]), "r"(at[3]), "r"(barrier)
        : "memory");
  } else {
    asm volatile(
        "cp.async.bulk.tensor.5d.shared::cluster.global.tile.mbarrier::complete_tx::bytes "
        "[%0], [%1, {%2, %3, %4, %5, %6}], [%7];" ::"r"(destination),
        "l"(map), "r"(at[0]), "r"(at[1]), "r"(at[2]), "r"(at[3]), "r"(at[4]), "r"(barrier)
        : "memory");
  }
}

/// A column of pixels of a 4-D tensor (channels, width, height, image) by an im2col map, from base
/// pixel `at` on, each pixel taken `right` and `down` of its base.
__device__ inline void tma_load_im2col(unsigned destination, const void* map, const int* at,
                                       unsigned short right, unsigned short down,
                                       unsigned barrier) {
  asm volatile(
      "cp.async.bulk.tensor.4d.shared::cluster.global.im2col.mbarrier::complete_tx::bytes "
      "[%0], [%1, {%2, %3, %4, %5}], [%6], {%7, %8};" ::"r"(destination),
      "l"(map), "r"(at[0]), "r"(at[1]), "r"(at[2]), "r"(at[3]), "r"(barrier), "h"(right), "h"(down)
      : "memory");
}

/// Asks for the tile at (x, y) to be brought to the L2 cache.
__device__ inline void tma_prefetch_2d(const void* map, int x, int y) {
  asm volatile("cp.async.bulk.prefetch.tensor.2d.L2.global.tile [%0, {%1, %2}];" ::"l"(map), "r"(x),
               "r"(y)
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

/// As tma_load_2d, with a barrier that may be in either CTA of the pair, `mapped_barrier` in the
/// shared::cluster window. PTX ISA 8.6, sm_100a.
__device__ inline void tma_load_2d_pair(unsigned destination, const void* map, int x, int y,
                                        unsigned mapped_barrier) {
  asm volatile(
      "cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes"
      ".cta_group::2 [%0], [%1, {%2, %3}], [%4];" ::"r"(destination),
      "l"(map), "r"(x), "r"(y), "r"(mapped_barrier)
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

/// Four rows of a tensor, `columns` and on of each, by a map whose box is one row high. PTX
/// ISA 8.6, sm_100.
__device__ inline void tma_gather4(unsigned destination, const void* map, int column,
                                   const int* rows, unsigned barrier) {
  asm volatile(
      "cp.async.bulk.tensor.2d.shared::cta.global.tile::gather4.mbarrier::complete_tx::bytes "
      "[%0], [%1, {%2, %3, %4, %5, %6}], [%7];" ::"r"(destination),
      "l"(map), "r"(column), "r"(rows[0]), "r"(rows[1]), "r"(rows[2]), "r"(rows[3]), "r"(barrier)
      : "memory");
}

/// The same for every CTA of the cluster whose bit is set in `ctas`. PTX ISA 8.6, sm_100a.
__device__ inline void tma_gather4_multicast(unsigned destination, const void* map, int column,
                                             const int* rows, unsigned barrier,
                                             unsigned short ctas) {
  asm volatile(
      "cp.async.bulk.tensor.2d.shared::cluster.global.tile::gather4.mbarrier::complete_tx::bytes"
      ".multicast::cluster [%0], [%1, {%2, %3, %4, %5, %6}], [%7], %8;" ::"r"(destination),
      "l"(map), "r"(column), "r"(rows[0]), "r"(rows[1]), "r"(rows[2]), "r"(rows[3]), "r"(barrier),
      "h"(ctas)
      : "memory");
}

/// As tma_gather4, with a barrier that may be in either CTA of the pair, `mapped_barrier` in the
/// shared::cluster window. PTX ISA 8.6, sm_100a.
__device__ inline void tma_gather4_pair(unsigned destination, const void* map, int column,
                                        const int* rows, unsigned mapped_barrier) {
  asm volatile(
      "cp.async.bulk.tensor.2d.shared::cta.global.tile::gather4.mbarrier::complete_tx::bytes"
      ".cta_group::2 [%0], [%1, {%2, %3, %4, %5, %6}], [%7];" ::"r"(destination),
      "l"(map), "r"(column), "r"(rows[0]), "r"(rows[1]), "r"(rows[2]), "r"(rows[3]),
      "r"(mapped_barrier)
      : "memory");
}

/// Four rows from shared memory to as many of a tensor. PTX ISA 8.6, sm_100.
__device__ inline void tma_scatter4(const void* map, int column, const int* rows, unsigned source) {
  asm volatile(
      "cp.async.bulk.tensor.2d.global.shared::cta.tile::scatter4.bulk_group "
      "[%0, {%1, %2, %3, %4, %5}], [%6];" ::"l"(map),
      "r"(column), "r"(rows[0]), "r"(rows[1]), "r"(rows[2]), "r"(rows[3]), "r"(source)
      : "memory");
}

/// Adds the tile in shared memory to the one at element (x, y) of the tensor; its element type is
/// the map's.
__device__ inline void tma_reduce_add_2d(const void* map, int x, int y, unsigned source) {
  asm volatile(
      "cp.reduce.async.bulk.tensor.2d.global.shared::cta.add.tile.bulk_group "
      "[%0, {%1, %2}], [%3];" ::"l"(map),
      "r"(x), "r"(y), "r"(source)
      : "memory");
}

__device__ inline void tma_reduce_max_2d(const void* map, int x, int y, unsigned source) {
  asm volatile(
      "cp.reduce.async.bulk.tensor.2d.global.shared::cta.max.tile.bulk_group "
      "[%0, {%1, %2}], [%3];" ::"l"(map),
      "r"(x), "r"(y), "r"(source)
      : "memory");
}

__device__ inline void tma_reduce_xor_2d(const void* map, int x, int y, unsigned source) {
  asm volatile(
      "cp.reduce.async.bulk.tensor.2d.global.shared::cta.xor.tile.bulk_group "
      "[%0, {%1, %2}], [%3];" ::"l"(map),
      "r"(x), "r"(y), "r"(source)
      : "memory");
}

/// Ends the group of this thread's stores and waits until all its groups are written.
__device__ inline void tma_store_commit_and_wait() {
  asm volatile("cp.async.bulk.commit_group;" ::: "memory");
  asm volatile("cp.async.bulk.wait_group 0;" ::: "memory");
}

}  // namespace bp::ptx
