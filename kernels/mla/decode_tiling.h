// How the mma_sync decode kernel cuts up to 32 query rows (64: decode_wide_tiling.h): which warp
// and lane owns which element, and where it lies in shared memory. Plain integer functions, so that
// the tests can check them without a GPU.
//
// Fragment layouts: PTX ISA 9.0, section "Matrix Fragments for mma.m16n8k16 with floating point
// type" and section "Warp-level matrix load instruction: ldmatrix".
#pragma once

#include "kernels/device_code.h"
#include "kernels/mla/decode_params.h"
#include "kernels/tuning.h"

namespace bp::mla {

/// Among how many of the warps of a slice the row blocks are divided.
BP_DEVICE constexpr int row_groups_of(int row_blocks) { return row_blocks == 1 ? 1 : 2; }

/// A block of 8 warps takes `row_blocks` x 16 query rows and walks over the keys in tiles of 32. In
/// QK the depth of 576 is cut into 4 slices, and two warps share a slice: each has
/// half of the row blocks, or, of a single row block, half of the tokens. So its part of Q stays in
/// registers for good; the 4 partial sums meet in shared memory. In PV each warp owns 64 of the 512
/// value columns for all rows.
template <int row_blocks_, int stages_>
struct DecodeTiling {
  static constexpr int row_blocks = row_blocks_;
  static constexpr int stages = stages_;  // key tiles in flight or in use
  static constexpr int warps = 8;
  static constexpr int threads = warps * 32;
  static constexpr int rows = row_blocks * 16;
  static constexpr int tokens = 32;

  static constexpr int slices = 4;
  static constexpr int slice_steps = key_width / 16 / slices;  // 9 k-steps of 16
  static constexpr int row_groups = row_groups_of(row_blocks);
  static constexpr int score_row_blocks = row_blocks / row_groups;  // of a warp in QK
  static constexpr int token_groups = warps / slices / row_groups;  // 1 or 2
  static constexpr int score_blocks = tokens / 8 / token_groups;    // n8 blocks of a warp in QK
  static constexpr int warp_columns = value_width / warps;          // 64
  static constexpr int value_blocks = warp_columns / 8;             // n8 blocks of a warp in PV
  static constexpr int threads_per_row = threads / rows;            // in the softmax
  static constexpr int tokens_per_thread = tokens / threads_per_row;

  static constexpr int softmax_width = tokens_per_thread < 4 ? tokens_per_thread : 4;

  // Row strides. 16 bytes more than a multiple of 128 put the 8 rows that one ldmatrix phase reads
  // into 8 different groups of 4 banks.
  static constexpr int key_stride = key_width * 2 + 16;       // bytes
  static constexpr int probability_stride = tokens * 2 + 16;  // bytes

  static constexpr int stage_bytes = tokens * key_stride;
  static constexpr int scores_at = stages * stage_bytes;
  static constexpr int scores_bytes = slices * rows * tokens * 4;
  static constexpr int probabilities_at = scores_at + scores_bytes;
  static constexpr int probabilities_bytes = rows * probability_stride;
  static constexpr int factors_at =
      probabilities_at + probabilities_bytes;                // old sums shrink by this
  static constexpr int inverses_at = factors_at + rows * 4;  // 1 / sum at the end
  static constexpr int limits_at = inverses_at + rows * 4;   // keys that a row sees
  static constexpr int shared_bytes = limits_at + rows * 4;

  static_assert(slice_steps * slices * 16 == key_width);
  static_assert(token_groups * slices * row_groups == warps);
  static_assert(score_row_blocks * row_groups == row_blocks);
  static_assert(score_blocks % 2 == 0, "one ldmatrix brings two n8 blocks");
  static_assert(page_tokens % tokens == 0, "a tile lies within one page");
  static_assert(tokens * 8 == threads, "eight threads copy a token");
  static_assert(stages >= 2);
};

static_assert(DecodeTiling<1, 2>::shared_bytes <= portable_shared_bytes);
static_assert(DecodeTiling<2, 2>::shared_bytes <= portable_shared_bytes);

// --- QK
// ------------------------------------------------------------------------------------------------------

template <class Tiling>
BP_DEVICE constexpr int slice_of(int warp) {
  return warp % Tiling::slices;
}
/// First of the score_row_blocks that the warp scores.
template <class Tiling>
BP_DEVICE constexpr int row_block_of(int warp) {
  constexpr int row_groups = row_groups_of(Tiling::row_blocks);
  return warp / Tiling::slices % row_groups * (Tiling::row_blocks / row_groups);
}
/// First token of the tile that the warp scores.
template <class Tiling>
BP_DEVICE constexpr int first_token_of(int warp) {
  return warp / Tiling::slices / row_groups_of(Tiling::row_blocks) * Tiling::score_blocks * 8;
}

/// Row and column that register `i` (0..3, two values each) of an A fragment starts at, in lane
/// `lane`.
BP_DEVICE constexpr int a_row(int lane, int i) { return lane / 4 + i % 2 * 8; }
BP_DEVICE constexpr int a_column(int lane, int i) { return lane % 4 * 2 + i / 2 * 8; }
/// Row and column of accumulator `i` (0..3).
BP_DEVICE constexpr int c_row(int lane, int i) { return lane / 4 + i / 2 * 8; }
BP_DEVICE constexpr int c_column(int lane, int i) { return lane % 4 * 2 + i % 2; }

/// Keys as B operand (tokens are the columns n): where this lane's ldmatrix.x4 row starts, in bytes
/// from the tile, for two n8 blocks from `token` and the k-step from component `depth`. Matrices:
/// (n 0-7, k 0-7), (n 0-7, k 8-15), (n 8-15, k 0-7), (n 8-15, k 8-15).
template <class Tiling>
BP_DEVICE constexpr int key_address(int lane, int token, int depth) {
  const int row = token + lane / 16 * 8 + lane % 8;
  const int column = depth + lane / 8 % 2 * 8;
  return row * Tiling::key_stride + column * 2;
}

/// Where the score of a row and a token lies, in floats. Pieces of 4 change places so that neither
/// the stores of QK (4 rows, 2 pieces) nor the loads of the softmax (2 rows, 4 pieces) meet in a
/// bank.
template <class Tiling>
BP_DEVICE constexpr int score_offset(int row, int column) {
  const int piece = column / 4 ^ (row & 2) ^ (row & 1) << 2;
  return row * Tiling::tokens + piece * 4 + column % 4;
}

/// Column of value `i` of this thread in the softmax.
template <class Tiling>
BP_DEVICE constexpr int softmax_column(int thread, int i) {
  return (i / Tiling::softmax_width * Tiling::threads_per_row + thread % Tiling::threads_per_row) *
             Tiling::softmax_width +
         i % Tiling::softmax_width;
}

// --- PV
// ------------------------------------------------------------------------------------------------------

/// Probabilities as A operand: ldmatrix.x4 row of this lane, in bytes from the probabilities.
template <class Tiling>
BP_DEVICE constexpr int probability_address(int lane, int row_block, int token) {
  const int row = row_block * 16 + lane % 16;
  const int column = token + lane / 16 * 8;
  return row * Tiling::probability_stride + column * 2;
}

/// Values as B operand (tokens are the rows k): ldmatrix.x4.trans row of this lane, in bytes from
/// the tile, for two n8 blocks from `column`. Matrices: (k 0-7, n 0-7), (k 8-15, n 0-7), (k 0-7, n
/// 8-15), (k 8-15, n 8-15).
template <class Tiling>
BP_DEVICE constexpr int value_address(int lane, int token, int column) {
  const int row = token + lane % 16;
  return row * Tiling::key_stride + (column + lane / 16 * 8) * 2;
}

// --- copies and masks
// ----------------------------------------------------------------------------------------

/// Eight threads copy one token: 9 times 16 bytes each, 128 bytes apart.
inline constexpr int copies_per_thread = key_width * 2 / 128;
BP_DEVICE constexpr int copy_token(int thread) { return thread / 8; }
BP_DEVICE constexpr int copy_byte(int thread, int i) { return thread % 8 * 16 + i * 128; }

/// How many keys the query row (token * h_q + head) sees; may be negative where seqlen < s_q.
BP_DEVICE constexpr int visible_keys(int row, int seqlen, int s_q, int h_q, bool causal) {
  return causal ? seqlen - (s_q - 1 - row / h_q) : seqlen;
}

}  // namespace bp::mla
