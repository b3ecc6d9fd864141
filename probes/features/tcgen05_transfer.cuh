// Device half of the probes of what moves data to or within Tensor Memory asynchronously
// (tcgen05.cp, tcgen05.shift): 32 columns are filled, one thread issues, all wait, and the first
// columns are read back.
#pragma once

#include "probes/features/device.cuh"
#include "probes/features/tcgen05_group.cuh"
#include "probes/ptx/async_proxy.cuh"
#include "probes/ptx/operand_tile.cuh"

namespace bp::tcgen05 {

/// Plan: the shared memory tile (`tile_rows` of `row_bytes`, from the input; none if 0), the
/// `columns` that are compared, and `initial(in, lane, column)`, what they hold first. `issue` is
/// called with the Tensor Memory address and the tile's descriptor. With a `cta_group` of 2 each
/// CTA has a tile and columns of its own, one after the other in `in` and `out`, and CTA 0 issues.
template <typename Plan, typename Issue>
__device__ inline void transfer(const unsigned char* in, unsigned char* out, Issue issue) {
  using namespace ptx;
  constexpr unsigned columns = 32;
  constexpr unsigned leading = 128;  // core matrices of 8 rows x 16 bytes, side by side
  constexpr unsigned stride = leading * (Plan::row_bytes / 16);
  __shared__ alignas(128) unsigned char tile[(Plan::tile_rows + 8) * Plan::row_bytes];
  __shared__ alignas(8) unsigned long long done;
  __shared__ unsigned allocated;
  constexpr int group = Plan::cta_group;
  const unsigned warp = threadIdx.x / 32;
  const unsigned rank = rank_in_group<group>();
  if (warp == 0) {
    tcgen05_alloc<group>(shared_address(&allocated), columns);
    tcgen05_relinquish_alloc_permit<group>();
  }
  if (threadIdx.x == 0) {
    mbarrier_init(&done, 1);
    fence_mbarrier_init();
  }
  copy_core_matrices(tile, in + rank * Plan::tile_rows * Plan::row_bytes, Plan::tile_rows,
                     Plan::row_bytes, leading, stride);
  fence_proxy_async();
  tcgen05_fence_before_sync();
  __syncthreads();
  tcgen05_fence_after_sync();
  const unsigned base = allocated;
  const unsigned lanes = base + (warp * 32 << 16);

  // What an earlier launch left must not pass for a result.
  unsigned values[32];
#pragma unroll
  for (unsigned i = 0; i < 32; ++i) values[i] = Plan::initial(in, threadIdx.x, i);
  tcgen05_store(lanes, values);
  tcgen05_wait_store();
  synchronise<group>();

  if (rank == 0 && threadIdx.x == 0) {
    issue(base, tcgen05_descriptor(shared_address(tile), leading, stride, Tcgen05Swizzle::none));
    commit<group>(&done);
  }
  __syncwarp();
  const bool in_time = wait_bounded(&done, 0);
  tcgen05_fence_after_sync();
  __syncwarp();
  tcgen05_load(values, lanes);
  tcgen05_wait_load();
  auto* result =
      reinterpret_cast<unsigned*>(out) + (rank * blockDim.x + threadIdx.x) * Plan::columns;
#pragma unroll
  for (unsigned i = 0; i < Plan::columns; ++i) result[i] = in_time ? values[i] : poison;
  // Neither CTA of a pair may free or leave while the other still works.
  synchronise<group>();
  if (warp == 0) tcgen05_dealloc<group>(base, columns);
}

}  // namespace bp::tcgen05
