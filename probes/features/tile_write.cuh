// Device half of the probes that write tiles of a tensor: the tensor lies behind the tiles in the
// input buffer, and all of it is written out afterwards.
#pragma once

#include "probes/features/bulk_device.cuh"
#include "probes/ptx/tma.cuh"

/// `issue(tiles)`: starts the writes from the tiles' address in shared memory; one thread.
template <unsigned tile_words, typename Issue>
__device__ inline void write_tiles(const unsigned char* in, unsigned char* out, Issue issue) {
  using namespace bp::ptx;
  constexpr unsigned tensor_words = 32 * 24;
  __shared__ alignas(128) unsigned tiles[tile_words];
  const auto* source = reinterpret_cast<const unsigned*>(in);
  for (unsigned i = threadIdx.x; i < tile_words; i += blockDim.x) tiles[i] = source[i];
  fence_proxy_async_all();
  __syncthreads();
  if (threadIdx.x == 0) {
    issue(shared_address(tiles));
    tma_store_commit_and_wait();
    fence_proxy_async_all();
  }
  __syncthreads();
  const auto* tensor = reinterpret_cast<const volatile unsigned*>(in) + tile_words;
  auto* result = reinterpret_cast<unsigned*>(out);
  for (unsigned i = threadIdx.x; i < tensor_words; i += blockDim.x) result[i] = tensor[i];
}
