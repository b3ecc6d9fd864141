// How the mma_sync decode kernel cuts 64 query rows among warps of two kinds, and where everything
// lies in shared memory. The fragment layouts (a_row, c_row, key_address, ...): decode_tiling.h.
#pragma once

#include "kernels/mla/decode_tiling.h"

namespace bp::mla {

/// A block of 12 warps takes 64 query rows and walks over the keys in tiles of `tokens`. Four score
/// warps: two halves of the rows times two halves of the depth of 576; of the 18 k-steps of a half,
/// each keeps Q of `resident_steps` in registers and reads the others from shared memory. Eight
/// value warps: 64 of the 512 value columns each, all rows.
template <int tokens_, int stages_, int resident_steps_>
struct WideTiling {
  static constexpr int tokens = tokens_;
  static constexpr int stages = stages_;  // key tiles in flight or in use
  static constexpr int rows = 64;
  static constexpr int row_blocks = rows / 16;
  static constexpr int score_warps = 4;
  static constexpr int value_warps = 8;
  static constexpr int score_threads = score_warps * 32;
  static constexpr int value_threads = value_warps * 32;
  static constexpr int threads = score_threads + value_threads;

  // Q K^T: a warp's tile is 32 rows by all tokens by half of the depth.
  static constexpr int steps = key_width / 16 / 2;
  static constexpr int resident_steps = resident_steps_;
  static constexpr int loaded_steps = steps - resident_steps;
  static constexpr int score_blocks = tokens / 8;  // n8 blocks
  /// Every second step is read until there are enough.
  BP_DEVICE static constexpr bool is_resident(int step) {
    return step % 2 == 0 || step / 2 >= loaded_steps;
  }
  BP_DEVICE static constexpr int residents_before(int step) {
    return step - (step / 2 < loaded_steps ? step / 2 : loaded_steps);
  }

  // P V: a warp's tile is 64 rows by 64 columns.
  static constexpr int warp_columns = value_width / value_warps;
  static constexpr int value_blocks = warp_columns / 8;  // n8 blocks
  static constexpr int value_steps = tokens / 16;        // k-steps

  // The value warps copy: so many threads a token, 16 bytes at a time each.
  static constexpr int copy_threads = value_threads / tokens;
  static constexpr int copies = (key_width * 2 / 16 + copy_threads - 1) / copy_threads;

  static constexpr int key_stride = key_width * 2 + 16;  // as in DecodeTiling
  static constexpr int stage_bytes = tokens * key_stride;
  static constexpr int fragment_bytes = 32 * 16;  // an A fragment, lane after lane
  static constexpr int query_at = stages * stage_bytes;
  static constexpr int query_warp_bytes = loaded_steps * 2 * fragment_bytes;
  static constexpr int exchange_at = query_at + score_warps * query_warp_bytes;
  static constexpr int exchange_warp_bytes = 16 * tokens * 4;

  // Two messages from the score warps to the value warps; within one:
  static constexpr int messages_at = exchange_at + score_warps * exchange_warp_bytes;
  static constexpr int factors_at = value_steps * row_blocks * fragment_bytes;  // after P
  static constexpr int changed_at = factors_at + rows * 4;
  static constexpr int order_at = changed_at + row_blocks * 4;
  static constexpr int message_bytes = order_at + 16;

  static constexpr int orders_at = messages_at + 2 * message_bytes;  // of the first tiles
  static constexpr int barriers_at = orders_at + stages * 8;
  static constexpr int shared_bytes = barriers_at + stages * 8;

  static_assert(page_tokens % tokens == 0, "a tile lies within one page");
  static_assert(tokens % 16 == 0 && stages >= 2);
};

/// For GPUs with 99 KiB a block, with 163 KiB (sm_80) and with 227 KiB.
using WideSmall = WideTiling<16, 3, 10>;
using WideMiddle = WideTiling<32, 3, 9>;
using WideLarge = WideTiling<32, 4, 9>;

static_assert(WideSmall::shared_bytes <= portable_shared_bytes);

}  // namespace bp::mla
