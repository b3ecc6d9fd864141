// How the wgmma prefill kernel cuts a tile of 128 queries, and its shared memory.
#pragma once

#include "kernels/mla/dense_prefill_params.h"

namespace bp::mla {

/// What the loading thread tells those who compute.
struct PrefillHeadTile {
  PrefillTile tile;
  std::int32_t head;
};

/// Two warpgroups compute 64 queries each, one warp of a third loads. K and V of two tiles of
/// `keys` keys are in shared memory. All tensors lie in panels of 64 components, 128 bytes a line,
/// with the 128-byte swizzle that TMA writes and wgmma reads.
template <int qk_, int v_, int keys_>
struct PrefillWgmmaTiling {
  static constexpr int qk = qk_;
  static constexpr int v = v_;
  static constexpr int keys = keys_;
  static constexpr int stages = 2;
  static constexpr int computing = 256;  // threads
  static constexpr int threads = computing + 128;

  static constexpr int q_bytes = prefill_rows * qk * 2;
  static constexpr int k_bytes = keys * qk * 2;
  static constexpr int v_bytes = keys * v * 2;
  static constexpr int k_at = q_bytes;
  static constexpr int v_at = k_at + stages * k_bytes;
  static constexpr int barriers_at = v_at + stages * v_bytes;
  static constexpr int barriers = 2 + 4 * stages;
  static constexpr int items_at = barriers_at + barriers * 8;  // two: this one and the next
  static constexpr int alignment = 1024;  // of the swizzle; the block's memory may start anywhere
  static constexpr int shared_bytes =
      alignment + items_at + 2 * static_cast<int>(sizeof(PrefillHeadTile));

  static_assert(qk % 64 == 0 && v % 64 == 0);
  static_assert(k_bytes % alignment == 0 && v_bytes % alignment == 0);
};

using PrefillWgmma192 = PrefillWgmmaTiling<192, 128, 128>;
using PrefillWgmma256 = PrefillWgmmaTiling<256, 256, 80>;

}  // namespace bp::mla
