// Sparse MLA decode on wgmma: the shared memory of a CTA, for device and host.
//
// A CTA works on 64 heads of one query token and walks over its candidates 64 at a time. Operands
// of wgmma lie in panels of 64 lines (heads or candidates) x 128 bytes with the 128-byte swizzle
// (probes/ptx/wgmma_layout.h): key_width / 64 panels each of Q and of a tile of K; V is the first
// eight panels of K.
#pragma once

#include "kernels/mla/sparse_kv.h"

namespace bp::mla {

struct SparseWgmmaTiling {
  static constexpr int heads = 64;
  static constexpr int tokens = 64;
  static constexpr int buffers = 2;  // tiles of K
  static constexpr int warpgroups = 4;
  static constexpr int threads = warpgroups * 128;
  static constexpr int panel_bytes = 64 * 128;
  static constexpr int value_panels = sparse_value_width / 64;

  // Offsets in shared memory.
  int panels;
  int query_at;
  int keys_at;  // of the first buffer
  int probabilities_at;
  int factors_at;   // f32 [64]: what WG1 multiplies its accumulators with
  int visible_at;   // [buffers][8 bytes]: bit i of byte j: candidate 8 j + i of the tile takes part
  int barriers_at;  // full[2], empty[2], P full, P empty
  int shared_bytes;

  constexpr int tile_bytes() const { return panels * panel_bytes; }
};

constexpr SparseWgmmaTiling sparse_wgmma_tiling(int key_width) {
  SparseWgmmaTiling t{};
  t.panels = key_width / 64;
  t.query_at = 0;
  t.keys_at = t.tile_bytes();
  t.probabilities_at = t.keys_at + SparseWgmmaTiling::buffers * t.tile_bytes();
  t.factors_at = t.probabilities_at + SparseWgmmaTiling::panel_bytes;
  t.visible_at = t.factors_at + SparseWgmmaTiling::heads * 4;
  t.barriers_at = t.visible_at + SparseWgmmaTiling::buffers * 8;
  t.shared_bytes = t.barriers_at + 6 * 8;
  return t;
}

static_assert(sparse_wgmma_tiling(576).shared_bytes <= 232448);  // what an H100 gives to a block

}  // namespace bp::mla
