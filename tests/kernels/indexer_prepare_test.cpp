// Reference and inputs of indexer_prepare: no GPU.
#include "kernels/reference/indexer_prepare.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "kernels/dsa/indexer_prepare_problem.h"
#include "kernels/reference/bf16.h"

namespace bp::dsa {
namespace {

std::vector<float> no_rotation() {
  std::vector<float> table(64);
  std::fill_n(table.begin(), 32, 1.0f);
  return table;
}

/// A row that is 1 at one place.
std::vector<std::uint16_t> unit_row(std::size_t place) {
  std::vector<std::uint16_t> row(128);
  row[place] = to_bf16(1.0f);
  return row;
}

TEST(IndexerPrepareReference, HadamardOfUnitsByHand) {
  const double r = 1 / std::sqrt(128.0);
  const auto first = rotate_indexer_row(unit_row(0), no_rotation(), false);
  for (const double x : first) EXPECT_DOUBLE_EQ(x, r);
  const auto second = rotate_indexer_row(unit_row(1), no_rotation(), false);
  const auto last = rotate_indexer_row(unit_row(64), no_rotation(), false);
  for (std::size_t i = 0; i < 128; ++i) {
    EXPECT_DOUBLE_EQ(second[i], i % 2 == 0 ? r : -r);
    EXPECT_DOUBLE_EQ(last[i], i < 64 ? r : -r);
  }
}

TEST(IndexerPrepareReference, HadamardTwiceIsTheIdentity) {
  std::vector<std::uint16_t> row(128);
  for (std::size_t i = 0; i < 128; ++i) row[i] = to_bf16(static_cast<float>(i * 7 % 16) * 0.5f);
  const auto once = rotate_indexer_row(row, no_rotation(), false);
  double norm = 0;
  double expected = 0;
  for (std::size_t i = 0; i < 128; ++i) {
    double twice = 0;
    for (std::size_t j = 0; j < 128; ++j) {
      twice += (__builtin_popcountll(i & j) % 2 == 0 ? once[j] : -once[j]) / std::sqrt(128.0);
    }
    EXPECT_NEAR(twice, static_cast<double>(from_bf16(row[i])), 1e-12);
    norm += once[i] * once[i];
    expected += static_cast<double>(from_bf16(row[i])) * static_cast<double>(from_bf16(row[i]));
  }
  EXPECT_NEAR(norm, expected, 1e-9);
}

// A quarter turn of pair 3 moves component 3 (or 6) to 35 (or 7), and turns the sign the other way.
TEST(IndexerPrepareReference, RopeTurnsItsPairs) {
  auto table = no_rotation();
  table[3] = 0;
  table[32 + 3] = 1;
  const std::size_t pairs[2][2] = {{3, 35}, {6, 7}};
  for (const bool interleaved : {false, true}) {
    const auto& pair = pairs[interleaved ? 1 : 0];
    EXPECT_EQ(rotate_indexer_row(unit_row(pair[0]), table, interleaved),
              rotate_indexer_row(unit_row(pair[1]), no_rotation(), interleaved));
    const auto back = rotate_indexer_row(unit_row(pair[1]), table, interleaved);
    const auto plain = rotate_indexer_row(unit_row(pair[0]), no_rotation(), interleaved);
    for (std::size_t i = 0; i < 128; ++i) EXPECT_DOUBLE_EQ(back[i], -plain[i]);
    // The upper half is not turned.
    EXPECT_EQ(rotate_indexer_row(unit_row(67), table, interleaved),
              rotate_indexer_row(unit_row(67), no_rotation(), interleaved));
  }
  EXPECT_THROW(rotate_indexer_row(std::vector<std::uint16_t>(127), table, false),
               std::out_of_range);
}

TEST(IndexerPrepareReference, ScalesByHand) {
  IndexerRow row{};
  EXPECT_DOUBLE_EQ(indexer_row_scale(row, false), 1e-4 / 448);
  row[5] = -896;
  EXPECT_DOUBLE_EQ(indexer_row_scale(row, false), 2);
  EXPECT_DOUBLE_EQ(indexer_row_scale(row, true), 2);
  row[9] = 897;
  EXPECT_DOUBLE_EQ(indexer_row_scale(row, true), 4);
}

// Truncation instead of rounding to nearest would be told.
TEST(IndexerPrepareLimits, TellTruncationFromRounding) {
  const double exact[] = {1.12, 1.0624};
  const double nearest[] = {1.125, 1.0};
  const double truncated[] = {1.0, 1.0};
  EXPECT_TRUE(
      compare(nearest, exact,
              {indexer_prepare_code_limits.absolute, indexer_prepare_code_limits.relative, -1})
          .equal);
  EXPECT_FALSE(compare(truncated, exact, indexer_prepare_code_limits).equal);
}

TEST(IndexerPrepareInputs, SlotsAreDifferentAndSomeAreNone) {
  const auto in = make_indexer_prepare_inputs({100, 32, true, false, false}, 1);
  EXPECT_EQ(std::ranges::count(in.slots, -1), 7);
  EXPECT_EQ(std::ranges::count(in.slots, in.cache_slots()), 7);
  auto slots = in.slots;
  std::erase_if(slots, [&](int slot) { return in.is_skipped(slot); });
  std::ranges::sort(slots);
  EXPECT_EQ(std::ranges::adjacent_find(slots), slots.end());
  EXPECT_LT(slots.back(), in.pages * 64);
  EXPECT_EQ(in.cache_slots(), in.pages * 64);
  EXPECT_EQ(indexer_prepare_reference(in, 0, 100).k_scale.size(), 86u);
  EXPECT_EQ(indexer_prepare_reference(in, 6, 1).k.size(), 0u);   // negative
  EXPECT_EQ(indexer_prepare_reference(in, 13, 1).k.size(), 0u);  // behind the cache
  EXPECT_EQ(indexer_prepare_reference(in, 14, 1).k.size(), 128u);
}

}  // namespace
}  // namespace bp::dsa
