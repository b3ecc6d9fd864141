// mma.sync with all operands in registers, as often as a warp can issue it: a few A and B
// fragments, each pair with an accumulator of its own, so that no instruction waits for another.
#pragma once

#include "kernels/rates/rate_params.h"

namespace bp::rates {

/// `next(word)` makes the operands of the following iteration.
template <class Loop, class Multiply, class Next>
__device__ inline void mma_sync_loop(const RateParams& params, Multiply multiply, Next next) {
  const unsigned thread = blockIdx.x * Loop::threads + threadIdx.x;
  unsigned at = thread * 37;
  const auto operand = [&] { return params.operands[at++ % operand_words]; };
  unsigned a[Loop::rows][4];
  unsigned b[Loop::columns][2];
  float d[Loop::rows][Loop::columns][4] = {};
#pragma unroll
  for (int i = 0; i < Loop::rows; ++i) {
#pragma unroll
    for (int j = 0; j < 4; ++j) a[i][j] = operand();
  }
#pragma unroll
  for (int i = 0; i < Loop::columns; ++i) {
#pragma unroll
    for (int j = 0; j < 2; ++j) b[i][j] = operand();
  }
#pragma unroll 1
  for (int iteration = 0; iteration < params.iterations; ++iteration) {
#pragma unroll
    for (int i = 0; i < Loop::rows; ++i) {
#pragma unroll
      for (int j = 0; j < Loop::columns; ++j) multiply(d[i][j], a[i], b[j]);
    }
#pragma unroll
    for (int i = 0; i < Loop::rows; ++i) {
#pragma unroll
      for (int j = 0; j < 4; ++j) a[i][j] = next(a[i][j]);
    }
#pragma unroll
    for (int i = 0; i < Loop::columns; ++i) {
#pragma unroll
      for (int j = 0; j < 2; ++j) b[i][j] = next(b[i][j]);
    }
  }
  float sum = 0;
#pragma unroll
  for (int i = 0; i < Loop::rows; ++i) {
#pragma unroll
    for (int j = 0; j < Loop::columns; ++j)
      sum += d[i][j][0] + d[i][j][1] + d[i][j][2] + d[i][j][3];
  }
  params.results[thread] = sum;
}

}  // namespace bp::rates
