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

/// The clocked loop. Every word of A and B changes in each iteration, so that nothing derived from
/// them (such as a conversion of FP8 to f16) can be moved out of it; the six additions serve
/// `chains` instructions, which keeps them well below the tensor core's own time. The steps come
/// from memory: no algebra can make them constant.
template <typename Accumulator, typename Instruction>
__device__ inline void clocked_loop(const unsigned char* in, unsigned char* out,
                                    Instruction instruction) {
  const unsigned warp = threadIdx.x / 32;
  const unsigned lane = threadIdx.x % 32;
  auto f = load_tile<Accumulator, false>(in + (warp % tiles) * tile_bytes<false>, lane);
  unsigned step[6];
  for (unsigned i = 0; i < 4; ++i) step[i] = f.a[i] | 0x00010001u;
  for (unsigned i = 0; i < 2; ++i) step[4 + i] = f.b[i] | 0x00010001u;
  Accumulator d[chains][4];
  for (unsigned chain = 0; chain < chains; ++chain) {
    for (unsigned i = 0; i < 4; ++i) d[chain][i] = f.d[i] + static_cast<Accumulator>(chain);
  }

  __syncthreads();
  const long long start = clock64();
#pragma unroll 1
  for (unsigned iteration = 0; iteration < iterations; ++iteration) {
#pragma unroll
    for (unsigned i = 0; i < 4; ++i) f.a[i] += step[i];
#pragma unroll
    for (unsigned i = 0; i < 2; ++i) f.b[i] += step[4 + i];
#pragma unroll
    for (unsigned chain = 0; chain < chains; ++chain) instruction(d[chain], f.a, f.b);
  }
  // Each result is used before the clock is read again; the store never happens in practice.
  unsigned used = 0;
  for (unsigned chain = 0; chain < chains; ++chain) {
    for (unsigned i = 0; i < 4; ++i) {
      if constexpr (sizeof(Accumulator) == 4)
        used = used * 31 + *reinterpret_cast<unsigned*>(&d[chain][i]);
    }
  }
  auto* clocks = reinterpret_cast<unsigned long long*>(out);
  if (used == 0x9e3779b9u) clocks[blockIdx.x] = used;
  __syncthreads();
  if (threadIdx.x == 0) clocks[blockIdx.x] = static_cast<unsigned long long>(clock64() - start);
}

}  // namespace bp::mma
