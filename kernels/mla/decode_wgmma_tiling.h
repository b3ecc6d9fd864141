// How the wgmma decode kernel cuts its work, and what lies in its shared memory. No CUDA type in
// it, so that host and device can read it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/mla/decode_params.h"

namespace bp::mla {

/// A block takes 64 query rows and walks over the pages, one at a time. Three warpgroups:
///   scores   Q K^T of 64 rows x 64 tokens with Q in its registers, softmax, P to shared memory
///   values   two of them, each O += P V for 256 of the 512 columns of V
/// A page lies in shared memory as TMA brings it: 9 boxes of 64 tokens x 64 components, 128-byte
/// swizzle. The eight boxes of V stay until P V, and there is room for three pages of them because
/// most of Q is in registers. The last box, the RoPE components, is free again after Q K^T.
struct WgmmaDecodeTiling {
  static constexpr int rows = 64;
  static constexpr int stages = 3;          // pages of V in shared memory
  static constexpr int register_boxes = 7;  // of Q; the others are in shared memory
  static constexpr int group_threads = 128;
  static constexpr int threads = 3 * group_threads;
  static constexpr int box_width = 64;  // components
  static constexpr int box_bytes = page_tokens * box_width * 2;
  static constexpr int boxes = key_width / box_width;
  static constexpr int half_boxes = value_width / box_width / 2;  // of one values warpgroup
  static constexpr int rope_box = boxes - 1;
  static constexpr int query_boxes = boxes - register_boxes;  // in shared memory

  // Registers of a thread: 504 for the three of them, what 168 at the launch leave to move around.
  static constexpr int scores_registers = 184;
  static constexpr int values_registers = 160;
};

/// How far the search for the next page has come.
struct WgmmaPageWalk {
  std::int32_t segment;
  std::int32_t end_segment;
  std::int32_t request;
  std::int32_t page;
  std::int32_t end_page;
};

/// The block's shared memory, at a multiple of 1024 bytes as the swizzle needs it.
struct alignas(1024) WgmmaDecodeShared {
  using Tiling = WgmmaDecodeTiling;
  std::uint8_t values[Tiling::stages][2 * Tiling::half_boxes][Tiling::box_bytes];
  std::uint8_t rope[Tiling::box_bytes];
  std::uint8_t probabilities[Tiling::box_bytes];
  std::uint8_t query[Tiling::query_boxes][Tiling::box_bytes];
  float factors[Tiling::stages][Tiling::rows];  // what sums and outputs so far shrink by
  float inverses[Tiling::rows];                 // 1 / sum, at the end of a piece
  std::int32_t next_page[Tiling::stages];       // what follows three pages later; -1: nothing
  WgmmaPageWalk walk;
  std::uint64_t full[Tiling::stages][2];  // the boxes of one values warpgroup have come
  std::uint64_t rope_full;
  std::uint64_t scored;              // P and the factors are there
  std::uint64_t probabilities_free;  // both values warpgroups are done with P
  std::uint64_t sums_full;           // `inverses` is there
  std::uint64_t sums_free;
};

/// What TMA needs to know of the cache: a CUtensorMap.
struct alignas(64) TensorMapBytes {
  std::uint8_t bytes[128];
};

}  // namespace bp::mla
