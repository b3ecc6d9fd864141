// Tiles of the indexer on mma.sync: known to the kernel and to the host that launches it.
#pragma once

#include "kernels/dsa/indexer_params.h"

namespace bp::dsa {

/// What the matrix unit multiplies: e4m3 as it is (sm_89 and up), e4m3 as f16, or bf16.
enum class IndexerArithmetic : std::uint8_t { e4m3, f16, bf16 };

/// Groups of a thread block of contiguous keys: 16-bit queries fill the registers of eight warps on
/// an SM, those in e4m3 of twelve, in three blocks.
inline constexpr int indexer_groups_16bit = 8;
inline constexpr int indexer_groups_e4m3 = 4;

/// `tokens_`: of a warp. `groups`: sets of tokens in a thread block; of contiguous keys a warp
/// each, of pages four warps each.
template <IndexerArithmetic arithmetic_, int heads_, int tokens_, int groups, bool paged_>
struct IndexerTiling {
  static constexpr IndexerArithmetic arithmetic = arithmetic_;
  static constexpr int heads = heads_;
  static constexpr int tokens = tokens_;
  static constexpr bool paged = paged_;
  static constexpr bool scaled = arithmetic != IndexerArithmetic::bf16;
  static constexpr int column_tiles = heads * tokens / 8;
  static constexpr int row_bytes = indexer_width * (scaled ? 1 : 2);
  static constexpr int steps = row_bytes / 32;  // of 32 bytes of a key
  static constexpr int products = arithmetic == IndexerArithmetic::f16 ? 2 * steps : steps;
  static constexpr int together = column_tiles < 4 ? column_tiles : 4;  // accumulators at a time
  /// Of 16 keys: the sums of one hide behind the products of the other. In e4m3 other warps do
  /// that.
  static constexpr int stripes_together = arithmetic == IndexerArithmetic::e4m3 ? 1 : 2;
  static constexpr int threads = groups * (paged ? 128 : 32);
  static constexpr int block_tokens = groups * tokens;
  static constexpr int key_bytes = indexer_tile * row_bytes;
  static constexpr int stage_bytes = key_bytes + (scaled ? 4 * indexer_tile : 0);
  static constexpr int page_bytes = scaled ? indexer_page_bytes : indexer_page_bytes_bf16;
  /// Each warp copies what it alone reads.
  static constexpr bool own_stages = paged && groups == 1;
  static constexpr int stages = own_stages ? 5 : 4;
  static constexpr int shared_bytes = stages * stage_bytes;
  /// Registers: the queries of 64 columns are 64 of them in e4m3, 128 as 16-bit numbers.
  static constexpr int blocks_per_multiprocessor =
      (arithmetic == IndexerArithmetic::e4m3 || column_tiles == 4 ? 384 : 256) / threads;
  /// What the compiler has to leave room for: where e4m3 is made of f16 it needs more registers.
  static constexpr int least_blocks =
      (arithmetic != IndexerArithmetic::e4m3 && column_tiles == 4 ? 384 : 256) / threads;
};

}  // namespace bp::dsa
