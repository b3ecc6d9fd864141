// Device half of the probes that load TMA tiles of rank 1, 3, 4 and 5: four boxes of 256 words, at
// coordinates that are part of the input.
#pragma once

#include "probes/features/bulk_device.cuh"
#include "probes/ptx/tma.cuh"

template <unsigned rank>
__device__ inline void load_tiles(const unsigned char* in, unsigned char* out,
                                  const TensorMapBytes& tensor_map) {
  using namespace bp::ptx;
  constexpr unsigned boxes = 4, words = 256;
  __shared__ alignas(128) unsigned tile[boxes * words];
  __shared__ alignas(8) unsigned long long full;
  // What an earlier launch left must not pass for a result.
  for (unsigned i = threadIdx.x; i < boxes * words; i += blockDim.x) tile[i] = poison;
  start_barrier(&full);
  if (threadIdx.x == 0) {
    // Bytes outside the tensor count too.
    mbarrier_arrive_expect_tx(&full, sizeof tile);
#pragma unroll 1
    for (unsigned box = 0; box < boxes; ++box) {
      tma_load_tile<rank>(shared_address(tile + box * words), &tensor_map,
                          reinterpret_cast<const int*>(in) + 5 * box, shared_address(&full));
    }
  }
  __syncwarp();
  const bool in_time = wait_bounded(&full, 0);
  write_out(out, tile, boxes * words, in_time);
}
