// The double-precision reference of dense prefill against values computed by hand, the inputs and
// the plan.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/mla/dense_prefill_plan.h"
#include "kernels/mla/dense_prefill_problem.h"
#include "kernels/mla/dense_prefill_shapes.h"
#include "kernels/reference/bf16.h"

namespace bp {
namespace {

constexpr double prefill_inf = std::numeric_limits<double>::infinity();

std::vector<std::uint16_t> bits_of(std::initializer_list<float> values) {
  std::vector<std::uint16_t> bits;
  for (const float value : values) bits.push_back(to_bf16(value));
  return bits;
}

/// One head of width 2 and values of width 1, by hand: logits are ln 2 * (q . k) with scale ln 2,
/// so that the weights are powers of two.
struct ByHand {
  std::vector<std::uint16_t> q = bits_of({1, 0, 0, 1, 1, 1});
  std::vector<std::uint16_t> k = bits_of({0, 0, 1, 2, 3, 1});
  std::vector<std::uint16_t> v = bits_of({8, 16, 32});
  std::vector<std::int32_t> cu_q{0, 3};
  std::vector<std::int32_t> cu_k{0, 3};
  DensePrefillProblem problem(bool causal) const {
    return {1, 2, 1, causal, std::log(2.0), q, k, v, cu_q, cu_k};
  }
};

TEST(DensePrefillReference, ByHandWithoutCausality) {
  const ByHand in;
  const auto p = in.problem(false);
  const auto result = dense_prefill_reference(p, all_prefill_rows(p));
  // Weights 1, 2, 8; 1, 4, 2; 1, 8, 16.
  EXPECT_NEAR(result.out[0], (8 + 2 * 16 + 8 * 32) / 11.0, 1e-12);
  EXPECT_NEAR(result.out[1], (8 + 4 * 16 + 2 * 32) / 7.0, 1e-12);
  EXPECT_NEAR(result.out[2], (8 + 8 * 16 + 16 * 32) / 25.0, 1e-12);
  EXPECT_NEAR(result.lse[0], std::log(11.0), 1e-12);
  EXPECT_NEAR(result.lse[1], std::log(7.0), 1e-12);
  EXPECT_NEAR(result.lse[2], std::log(25.0), 1e-12);
}

TEST(DensePrefillReference, ByHandCausal) {
  const ByHand in;
  const auto p = in.problem(true);
  const auto result = dense_prefill_reference(p, all_prefill_rows(p));
  EXPECT_EQ(result.out[0], 8);
  EXPECT_EQ(result.lse[0], 0);
  EXPECT_NEAR(result.out[1], (8 + 4 * 16) / 5.0, 1e-12);
  EXPECT_NEAR(result.lse[1], std::log(5.0), 1e-12);
  EXPECT_NEAR(result.out[2], (8 + 8 * 16 + 16 * 32) / 25.0, 1e-12);
}

// Two requests of one token of q each would see all keys; here the first has one query for one key,
// the second one query for two keys: the border lies between the keys.
TEST(DensePrefillReference, RequestsSeeOnlyTheirOwnKeys) {
  ByHand in;
  in.q.resize(4);
  in.cu_q = {0, 1, 2};
  in.cu_k = {0, 1, 3};
  const auto p = in.problem(true);
  const auto result = dense_prefill_reference(p, all_prefill_rows(p));
  EXPECT_EQ(result.out[0], 8);
  EXPECT_NEAR(result.out[1], (4 * 16 + 2 * 32) / 6.0, 1e-12);
  EXPECT_NEAR(result.lse[1], std::log(6.0), 1e-12);
}

// Bottom-right: of three queries and two keys the first sees nothing.
TEST(DensePrefillReference, QueriesThatSeeNothing) {
  ByHand in;
  in.cu_k = {0, 2};
  const auto p = in.problem(true);
  const auto result = dense_prefill_reference(p, all_prefill_rows(p));
  EXPECT_EQ(result.out[0], 0);
  EXPECT_EQ(result.lse[0], prefill_inf);
  EXPECT_EQ(result.out[1], 8);
  EXPECT_NEAR(result.out[2], (8 + 8 * 16) / 9.0, 1e-12);
  in.cu_k = {0, 0};
  const auto none = in.problem(false);
  EXPECT_EQ(dense_prefill_reference(none, all_prefill_rows(none)).lse[2], prefill_inf);
}

// Two heads: components of a head are neighbours, heads of a token follow each other.
TEST(DensePrefillReference, HeadsLieInsideOfTokens) {
  const auto q = bits_of({1, 0, 0, 1});
  const auto k = bits_of({1, 0, 0, 2, 2, 0, 0, 0});
  const auto v = bits_of({1, 2, 4, 8});
  const std::vector<std::int32_t> cu_q{0, 1};
  const std::vector<std::int32_t> cu_k{0, 2};
  const DensePrefillProblem p{2, 2, 1, false, std::log(2.0), q, k, v, cu_q, cu_k};
  const std::vector<PrefillRow> rows{{0, 1}, {0, 0}};
  const auto result = dense_prefill_reference(p, rows);
  EXPECT_NEAR(result.out[0], (4 * 2 + 8) / 5.0, 1e-12);
  EXPECT_NEAR(result.out[1], (2 * 1 + 4 * 4) / 6.0, 1e-12);
  EXPECT_NEAR(result.lse[0], std::log(5.0), 1e-12);
}

TEST(DensePrefillReference, RefusesToReadOutsideOfItsInputs) {
  ByHand in;
  const auto good = in.problem(true);
  const std::vector<PrefillRow> no_such_query{{3, 0}};
  const std::vector<PrefillRow> no_such_head{{0, 1}};
  EXPECT_THROW(dense_prefill_reference(good, no_such_query), std::out_of_range);
  EXPECT_THROW(dense_prefill_reference(good, no_such_head), std::out_of_range);
  in.v.pop_back();
  EXPECT_THROW(dense_prefill_reference(in.problem(true), {}), std::out_of_range);
  in = {};
  in.cu_k = {0, 4};
  EXPECT_THROW(dense_prefill_reference(in.problem(true), {}), std::out_of_range);
  in.cu_k = {1, 3};
  EXPECT_THROW(dense_prefill_reference(in.problem(true), {}), std::out_of_range);
}

namespace prefill_tests {

using namespace mla;

TEST(DensePrefillPlan, ByHand) {
  // Four requests: 130 queries of 200 keys, 2 of 1, none, 1 of none.
  const std::vector<std::int32_t> cu_q{0, 130, 132, 132, 133};
  const std::vector<std::int32_t> cu_k{0, 200, 201, 205, 205};
  const auto tiles = plan_prefill(cu_q, cu_k, true);
  ASSERT_EQ(tiles.size(), 4u);
  EXPECT_EQ(tiles[0].first_query, 128);  // sees most
  EXPECT_EQ(tiles[0].rows, 2);
  EXPECT_EQ(tiles[0].visible(0), 199);
  EXPECT_EQ(tiles[0].visible(1), 200);
  EXPECT_EQ(tiles[0].visible(100), 200);
  EXPECT_EQ(tiles[1].first_query, 0);
  EXPECT_EQ(tiles[1].rows, 128);
  EXPECT_EQ(tiles[1].visible(0), 71);
  EXPECT_EQ(tiles[2].request, 1);
  EXPECT_EQ(tiles[2].first_key, 200);
  EXPECT_EQ(tiles[2].visible(0), 0);
  EXPECT_EQ(tiles[2].visible(1), 1);
  EXPECT_EQ(tiles[3].request, 3);
  EXPECT_EQ(tiles[3].visible(0), 0);
  for (const PrefillTile& tile : plan_prefill(cu_q, cu_k, false)) {
    EXPECT_EQ(tile.visible(0), tile.keys);
    EXPECT_EQ(tile.visible(127), tile.keys);
  }
}

TEST(DensePrefillPlan, CoversEachQueryOnceTheLongestFirst) {
  for (std::size_t i = 0; i < dense_prefill_shapes().size(); ++i) {
    auto shape = dense_prefill_shape(i);
    shape.heads = 0;  // the borders are all that is looked at
    const auto inputs = make_prefill_inputs(shape, 1);
    const auto tiles = plan_prefill(inputs.cu_q, inputs.cu_k, shape.causal);
    std::vector<int> seen(static_cast<std::size_t>(inputs.queries()));
    for (const PrefillTile& tile : tiles) {
      ASSERT_GE(tile.rows, 1);
      ASSERT_LE(tile.rows, prefill_rows);
      const auto request = static_cast<std::size_t>(tile.request);
      ASSERT_GE(tile.first_query, inputs.cu_q[request]);
      ASSERT_LE(tile.first_query + tile.rows, inputs.cu_q[request + 1]);
      for (int row = 0; row < tile.rows; ++row) {
        const std::int32_t query = tile.first_query + row;
        ++seen[static_cast<std::size_t>(query)];
        ASSERT_EQ(tile.visible(row),
                  shape.causal ? tile.keys - (inputs.cu_q[request + 1] - 1 - query) : tile.keys);
      }
    }
    EXPECT_TRUE(std::ranges::all_of(seen, [](int times) { return times == 1; }));
    EXPECT_TRUE(std::ranges::is_sorted(tiles, std::ranges::greater{},
                                       [](const PrefillTile& t) { return t.visible(t.rows - 1); }));
  }
}

// Tiles of 3, 2 and 1 steps of 10 keys, each with one more step around it, for two blocks: head 0
// gives 4 to block 0, 3 and then 2 to block 1; head 1 gives 4 to block 0, 3 to block 1, 2 to block
// 0, which is free first.
TEST(DensePrefillDeal, ByHand) {
  const std::vector<std::int32_t> cu_q{0, 1, 2, 3};
  const std::vector<std::int32_t> cu_k{0, 30, 50, 51};
  const auto tiles = plan_prefill(cu_q, cu_k, false);
  const auto deal = deal_prefill(tiles, 2, 2, 10);
  std::vector<std::pair<int, int>> items;
  for (const auto& item : deal.items) items.emplace_back(item.head, item.tile);
  EXPECT_EQ(deal.item_begin, (std::vector<std::int32_t>{0, 3, 6}));
  EXPECT_EQ(items,
            (std::vector<std::pair<int, int>>{{0, 0}, {1, 0}, {1, 2}, {0, 1}, {0, 2}, {1, 1}}));
}

TEST(DensePrefillDeal, DealsEachItemOnceAndEvenly) {
  for (std::size_t i = 0; i < dense_prefill_shapes().size(); ++i) {
    const auto shape = dense_prefill_shape(i);
    auto borders = shape;
    borders.heads = 0;
    const auto inputs = make_prefill_inputs(borders, 1);
    const auto tiles = plan_prefill(inputs.cu_q, inputs.cu_k, shape.causal);
    const auto deal = deal_prefill(tiles, shape.heads, 132, 128);
    ASSERT_EQ(deal.blocks(), 132);
    std::vector<int> seen(tiles.size() * static_cast<std::size_t>(shape.heads));
    std::int64_t most = 0;
    std::int64_t all = 0;
    for (std::size_t block = 0; block < 132; ++block) {
      std::int64_t steps = 0;
      for (auto at = deal.item_begin[block]; at < deal.item_begin[block + 1]; ++at) {
        const PrefillItem& item = deal.items[static_cast<std::size_t>(at)];
        const PrefillTile& tile = tiles[static_cast<std::size_t>(item.tile)];
        ++seen[static_cast<std::size_t>(item.tile) * static_cast<std::size_t>(shape.heads) +
               static_cast<std::size_t>(item.head)];
        steps += (tile.visible(tile.rows - 1) + 127) / 128 + 1;
      }
      most = std::max(most, steps);
      all += steps;
    }
    EXPECT_TRUE(std::ranges::all_of(seen, [](int times) { return times == 1; }));
    // No block does more than the mean and one longest item.
    EXPECT_LE(most, all / 132 + (tiles[0].visible(tiles[0].rows - 1) + 127) / 128 + 2);
  }
}

TEST(DensePrefillDeal, OfNothingOrForNobody) {
  const std::vector<std::int32_t> cu{0, 1};
  EXPECT_EQ(deal_prefill({}, 8, 132, 128).blocks(), 0);
  EXPECT_EQ(deal_prefill(plan_prefill(cu, cu, true), 8, 0, 128).blocks(), 0);
  EXPECT_EQ(deal_prefill(plan_prefill(cu, cu, true), 8, 132, 128).blocks(), 8);
}

TEST(DensePrefillWork, CountsVisiblePairs) {
  EXPECT_EQ(visible_pairs({1, 192, 128, true, {{3, 3}, {1, 5}, {4, 2}, {0, 9}, {9, 0}}}),
            6 + 5 + 3);
  EXPECT_EQ(visible_pairs({1, 192, 128, false, {{3, 3}, {1, 5}, {0, 9}}}), 9 + 5);
  const auto work = dense_prefill_work({16, 192, 128, true, {{2, 2}}}, "x");
  EXPECT_EQ(work.operations, 2.0 * 3 * 16 * (192 + 128));
  EXPECT_EQ(work.bytes, 16 * (2 * 192 * 2 * 2 + 2 * 128 * 2 * 2 + 2 * 4));
}

TEST(DensePrefillInputs, AreTheSameForASeedAndSmallWhereFewKeysAreSeen) {
  const PrefillShape shape{2, 192, 128, true, {{40, 40}, {0, 3}}};
  const auto in = make_prefill_inputs(shape, 7);
  EXPECT_EQ(in.q, make_prefill_inputs(shape, 7).q);
  EXPECT_NE(in.q, make_prefill_inputs(shape, 8).q);
  ASSERT_EQ(in.q.size(), 40u * 2 * 192);
  ASSERT_EQ(in.k.size(), 43u * 2 * 192);
  ASSERT_EQ(in.v.size(), 43u * 2 * 128);
  const auto largest = [](std::span<const std::uint16_t> bits) {
    float most = 0;
    for (const auto each : bits) most = std::max(most, std::fabs(from_bf16(each)));
    return most;
  };
  const std::span q(in.q);
  EXPECT_LE(largest(q.first(15 * 2 * 192)), 0.25f);
  EXPECT_GT(largest(q.first(15 * 2 * 192)), 0.24f);
  EXPECT_GT(largest(q.subspan(15 * 2 * 192, 2 * 192)), 2.5f);
  EXPECT_LE(largest(in.v), 0.5f);
}

TEST(DensePrefillInputs, TheSampleHasTheBordersOfRequestsAndTiles) {
  const auto in = make_prefill_inputs({4, 192, 128, true, {{130, 130}, {1, 1}}}, 1);
  std::vector<std::int32_t> queries;
  for (const auto& row : sampled_prefill_rows(in)) {
    if (row.head == 2) queries.push_back(row.query);
  }
  EXPECT_EQ(queries, (std::vector<std::int32_t>{0, 65, 127, 128, 129, 130}));
}

}  // namespace prefill_tests
}  // namespace
}  // namespace bp
