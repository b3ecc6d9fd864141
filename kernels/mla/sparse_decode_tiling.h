// How the mma_sync kernel of sparse decode cuts its work: which warp and lane owns which element,
// and where it lies in shared memory. Plain integer functions, so that the tests can check them
// without a GPU. Fragment layouts: decode_tiling.h.
#pragma once

#include "kernels/device_code.h"
#include "kernels/mla/decode_tiling.h"
#include "kernels/mla/sparse_decode_params.h"
#include "kernels/tuning.h"

namespace bp::mla {

/// A block of 12 warps takes `row_blocks` x 16 heads of one query and walks over its candidates in
/// tiles of 32. The last 4 warps fetch and convert: FP8 from global memory through registers to
/// bf16 in shared memory, one tile ahead. The first 8 compute:
///   QK: the depth is cut into 4 slices; a warp owns one slice of one row block (two row blocks) or
///       of one half of the tokens (one row block). So its part of Q stays in registers for good.
///       The 4 partial sums meet in shared memory.
///   PV: each warp owns 64 of the 512 value columns for all rows.
template <class Kv_, int row_blocks_>
struct SparseTiling {
  using Kv = Kv_;
  static constexpr int row_blocks = row_blocks_;
  static constexpr int rows = row_blocks * 16;
  static constexpr int compute_warps = 8;
  static constexpr int compute_threads = compute_warps * 32;
  static constexpr int fetch_threads = 128;
  static constexpr int threads = compute_threads + fetch_threads;
  static constexpr int stages = 2;
  static constexpr int tokens = 32;
  static constexpr int tiles_per_block = candidate_block / tokens;

  static constexpr int slices = 4;
  static constexpr int slice_steps = Kv::key_width / 16 / slices;  // k-steps of 16: 9 or 8
  static constexpr int token_groups = compute_warps / slices / row_blocks;
  static constexpr int score_blocks = tokens / 8 / token_groups;  // n8 blocks of a warp in QK
  static constexpr int warp_columns = sparse_value_width / compute_warps;
  static constexpr int value_blocks = warp_columns / 8;
  static constexpr int threads_per_row = compute_threads / rows;  // in the softmax
  static constexpr int tokens_per_thread = tokens / threads_per_row;

  // Row strides: as in DecodeTiling.
  static constexpr int key_stride = Kv::key_width * 2 + 16;   // bytes
  static constexpr int score_stride = tokens + 8;             // floats
  static constexpr int probability_stride = tokens * 2 + 16;  // bytes

  static constexpr int stage_bytes = tokens * key_stride;
  static constexpr int scores_at = stages * stage_bytes;
  static constexpr int probabilities_at = scores_at + slices * rows * score_stride * 4;
  static constexpr int factors_at = probabilities_at + rows * probability_stride;
  static constexpr int inverses_at = factors_at + rows * 4;
  static constexpr int masks_at = inverses_at + rows * 4;  // 0 or -inf, of each stage's tokens
  static constexpr int barrier_at = masks_at + stages * tokens * 4;
  static constexpr int shared_bytes = barrier_at + 8;

  static_assert(slice_steps * slices * 16 == Kv::key_width);
  static_assert(token_groups * slices * row_blocks == compute_warps);
};

static_assert(SparseTiling<KvV32, 2>::shared_bytes <= portable_shared_bytes);
static_assert(SparseTiling<KvModel1, 2>::shared_bytes <= portable_shared_bytes);

// --- fetching: 8 threads take one token, 16 tokens at a time

inline constexpr int pass_tokens = 16;
inline constexpr int token_threads = 8;

/// A thread's chunk i is the bytes [16 (8 i + t), + 16) of the token's e4m3 values, t = its number
/// among the 8 threads.
template <class Kv>
BP_HOST_DEVICE constexpr int chunks_of(int t) {
  return (Kv::nope_width / 16 - t + token_threads - 1) / token_threads;
}
template <class Kv>
inline constexpr int most_chunks = (Kv::nope_width / 16 + token_threads - 1) / token_threads;

/// Whether all 8 threads have a chunk `i`.
template <class Kv>
BP_HOST_DEVICE constexpr bool is_whole(int i) {
  return (i + 1) * token_threads <= Kv::nope_width / 16;
}

template <class Kv>
BP_HOST_DEVICE constexpr int scale_of_chunk(int i, int t) {
  return (i * token_threads + t) * 16 / Kv::group;
}

/// Where the two halves of a chunk go, as runs of 8 components within the row in shared memory. Not
/// next to each other: first all first halves of the 8 threads, then all second halves, so that 8
/// threads write 128 bytes without gaps, each bank once. Q and O follow the same order.
template <class Kv>
BP_HOST_DEVICE constexpr int run_of_chunk(int i, int t, int half) {
  const int left = Kv::nope_width / 16 - i * token_threads;  // chunks from the first of these
  const int together = left < token_threads ? left : token_threads;
  return i * token_threads * 2 + half * together + t;
}

/// The run of 8 components of K that lies at `run` of the row in shared memory: the inverse.
/// Written with constant divisors.
template <class Kv>
BP_HOST_DEVICE constexpr int component_run(int run) {
  constexpr int whole = Kv::nope_width / 16 / token_threads * token_threads;  // chunks
  constexpr int rest = Kv::nope_width / 16 - whole;
  if (run >= Kv::nope_width / 8) return run;
  if (rest == 0 || run < whole * 2) {
    const int within = run % (token_threads * 2);
    return run - within + within % token_threads * 2 + within / token_threads;
  }
  constexpr int last = rest == 0 ? 1 : rest;
  const int within = run - whole * 2;
  return whole * 2 + within % last * 2 + within / last;
}

}  // namespace bp::mla
