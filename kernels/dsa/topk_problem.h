// Inputs for checks, tests and benchmarks of top-k selection: rows of all the kinds that make one
// method or another go wrong.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace bp::dsa {

enum class TopkRowKind : std::uint8_t {
  normal,        // N(0, 1)
  constant,      // one value
  few_values,    // four values, the same number of each
  rare_largest,  // fewer than k ones among zeros
  rising,        // sorted
  falling,
  narrow,  // neighbours in the last bits of 1000
  denormal,
  huge,            // up to the largest finite values of both signs, with infinities
  minus_infinity,  // mostly -inf
  nan,             // every third value is NaN, of both signs
  mostly_nan,      // too few numbers for k
  periodic,  // what a sample of evenly spread groups does not see: the large values lie between
  zeros,     // -0 and +0
};
inline constexpr int topk_row_kinds = 14;
std::string to_string(TopkRowKind kind);

struct TopkRowShape {
  TopkRowKind kind = TopkRowKind::normal;
  int length = 0;
};

/// Rows lie `row_stride` apart, each from column `begin`; what is outside of their ranges is NaN.
struct TopkInputs {
  int k = 0;
  int row_stride = 0;
  std::vector<float> logits;            // of distinct rows, each row_stride long
  std::vector<std::int32_t> row_begin;  // of all rows
  std::vector<std::int32_t> row_end;
  /// Rows of the problem; row r has the logits of row r % distinct().
  int rows = 0;
  /// Empty: no translation.
  std::vector<std::int32_t> block_table;
  int rows_per_table = 1;
  int table_stride = 0;
  int page_tokens = 1;

  int distinct() const { return static_cast<int>(logits.size()) / row_stride; }
  /// The columns [row_begin, row_end) of a row.
  std::span<const float> row(int index) const;
  /// What is to be written for a selection of this row: columns of its range become columns, then
  /// places in the cache; -1 stays.
  std::vector<std::int32_t> written(int index, std::span<const std::int32_t> chosen) const;
  /// The other way round: columns of the range; -2 for what no column of the row gives.
  std::vector<std::int32_t> chosen(int index, std::span<const std::int32_t> written) const;
};

struct TopkOptions {
  int first_begin = 0;  // row r begins at column first_begin + r % 5
  int page_tokens = 0;  // 0: no translation
  int rows_per_table = 1;
};

TopkInputs make_topk_inputs(std::span<const TopkRowShape> rows, int k, std::uint64_t seed,
                            const TopkOptions& options = {});

/// `rows` rows of the same kind and length, few of them distinct.
TopkInputs make_large_topk_inputs(int rows, int length, int k, TopkRowKind kind,
                                  std::uint64_t seed);

}  // namespace bp::dsa
