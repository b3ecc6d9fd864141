// Device half of the tcgen05.alloc probes: all 512 columns in five parts, the first of them freed,
// part of it allocated again. Each part's first and last columns get values of their own, which a
// part that overlaps another would lose. One warp, or one in each CTA of a pair.
#pragma once

#include "probes/features/device.cuh"
#include "probes/features/tcgen05_group.cuh"
#include "probes/ptx/async_proxy.cuh"
#include "probes/ptx/tcgen05_move.cuh"

namespace bp::tcgen05 {

template <int cta_group>
__device__ inline void allocate_parts(const unsigned char* in, unsigned char* out) {
  using namespace ptx;
  constexpr unsigned parts = 5;
  // Never more than the one before ("should not increase between any two allocations").
  constexpr unsigned columns[parts] = {256, 128, 64, 32, 32};
  __shared__ unsigned allocated[parts];
  const unsigned thread = rank_in_group<cta_group>() * 32 + threadIdx.x;
  const auto* source = reinterpret_cast<const unsigned*>(in) + thread * (parts + 1) * 2;
  auto* result = reinterpret_cast<unsigned*>(out) + thread * (parts + 1) * 2;
#pragma unroll
  for (unsigned i = 0; i < parts; ++i)
    tcgen05_alloc<cta_group>(shared_address(&allocated[i]), columns[i]);
  __syncwarp();
  // Neither CTA of a pair may free, or leave, what the other still works with.
  const auto join = [] {
    if constexpr (cta_group == 2) cluster_barrier();
  };
  const auto fill = [&](unsigned part, unsigned address, unsigned size) {
    tcgen05_store_32x32b_x1(&source[part * 2], address);
    tcgen05_store_32x32b_x1(&source[part * 2 + 1], address + size - 1);
  };
  const auto read = [&](unsigned part, unsigned address, unsigned size) {
    unsigned first = poison, last = poison;
    tcgen05_load_32x32b_x1(&first, address);
    tcgen05_load_32x32b_x1(&last, address + size - 1);
    tcgen05_wait_load();
    result[part * 2] = first;
    result[part * 2 + 1] = last;
  };
#pragma unroll
  for (unsigned i = 0; i < parts; ++i) fill(i, allocated[i], columns[i]);
  tcgen05_wait_store();
  read(0, allocated[0], columns[0]);
  join();
  tcgen05_dealloc<cta_group>(allocated[0], columns[0]);

  // Now 256 columns are free, and the other parts must keep their values.
  __syncwarp();
  tcgen05_alloc<cta_group>(shared_address(&allocated[0]), columns[parts - 1]);
  tcgen05_relinquish_alloc_permit<cta_group>();
  __syncwarp();
  fill(parts, allocated[0], columns[parts - 1]);
  tcgen05_wait_store();
  read(parts, allocated[0], columns[parts - 1]);
#pragma unroll
  for (unsigned i = 1; i < parts; ++i) read(i, allocated[i], columns[i]);
  __syncwarp();
  join();
  tcgen05_dealloc<cta_group>(allocated[0], columns[parts - 1]);
#pragma unroll
  for (unsigned i = 1; i < parts; ++i) tcgen05_dealloc<cta_group>(allocated[i], columns[i]);
}

}  // namespace bp::tcgen05
