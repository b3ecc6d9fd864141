// How the wgmma sparse prefill kernel lays out a CTA's shared memory. Plain numbers, for host and
// device.
#pragma once

namespace bp::mla {

/// A CTA takes one query token and 64 heads, and walks over the list in tiles of 64 keys. Operand
/// tiles are cut into panels of 64 rows x 128 bytes (wgmma_layout.h, 128-byte swizzle): 8 of the
/// latent part and, where the width is 576, a ninth of the RoPE part. Q's ninth panel lives in
/// registers: two key tiles leave no room for it.
template <int width_>
struct SparsePrefillWgmmaTiling {
  static constexpr int width = width_;
  static constexpr int heads = 64;
  static constexpr int tokens = 64;
  static constexpr int threads = 384;  // two warpgroups of mathematics, one that gathers
  static constexpr int panels = width / 64;
  static constexpr int value_panels = 8;
  static constexpr int panel_bytes = 64 * 128;

  static constexpr int query_at = 0;
  static constexpr int keys_at = value_panels * panel_bytes;
  static constexpr int tile_bytes = panels * panel_bytes;
  static constexpr int probabilities_at = keys_at + 2 * tile_bytes;    // [2] panels
  static constexpr int bases_at = probabilities_at + 2 * panel_bytes;  // float [2][64]
  static constexpr int sums_at = bases_at + 2 * heads * 4;             // float [2][64]
  static constexpr int named_at = sums_at + 2 * heads * 4;             // 64 bits [2]
  static constexpr int barriers_at = named_at + 2 * 8;                 // [13]
  static constexpr int shared_bytes = barriers_at + 13 * 8;

  static_assert(width == 576 || width == 512);
  static_assert(shared_bytes <= 227 * 1024);
};

}  // namespace bp::mla
