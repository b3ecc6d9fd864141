// Tiles of the indexer on wgmma: known to the kernel and to the host that launches it.
#pragma once

#include "kernels/dsa/indexer_params.h"

namespace bp::dsa {

/// What a launch takes: a tensor map (128 bytes) of the queries, rows of 128 bytes, a box of
/// `columns` rows; one of the keys, contiguous as rows, or [pages, 64, 128], a box of 64 rows.
struct IndexerWgmmaParams {
  alignas(64) unsigned char q_map[128];
  alignas(64) unsigned char k_map[128];
  IndexerParams indexer;
};

/// Four warpgroups multiply, one warp of a fifth loads. `tokens_`: of a warpgroup. Contiguous keys:
/// each warpgroup has its own tokens and sees every tile of 64 keys. Pages: all have the same
/// tokens, and each takes every fourth page.
template <int heads_, int tokens_, bool paged_>
struct IndexerWgmmaTiling {
  static constexpr int heads = heads_;
  static constexpr int tokens = tokens_;
  static constexpr bool paged = paged_;
  static constexpr int columns = heads * tokens;  // N of wgmma
  static constexpr int groups = 4;
  static constexpr int threads = groups * 128 + 128;
  // 640 threads leave 96 registers to each: those that load give theirs to those that multiply.
  static constexpr int consumer_registers = 112;
  static constexpr int producer_registers = 32;
  static constexpr int query_tiles = paged ? 1 : groups;
  static constexpr int block_tokens = query_tiles * tokens;
  static constexpr int query_bytes = columns * indexer_width;
  static constexpr int query_stages = 2;
  static constexpr int key_bytes = indexer_tile * indexer_width;
  static constexpr int stages = paged ? 16 : 8;
  static constexpr int scales_at =
      query_stages * query_tiles * query_bytes + stages * key_bytes;  // of pages alone
  static constexpr int barriers_at = scales_at + (paged ? stages * indexer_tile * 4 : 0);
  static constexpr int alignment = 1024;
  static constexpr int shared_bytes = alignment + barriers_at + 8 * 2 * (stages + query_stages);
};

}  // namespace bp::dsa
