// The fragments of one tile, from and to memory. The layout of a tile in the input buffer is that
// of mma_sync_host.h, the fragments are those of probes/ptx/mma_sync.cuh.
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

}  // namespace bp::mma
