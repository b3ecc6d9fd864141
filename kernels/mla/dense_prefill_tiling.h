// How the mma_sync prefill kernel cuts a tile of 128 queries: a warp owns whole rows, so that its
// softmax needs no other warp. Plain constants and integer functions.
//
// Fragment layouts: PTX ISA 9.0, section "Matrix Fragments for mma.m16n8k16 with floating point
// type" and section "Warp-level matrix load instruction: ldmatrix".
#pragma once

#include "kernels/device_code.h"
#include "kernels/mla/dense_prefill_params.h"
#include "kernels/tuning.h"

namespace bp::mla {

/// A warp takes `row_blocks` x 16 queries and walks over the keys in tiles of `keys`. K and V of
/// `stages` tiles are in shared memory: one is worked on while the others are on their way.
///   row_blocks 2: each fragment of K and V serves two mma; Q is read from shared memory again in
///                 each tile.
///   row_blocks 1: where 256 columns of O leave no registers for two. Of Q, `resident` steps of 16
///                 components stay in registers; with all of them there, its shared memory becomes
///                 that of K and V.
template <int qk_, int v_, int row_blocks_, int keys_, int stages_, int resident_>
struct PrefillTiling {
  static constexpr int qk = qk_;
  static constexpr int v = v_;
  static constexpr int row_blocks = row_blocks_;
  static constexpr int keys = keys_;
  static constexpr int stages = stages_;
  static constexpr int resident = resident_;
  static constexpr int warps = prefill_rows / 16 / row_blocks;
  static constexpr int threads = warps * 32;

  static constexpr int qk_steps = qk / 16;
  static constexpr int key_blocks = keys / 8;  // n8 blocks of S
  static constexpr int value_blocks = v / 8;   // n8 blocks of O
  static constexpr int probability_steps = keys / 16;

  static constexpr bool q_leaves = resident == qk_steps;
  static constexpr int q_bytes = prefill_rows * qk * 2;
  static constexpr int k_bytes = keys * qk * 2;
  static constexpr int v_bytes = keys * v * 2;
  static constexpr int stage_bytes = k_bytes + v_bytes;
  static constexpr int stages_at = q_leaves ? 0 : q_bytes;
  static constexpr int tile_at = stages_at + stages * stage_bytes;
  static constexpr int shared_bytes = tile_at + static_cast<int>(sizeof(PrefillTile));

  static_assert(qk % 64 == 0 && v % 64 == 0 && keys % 16 == 0);
  static_assert(stages >= 2 && tile_at >= q_bytes);
  static_assert(resident == 0 || row_blocks == 1);
  static_assert(keys % (threads / 8) == 0, "all threads copy the same number of rows");
};

// Of each width the first is for GPUs with more than 99 KiB a block; two blocks of Prefill192 fit
// on an SM of 227 KiB. More keys in a tile, or more of Q, need more than the 255 registers that
// there are.
using Prefill192 = PrefillTiling<192, 128, 2, 48, 2, 0>;
using Prefill192Small = PrefillTiling<192, 128, 2, 32, 2, 0>;
using Prefill256 = PrefillTiling<256, 256, 1, 64, 2, 12>;
using Prefill256Small = PrefillTiling<256, 256, 1, 32, 3, 16>;
static_assert(Prefill192Small::shared_bytes <= portable_shared_bytes);
static_assert(Prefill256Small::shared_bytes <= portable_shared_bytes);

/// Rows lie in shared memory one after the other; in each 128 bytes the chunks of 16 are permuted
/// by the row, so that the 8 rows that one ldmatrix phase reads lie in different banks. Offset in
/// the row of chunk `chunk` + `lane_chunk`, an even and a 0 or 1.
BP_DEVICE constexpr int prefill_chunk(int row, int chunk, int lane_chunk) {
  return chunk / 8 * 128 + ((row % 8 ^ lane_chunk) ^ chunk % 8) * 16;
}

}  // namespace bp::mla
