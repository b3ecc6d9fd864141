// wgmma m64n256 with both operands in shared memory: two warpgroups with 64 rows of A each and one
// B, so that one issues while the other waits for its group.
#pragma once

#include "kernels/rates/rate_params.h"
#include "probes/ptx/async_proxy.cuh"
#include "probes/ptx/wgmma_attention.cuh"
#include "probes/ptx/wgmma_layout.h"

namespace bp::rates {

template <class Multiply>
__device__ inline void wgmma_loop(const RateParams& params, Multiply multiply) {
  using Loop = WgmmaLoop;
  constexpr auto swizzle = ptx::WgmmaSwizzle::b128;
  __shared__ alignas(1024) unsigned a[Loop::warpgroups][64 * Loop::row_bytes / 4];
  __shared__ alignas(1024) unsigned b[Loop::columns * Loop::row_bytes / 4];
  // Random anyway: where the swizzle would put a word does not matter.
  for (unsigned i = threadIdx.x; i < sizeof a / 4; i += Loop::threads) {
    a[0][i] = params.operands[i % operand_words];
  }
  for (unsigned i = threadIdx.x; i < sizeof b / 4; i += Loop::threads) {
    b[i] = params.operands[(i + 1) % operand_words];
  }
  ptx::fence_proxy_async();
  __syncthreads();
  const auto a_address = static_cast<unsigned>(__cvta_generic_to_shared(a[threadIdx.x / 128]));
  const auto b_address = static_cast<unsigned>(__cvta_generic_to_shared(b));
  float d[Loop::columns / 2] = {};
#pragma unroll 1
  for (int iteration = 0; iteration < params.iterations; ++iteration) {
    ptx::wgmma_fence();
#pragma unroll
    for (unsigned i = 0; i < Loop::instructions; ++i) {
      const unsigned byte = i % Loop::row_steps * 32;
      multiply(d, ptx::wgmma_k_major(a_address, swizzle, 64, byte),
               ptx::wgmma_k_major(b_address, swizzle, Loop::columns, byte));
    }
    ptx::wgmma_commit();
    ptx::wgmma_wait<0>();
  }
  float sum = 0;
#pragma unroll
  for (int i = 0; i < Loop::columns / 2; ++i) sum += d[i];
  params.results[blockIdx.x * Loop::threads + threadIdx.x] = sum;
}

}  // namespace bp::rates
