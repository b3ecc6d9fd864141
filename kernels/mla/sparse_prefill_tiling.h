// How the mma_sync sparse prefill kernel cuts its work: which warp and lane owns which element, and
// where it lies in shared memory. Plain integer functions.
//
// Fragment layouts: PTX ISA 9.0, section "Matrix Fragments for mma.m16n8k16 with floating point
// type" and section "Warp-level matrix load instruction: ldmatrix".
#pragma once

#include "kernels/device_code.h"
#include "kernels/mla/sparse_prefill_params.h"
#include "kernels/tuning.h"

namespace bp::mla {

/// A block of 8 warps takes one query token and `row_blocks` x 16 heads, and walks over the list in
/// tiles of `tokens` keys.
///   QK: the depth is cut into 4 slices; a warp owns one slice of one half of the keys, for all
///       rows. So its part of Q stays in registers for good, and the key fragments are read once.
///       The 4 partial sums meet in shared memory.
///   PV: each warp owns 64 of the 512 value columns for all rows.
template <int width_, int row_blocks_, int tokens_, int stages_>
struct SparsePrefillTiling {
  static constexpr int width = width_;
  static constexpr int row_blocks = row_blocks_;
  static constexpr int stages = stages_;  // key tiles in flight or in use
  static constexpr int warps = 8;
  static constexpr int threads = warps * 32;
  static constexpr int rows = row_blocks * 16;
  static constexpr int tokens = tokens_;

  static constexpr int slices = 4;
  static constexpr int slice_steps = width / 16 / slices;  // k-steps of 16
  static constexpr int token_groups = warps / slices;
  static constexpr int score_blocks = tokens / 8 / token_groups;   // n8 blocks of a warp in QK
  static constexpr int warp_columns = sparse_value_width / warps;  // 64
  static constexpr int value_blocks = warp_columns / 8;            // n8 blocks of a warp in PV
  static constexpr int threads_per_row = threads / rows;           // in the softmax
  static constexpr int tokens_per_thread = tokens / threads_per_row;
  static constexpr int rows_per_copy = threads / 8;       // eight threads copy one row:
  static constexpr int copies_per_row = width * 2 / 128;  // 16 bytes each, 128 bytes apart
  static constexpr int rows_per_thread = tokens / rows_per_copy;

  // Row strides. 16 bytes more than a multiple of 128 put the 8 rows that one ldmatrix phase reads
  // into 8 different groups of 4 banks; 8 floats more do the same for the 8-byte stores of the
  // scores.
  static constexpr int key_stride = width * 2 + 16;           // bytes
  static constexpr int score_stride = tokens + 8;             // floats
  static constexpr int probability_stride = tokens * 2 + 16;  // bytes

  static constexpr int stage_bytes = tokens * key_stride;
  static constexpr int scores_at = stages * stage_bytes;
  static constexpr int scores_bytes = slices * rows * score_stride * 4;
  static constexpr int probabilities_at = scores_at + scores_bytes;
  static constexpr int probabilities_bytes = rows * probability_stride;
  static constexpr int factors_at = probabilities_at + probabilities_bytes;
  static constexpr int inverses_at = factors_at + rows * 4;  // 1 / sum at the end
  static constexpr int named_at = inverses_at + rows * 4;    // a byte a key of each stage
  static constexpr int shared_bytes = named_at + stages * tokens;

  static_assert(slice_steps * slices * 16 == width);
  static_assert(token_groups * slices == warps && score_blocks % 2 == 0);
  static_assert(stages >= 2);

  // --- QK ---
  BP_DEVICE static constexpr int slice_of(int warp) { return warp % slices; }
  BP_DEVICE static constexpr int first_token_of(int warp) {
    return warp / slices * score_blocks * 8;
  }
  /// Keys as B operand (tokens are the columns n): this lane's ldmatrix.x4 row, in bytes from the
  /// tile, for two n8 blocks from `token` and the k-step from component `depth`.
  BP_DEVICE static constexpr int key_address(int lane, int token, int depth) {
    return (token + lane / 16 * 8 + lane % 8) * key_stride + (depth + lane / 8 % 2 * 8) * 2;
  }
  // --- PV ---
  /// Probabilities as A operand: ldmatrix.x4 row of this lane, in bytes from the probabilities.
  BP_DEVICE static constexpr int probability_address(int lane, int row_block, int token) {
    return (row_block * 16 + lane % 16) * probability_stride + (token + lane / 16 * 8) * 2;
  }
  /// Values as B operand (tokens are the rows k): ldmatrix.x4.trans row of this lane, in bytes from
  /// the tile, for two n8 blocks from `column`.
  BP_DEVICE static constexpr int value_address(int lane, int token, int column) {
    return (token + lane % 16) * key_stride + (column + lane / 16 * 8) * 2;
  }
  /// Row and column of register `i` (0..3) of an A fragment (two values each) and of accumulators.
  BP_DEVICE static constexpr int a_row(int lane, int i) { return lane / 4 + i % 2 * 8; }
  BP_DEVICE static constexpr int a_column(int lane, int i) { return lane % 4 * 2 + i / 2 * 8; }
  BP_DEVICE static constexpr int c_row(int lane, int i) { return lane / 4 + i / 2 * 8; }
  BP_DEVICE static constexpr int c_column(int lane, int i) { return lane % 4 * 2 + i % 2; }
};

static_assert(SparsePrefillTiling<576, 1, 32, 2>::shared_bytes <= portable_shared_bytes);
static_assert(SparsePrefillTiling<576, 2, 32, 2>::shared_bytes <= portable_shared_bytes);

}  // namespace bp::mla
