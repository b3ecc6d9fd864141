// The fragments of one tile, from and to memory. The layout of a tile in the input buffer is that
// of mma_sync_layout.h, the fragments are those of probes/ptx/mma_sync.cuh and mma_sync_sparse.cuh.
#pragma once

#include "probes/features/mma_sync_layout.h"

namespace bp::mma {

/// The registers of one thread for one tile; what a layout has none of is left unset.
template <typename L>
struct Fragments {
  typename L::Word a[a_registers<L>];
  typename L::Word b[b_registers<L>];
  typename L::C d[c_registers<L>];
  unsigned scale_a;
  unsigned scale_b;
  unsigned metadata;
};

/// Bits of the metadata that this lane gives for its quad, out of all rows'.
template <typename L>
__device__ inline unsigned load_metadata(const unsigned* rows, unsigned lane) {
  const unsigned g = lane / 4;
  const unsigned t = lane % 4;
  if constexpr (L::metadata_words == 2) {
    return rows[2 * (g + 8 * (t % 2)) + t / 2];
  } else {
    // Selector 0: lanes 0 and 1 of the quad count. The others hold another valid pattern, so that a
    // wrong selector shows.
    if (t > 1) return 0x4444'4444u;
    const unsigned shift = 16 * t;
    return ((rows[g] >> shift) & 0xffffu) | ((rows[g + 8] >> shift) << 16);
  }
}

template <typename L>
__device__ inline Fragments<L> load_tile(const unsigned char* tile, unsigned lane) {
  const auto* a = reinterpret_cast<const typename L::Word*>(tile);
  const auto* b = reinterpret_cast<const typename L::Word*>(tile + b_offset<L>);
  const auto* c = reinterpret_cast<const typename L::C*>(tile + c_offset<L>);
  constexpr unsigned halves = L::rows / 8;
  const unsigned g = lane / 4;
  const unsigned t = lane % 4;
  Fragments<L> f;
  for (unsigned i = 0; i < a_registers<L>; ++i) {
    f.a[i] = a[(g + 8 * (i % halves)) * L::a_words + t + 4 * (i / halves)];
  }
  for (unsigned i = 0; i < b_registers<L>; ++i) f.b[i] = b[g * L::b_words + t + 4 * i];
  for (unsigned i = 0; i < c_registers<L>; ++i) {
    f.d[i] = c[(g + 8 * (i / 2)) * columns + 2 * t + i % 2];
  }
  if constexpr (L::scaled) {
    const auto* scales = reinterpret_cast<const unsigned*>(tile + scale_offset<L>);
    f.scale_a = scales[g + 8 * (lane % 2)];
    f.scale_b = scales[L::rows + g];
  }
  if constexpr (L::metadata_words != 0) {
    f.metadata =
        load_metadata<L>(reinterpret_cast<const unsigned*>(tile + metadata_offset<L>), lane);
  }
  return f;
}

template <typename L>
__device__ inline void store_tile(typename L::C* out, const typename L::C (&d)[c_registers<L>],
                                  unsigned lane) {
  const unsigned g = lane / 4;
  const unsigned t = lane % 4;
  for (unsigned i = 0; i < c_registers<L>; ++i) {
    out[(g + 8 * (i / 2)) * columns + 2 * t + i % 2] = d[i];
  }
}

}  // namespace bp::mma
