// What the ldmatrix and stmatrix probes share: 32 rows of 16 bytes, which lie in shared memory in
// another order, and four registers of each lane of a warp.
#pragma once

#include "probes/ptx/matrix_layout.h"

#ifdef __CUDACC__
#include "probes/features/device.cuh"
#endif

namespace bp::matrix_rows {

inline constexpr unsigned rows = 32;

/// Where row `row` of the instruction lies. 13 is odd: every place is taken once, none by its own
/// row.
BP_HOST_DEVICE constexpr unsigned place(unsigned row) { return (13 * row + 5) % rows; }

#ifdef __CUDACC__

template <typename Load>
__device__ inline void load(const unsigned char* in, unsigned char* out, Load instruction) {
  __shared__ alignas(16) uint4 memory[rows];
  const unsigned lane = threadIdx.x;
  memory[lane] = reinterpret_cast<const uint4*>(in)[lane];
  __syncwarp();
  unsigned r[4];
  instruction(r, &memory[place(lane)]);
  for (unsigned i = 0; i < 4; ++i) reinterpret_cast<unsigned*>(out)[32 * i + lane] = r[i];
}

template <typename Store>
__device__ inline void store(const unsigned char* in, unsigned char* out, Store instruction) {
  __shared__ alignas(16) uint4 memory[rows];
  const unsigned lane = threadIdx.x;
  memory[lane] = make_uint4(0, 0, 0, 0);
  unsigned r[4];
  for (unsigned i = 0; i < 4; ++i) r[i] = reinterpret_cast<const unsigned*>(in)[32 * i + lane];
  __syncwarp();
  instruction(&memory[place(lane)], r);
  __syncwarp();
  reinterpret_cast<uint4*>(out)[lane] = memory[lane];
}

#endif

}  // namespace bp::matrix_rows
