// What the device halves of the mma_sync probes share: the probe itself and the clocked loop.
#pragma once

#include "probes/features/mma_sync_tile.cuh"

namespace bp::mma {

/// One warp a tile: D = A * B + C with `instruction(Fragments&)`.
template <typename Accumulator, bool scaled, typename Instruction>
__device__ inline void multiply_tiles(const unsigned char* in, unsigned char* out,
                                      Instruction instruction) {
  const unsigned warp = threadIdx.x / 32;
  const unsigned lane = threadIdx.x % 32;
  auto f = load_tile<Accumulator, scaled>(in + warp * tile_bytes<scaled>, lane);
  instruction(f);
  store_tile(reinterpret_cast<Accumulator*>(out) + warp * rows * columns, f.d, lane);
}

/// The clocked loop: `rate_rows` A by `rate_columns` B tiles, each pair with an accumulator of its
/// own.
///
/// Where FP8 is emulated, ptxas computes A * B with f16 instructions and adds C afterwards, so
/// whatever two instructions of the loop, or two iterations, have in common is computed once. Hence
/// no two share both operands, and every word of A and B changes in each iteration, by a step that
/// comes from memory so that no algebra can make it constant. Sharing each A and each B keeps these
/// additions at two for each instruction, well below the tensor core's own time: they are the same
/// for all formats.
template <typename Accumulator, typename Instruction>
__device__ inline void clocked_loop(const unsigned char* in, unsigned char* out,
                                    Instruction instruction) {
  const unsigned warp = threadIdx.x / 32;
  const unsigned lane = threadIdx.x % 32;
  unsigned a[rate_rows][4];
  unsigned b[rate_columns][2];
  Accumulator d[rate_rows][rate_columns][4];
#pragma unroll
  for (unsigned column = 0; column < rate_columns; ++column) {
    const unsigned tile = (warp + column) % tiles;
    const auto f = load_tile<Accumulator, false>(in + tile * tile_bytes<false>, lane);
    for (unsigned i = 0; i < 2; ++i) b[column][i] = f.b[i];
#pragma unroll
    for (unsigned row = 0; row < rate_rows; ++row) {
      if (row == column) {
        for (unsigned i = 0; i < 4; ++i) a[row][i] = f.a[i];
      }
      for (unsigned i = 0; i < 4; ++i) d[row][column][i] = f.d[i];
    }
  }
  const unsigned step = a[0][0] | 0x00010001u;

  __syncthreads();
  const long long start = clock64();
#pragma unroll 1
  for (unsigned iteration = 0; iteration < iterations; ++iteration) {
#pragma unroll
    for (unsigned row = 0; row < rate_rows; ++row) {
      for (unsigned i = 0; i < 4; ++i) a[row][i] += step;
    }
#pragma unroll
    for (unsigned column = 0; column < rate_columns; ++column) {
      for (unsigned i = 0; i < 2; ++i) b[column][i] += step;
    }
#pragma unroll
    for (unsigned row = 0; row < rate_rows; ++row) {
#pragma unroll
      for (unsigned column = 0; column < rate_columns; ++column) {
        instruction(d[row][column], a[row], b[column]);
      }
    }
  }
  // Each result is used before the clock is read again; the store happens for one value in 2^32,
  // and is then overwritten.
  unsigned used = 0;
  for (unsigned row = 0; row < rate_rows; ++row) {
    for (unsigned column = 0; column < rate_columns; ++column) {
      for (unsigned i = 0; i < 4; ++i) {
        used = used * 31 + *reinterpret_cast<const unsigned*>(&d[row][column][i]);
      }
    }
  }
  auto* clocks = reinterpret_cast<unsigned long long*>(out);
  if (used == 0x9e3779b9u) clocks[blockIdx.x] = used;
  __syncthreads();
  if (threadIdx.x == 0) clocks[blockIdx.x] = static_cast<unsigned long long>(clock64() - start);
}

}  // namespace bp::mma
