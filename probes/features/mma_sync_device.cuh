// What the device halves of the mma_sync probes share: a tile from and to memory, and the clocked
// loop. The layout of a tile in the input buffer is that of mma_sync_host.h; fragments as in
// probes/ptx/mma_sync.cuh.
#pragma once

#include "probes/features/mma_sync_layout.h"

namespace bp::mma {

/// The registers of one thread for one tile. Accumulator is float or int.
template <typename Accumulator>
struct Fragments {
  unsigned a[4];
  unsigned b[2];
  Accumulator d[4];
  unsigned scale_a;
  unsigned scale_b;
};

/// `tile` in the input buffer: A by rows, B by columns, C by rows, then one word of scales for each
/// row of A and each column of B (not read where `scaled` is false).
template <typename Accumulator, bool scaled>
__device__ inline Fragments<Accumulator> load_tile(const unsigned char* tile, unsigned lane) {
  const auto* a = reinterpret_cast<const unsigned*>(tile);
  const unsigned* b = a + rows * row_words;
  const auto* c = reinterpret_cast<const Accumulator*>(b + columns * row_words);
  const unsigned g = lane / 4;
  const unsigned t = lane % 4;
  Fragments<Accumulator> f;
  for (unsigned i = 0; i < 4; ++i) f.a[i] = a[(g + 8 * (i % 2)) * row_words + t + 4 * (i / 2)];
  for (unsigned i = 0; i < 2; ++i) f.b[i] = b[g * row_words + t + 4 * i];
  for (unsigned i = 0; i < 4; ++i) f.d[i] = c[(g + 8 * (i / 2)) * columns + 2 * t + i % 2];
  if constexpr (scaled) {
    const auto* scales = reinterpret_cast<const unsigned*>(c + rows * columns);
    f.scale_a = scales[g + 8 * (lane % 2)];
    f.scale_b = scales[rows + g];
  }
  return f;
}

template <typename Accumulator>
__device__ inline void store_tile(Accumulator* out, const Accumulator (&d)[4], unsigned lane) {
  const unsigned g = lane / 4;
  const unsigned t = lane % 4;
  for (unsigned i = 0; i < 4; ++i) out[(g + 8 * (i / 2)) * columns + 2 * t + i % 2] = d[i];
}

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
