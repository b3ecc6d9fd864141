// What a launch of the lightning indexer takes, on every path, and what it computes:
//
//   logits[m, n] = k_scale[n] * sum_h weights[m, h] * relu(sum_d q[m, h, d] * k[n, d])
//
// for n in [first[m], end[m]); every other n below `columns` gets -inf. This is what DeepSeek-V3.2
// and GLM-5 rank tokens by (DeepGEMM csrc/apis/attention.hpp, fp8_mqa_logits). The scale of q is
// part of the weights, that of k commutes with relu because it is positive.
#pragma once

#include <cstdint>

namespace bp::dsa {

inline constexpr int indexer_width = 128;  // d
inline constexpr int indexer_tile = 64;    // columns that are computed together; a page's tokens
inline constexpr int indexer_page_bytes = 64 * (indexer_width + 4);
inline constexpr int indexer_page_bytes_bf16 = 64 * indexer_width * 2;

/// What one thread block does next: a block of tokens against tiles [begin, end) of 64 columns. It
/// writes the columns [write_begin, write_end), -inf where no tile of its own lies.
struct IndexerSegment {
  std::int32_t block;
  std::int32_t begin;
  std::int32_t end;
  std::int32_t write_begin;
  std::int32_t write_end;
};

/// Pointers are to the GPU's memory. `tokens` are rows of q; a block is `block_tokens` of them that
/// see the same keys. Keys are contiguous, or paged where `block_table` is given: then a block is
/// a request, and its key n is row n % 64 of page block_table[block, n / 64].
struct IndexerParams {
  const void* q;         // e4m3 or bf16 [tokens, heads, 128]
  const float* weights;  // [tokens, heads]
  /// Contiguous: e4m3 or bf16 [columns, 128]. Paged: pages of 64 * 128 e4m3 values and then 64
  /// float scales (DeepGEMM tests/test_attention.py:294-305), or of 64 * 128 bf16 values.
  const void* k;
  const float* k_scale;             // [columns]; null: paged, or bf16 without scales
  const std::int32_t* block_table;  // [requests, max_pages]; entries behind the end may be anything
  const std::int32_t* first;        // [tokens]
  const std::int32_t* end;          // [tokens]
  const IndexerSegment* segments;
  const std::int32_t* part_begin;  // segments of thread block i: [part_begin[i], part_begin[i + 1])
  float* logits;                   // [tokens, row_stride]
  std::int32_t tokens;
  std::int32_t block_tokens;
  std::int32_t columns;
  std::int32_t row_stride;
  std::int32_t max_pages;
};

}  // namespace bp::dsa
