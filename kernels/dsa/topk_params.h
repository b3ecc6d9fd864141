// What host and device of the top-k selection agree on.
//
// The operation: of each row of logits the k largest. What makes the result one and the same
// whatever runs when:
//   - NaN ranks below everything, -inf included; -0 and +0 are equal
//   - of equal values at the border the ones with the lowest columns are chosen
//   - the chosen columns come in rising order
//   - a row of at most k columns gives all of them; what is left of its k places becomes -1
// A row's columns are [row_begin, row_end); what is chosen is the column itself, or, with a block
// table, the place of that token in a paged cache: table[column / page_tokens] * page_tokens +
// column % page_tokens, what the sparse kernels take as an index. Entries of a table that no chosen
// column needs are not read.
#pragma once

#include <cstdint>

namespace bp::dsa {

inline constexpr int largest_k = 2048;

/// All pointers are device addresses.
struct TopkParams {
  const float* logits;              // [rows, row_stride]; a row may start at any element
  const std::int32_t* row_begin;    // [rows]; null: 0
  const std::int32_t* row_end;      // [rows]; null: `columns`
  const std::int32_t* block_table;  // [rows / rows_per_table, table_stride]; null: no translation
  std::int32_t* indices;            // [rows, k]
  std::int64_t row_stride;          // elements
  std::int32_t columns;
  std::int32_t k;               // 1 .. largest_k
  std::int32_t rows_per_table;  // query tokens of a request
  std::int32_t table_stride;
  std::int32_t page_tokens;
};

}  // namespace bp::dsa
