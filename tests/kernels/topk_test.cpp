// Host side of top-k selection: keys, reference, inputs.
#include "kernels/reference/topk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

#include "kernels/dsa/topk_key.h"
#include "kernels/dsa/topk_problem.h"
#include "kernels/dsa/topk_simt.h"
#include "probes/driver/outcome.h"

namespace bp::dsa {
namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();
constexpr float inf = std::numeric_limits<float>::infinity();
using Columns = std::vector<std::int32_t>;

std::uint32_t key(float value) { return key_of_bits(std::bit_cast<std::uint32_t>(value)); }

TEST(TopkKey, HasTheOrderOfTheFloats) {
  constexpr float denormal = std::numeric_limits<float>::denorm_min();
  constexpr float largest = std::numeric_limits<float>::max();
  const std::array rising{-inf, -largest, -1.0f, -denormal, 0.0f, denormal, 1.0f, largest, inf};
  for (std::size_t i = 1; i < rising.size(); ++i) EXPECT_LT(key(rising[i - 1]), key(rising[i]));
  EXPECT_EQ(key(-0.0f), key(0.0f));
  EXPECT_EQ(key(nan), nan_key);
  EXPECT_EQ(key(-nan), nan_key);
  EXPECT_EQ(key(-inf), lowest_number_key);
  EXPECT_EQ(key(inf), highest_number_key);
}

TEST(TopkKey, ALimitOfFloatsSaysTheSameAsAKey) {
  const std::array values{-inf, -3.5f, -1e-40f, -0.0f, 0.0f, 1e-40f, 7.0f, inf, nan, -nan};
  std::vector<std::uint32_t> keys{1,          0x7ffffe,   0x7fffff,   0x800000,  0x7fffffff,
                                  0x80000000, 0xff800000, 0xff800001, 0xffffffff};
  for (const float value : values) {
    for (const int step : {-1, 0, 1}) keys.push_back(key(value) + static_cast<unsigned>(step));
  }
  for (const std::uint32_t each : keys) {
    if (each == 0) continue;
    const auto limit = std::bit_cast<float>(bits_of_limit(each));
    for (const float value : values) {
      EXPECT_EQ(value >= limit, key(value) >= each) << value << ", key " << each;
    }
  }
}

TEST(TopkReference, TakesTheLargestInOrderOfColumns) {
  EXPECT_EQ(topk_reference(std::array{1.0f, 5.0f, -2.0f, 4.0f, 3.0f}, 3), (Columns{1, 3, 4}));
}

TEST(TopkReference, OfEqualOnesTheFirst) {
  EXPECT_EQ(topk_reference(std::array{2.0f, 7.0f, 2.0f, 2.0f, 7.0f}, 4), (Columns{0, 1, 2, 4}));
  EXPECT_EQ(topk_reference(std::array{0.0f, -0.0f, 0.0f}, 2), (Columns{0, 1}));
}

TEST(TopkReference, NanIsTheLast) {
  EXPECT_EQ(topk_reference(std::array{nan, -inf, nan, 1.0f}, 2), (Columns{1, 3}));
  EXPECT_EQ(topk_reference(std::array{nan, -inf, nan, -nan}, 3), (Columns{0, 1, 2}));
}

TEST(TopkReference, ShortRowsEndWithMinusOne) {
  EXPECT_EQ(topk_reference(std::array{3.0f, nan}, 4), (Columns{0, 1, -1, -1}));
  EXPECT_EQ(topk_reference({}, 2), (Columns{-1, -1}));
}

TEST(TopkReference, SelectedValuesAreSorted) {
  const std::array row{1.0f, nan, 3.0f, 2.0f};
  const auto values = selected_values(row, Columns{0, 1, 2, -1});
  ASSERT_EQ(values.size(), 3u);
  EXPECT_EQ(values[0], 3);
  EXPECT_EQ(values[1], 1);
  EXPECT_TRUE(std::isnan(values[2]));
}

TEST(TopkInputs, AreTranslatedThereAndBack) {
  const std::array rows{TopkRowShape{TopkRowKind::normal, 10}, TopkRowShape{TopkRowKind::normal, 7},
                        TopkRowShape{TopkRowKind::normal, 12}};
  const auto inputs = make_topk_inputs(rows, 4, 1, {1, 4, 2});
  for (int row = 0; row < inputs.rows; ++row) {
    const Columns columns{0, 3, 6, -1};
    const auto written = inputs.written(row, columns);
    EXPECT_EQ(inputs.chosen(row, written), columns);
    // Column 0 of the range is column begin of the row, in the page that its table says.
    const auto begin = inputs.row_begin[static_cast<std::size_t>(row)];
    const auto entry = static_cast<std::size_t>(row / 2 * inputs.table_stride + begin / 4);
    EXPECT_EQ(written[0], inputs.block_table[entry] * 4 + begin % 4);
    EXPECT_EQ(inputs.chosen(row, Columns{1 << 30}), (Columns{-2}));
  }
}

TEST(TopkInputs, AWrongSelectionIsSeen) {
  const std::array rows{TopkRowShape{TopkRowKind::normal, 10}};
  const auto inputs = make_topk_inputs(rows, 3, 1);
  const auto expected = expected_topk_row(inputs, 0);
  const auto right = topk_reference(inputs.row(0), 3);
  EXPECT_EQ(topk_row_values(inputs, 0, right).values, expected.values);
  EXPECT_EQ(topk_row_values(inputs, 0, right).indices, expected.indices);
  auto wrong = right;
  for (std::int32_t column = 0; std::ranges::find(right, wrong[0]) != right.end(); ++column) {
    wrong[0] = column;
  }
  EXPECT_NE(topk_row_values(inputs, 0, wrong).values, expected.values);
  EXPECT_THROW(topk_row_values(inputs, 0, Columns{1, 1, 2}), WrongOutput);
  EXPECT_THROW(topk_row_values(inputs, 0, Columns{1, 2, 10}), WrongOutput);
}

}  // namespace
}  // namespace bp::dsa
