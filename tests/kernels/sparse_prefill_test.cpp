// Sparse MLA prefill without a GPU: the reference against values worked out by hand, the inputs,
// the choice of an entry.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/mla/sparse_prefill_mma_sync.h"
#include "kernels/mla/sparse_prefill_problem.h"
#include "kernels/mla/sparse_prefill_shapes.h"
#include "kernels/mla/sparse_prefill_wgmma.h"
#include "kernels/reference/bf16.h"

namespace bp::mla {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

/// One head, keys of which component 0 is the score and component 1 the value: q is 1 at 0.
struct ByHand {
  std::vector<std::uint16_t> q, kv;
  std::vector<std::int32_t> indices, lengths;
  std::vector<float> sink;
  int width = 576;

  explicit ByHand(std::vector<std::pair<float, float>> keys, int tokens = 1, int w = 576)
      : q(static_cast<std::size_t>(tokens * w)),
        kv(keys.size() * static_cast<std::size_t>(w)),
        width(w) {
    for (int i = 0; i < tokens; ++i) q[static_cast<std::size_t>(i * w)] = to_bf16(1);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      kv[i * static_cast<std::size_t>(w)] = to_bf16(keys[i].first);
      kv[i * static_cast<std::size_t>(w) + 1] = to_bf16(keys[i].second);
    }
  }
  SparsePrefillProblem problem() const {
    const int tokens = static_cast<int>(q.size()) / width;
    return {tokens,
            static_cast<int>(kv.size()) / width,
            1,
            width,
            static_cast<int>(indices.size()) / tokens,
            0.5,
            q,
            kv,
            indices,
            lengths,
            sink};
  }
};

TEST(SparsePrefillReference, WeighsTheNamedKeysAlone) {
  ByHand p({{2, 8}, {100, 100}, {4, 16}});
  p.indices = {0, 2};
  const auto result = sparse_prefill_reference(p.problem());
  // Scores 1 and 2.
  const double a = std::exp(-1.0);
  EXPECT_DOUBLE_EQ(result.out[1], (8 * a + 16) / (a + 1));
  EXPECT_DOUBLE_EQ(result.max_logits[0], 2);
  EXPECT_DOUBLE_EQ(result.lse[0], 2 + std::log(1 + a));
}

TEST(SparsePrefillReference, AKeyNamedTwiceCountsTwice) {
  ByHand p({{2, 8}, {2, 2}});
  p.indices = {0, 1, 0};
  const auto result = sparse_prefill_reference(p.problem());
  EXPECT_DOUBLE_EQ(result.out[1], 6);
  EXPECT_DOUBLE_EQ(result.lse[0], 1 + std::log(3.0));
}

TEST(SparsePrefillReference, EntriesThatNameNothingAreSkippedAndTheirRowsNotRead) {
  ByHand p({{2, 8}, {0, 0}});
  std::ranges::fill(p.kv.begin() + 576, p.kv.end(), bf16_nan);
  p.indices = {-1, 2, 0, std::numeric_limits<std::int32_t>::min(), 1000};
  const auto result = sparse_prefill_reference(p.problem());
  EXPECT_DOUBLE_EQ(result.out[1], 8);
  EXPECT_DOUBLE_EQ(result.lse[0], 1);
}

TEST(SparsePrefillReference, AnEmptyListGivesNothing) {
  ByHand p({{2, 8}}, 2);
  p.indices = {-1, -1, 0, -1};
  const auto result = sparse_prefill_reference(p.problem());
  EXPECT_EQ(result.out[1], 0);
  EXPECT_EQ(result.max_logits[0], -inf);
  EXPECT_EQ(result.lse[0], inf);
  EXPECT_EQ(result.out[512 + 1], 8);
  EXPECT_EQ(result.max_logits[1], 1);
}

TEST(SparsePrefillReference, LengthsCutListsFromTheRight) {
  ByHand p({{2, 8}, {4, 16}}, 3);
  p.indices = {0, 1, 0, 1, 0, 1};
  p.lengths = {1, 0, 2};
  const auto result = sparse_prefill_reference(p.problem());
  EXPECT_EQ(result.out[1], 8);
  EXPECT_EQ(result.lse[1], inf);
  EXPECT_EQ(result.max_logits[2], 2);
}

TEST(SparsePrefillReference, ASinkTakesWeightOfTheOutputAlone) {
  for (const float sink :
       {1.0f, -std::numeric_limits<float>::infinity(), std::numeric_limits<float>::infinity()}) {
    ByHand p({{2, 8}});
    p.indices = {0};
    p.sink = {sink};
    const auto result = sparse_prefill_reference(p.problem());
    EXPECT_DOUBLE_EQ(result.out[1], sink == 1.0f ? 4 : sink < 0 ? 8 : 0);
    EXPECT_EQ(result.lse[0], 1);
    EXPECT_EQ(result.max_logits[0], 1);
  }
}

TEST(SparsePrefillReference, RopeComponentsScoreButAreNoValues) {
  ByHand p({{2, 8}, {2, 8}});
  p.q[512] = to_bf16(1);
  p.kv[512] = to_bf16(2);
  p.indices = {0, 1};
  const auto result = sparse_prefill_reference(p.problem());
  EXPECT_DOUBLE_EQ(result.max_logits[0], 2);
  EXPECT_EQ(result.out.size(), 512u);
  ByHand narrow({{2, 8}}, 1, 512);
  narrow.indices = {0};
  EXPECT_DOUBLE_EQ(sparse_prefill_reference(narrow.problem()).out[0], 2);
}

TEST(SparsePrefillReference, ASampleIsThatPartOfTheWhole) {
  const auto inputs = make_sparse_prefill_inputs(
      {.s_q = 5, .h_q = 3, .s_kv = 40, .topk = 20, .percent_nothing = 10}, 1);
  const auto whole = sparse_prefill_reference(inputs.problem());
  const auto part = sparse_prefill_reference(inputs.problem(), 2, 2);
  EXPECT_TRUE(std::ranges::equal(part.lse, std::span(whole.lse).subspan(6, 6)));
  EXPECT_TRUE(
      std::ranges::equal(part.out, std::span(whole.out).subspan(6 * 512, std::size_t{6} * 512)));
}

TEST(SparsePrefillReference, ThrowsWhereAViewIsTooSmall) {
  ByHand p({{2, 8}});
  p.indices = {0};
  auto problem = p.problem();
  EXPECT_NO_THROW(sparse_prefill_reference(problem));
  EXPECT_THROW(sparse_prefill_reference(problem, 1, 1), std::out_of_range);
  problem.topk = 2;
  EXPECT_THROW(sparse_prefill_reference(problem), std::out_of_range);
}

TEST(SparsePrefillInputs, HoldWhatTheyPromise) {
  const auto inputs = make_sparse_prefill_inputs({.s_q = 40,
                                                  .h_q = 8,
                                                  .s_kv = 4000,
                                                  .topk = 64,
                                                  .percent_nothing = 25,
                                                  .lengths = true,
                                                  .sinks = true},
                                                 7);
  EXPECT_EQ(inputs.topk_length.front(), 0);
  EXPECT_EQ(inputs.topk_length.back(), 64);
  EXPECT_EQ(std::ranges::count(inputs.sink, std::numeric_limits<float>::infinity()), 1);
  EXPECT_GT(std::ranges::count(inputs.indices, 4000), 0);
  EXPECT_GT(std::ranges::count(inputs.indices, -1), 0);
  EXPECT_GT(std::ranges::count(inputs.kv, bf16_nan), 576);
  const auto result = sparse_prefill_reference(inputs.problem());
  EXPECT_TRUE(std::ranges::none_of(result.out, [](double x) { return std::isnan(x); }));
  const double all = 64.0 * 40;
  EXPECT_LT(inputs.named(), all * 0.6);
  EXPECT_GT(inputs.named(), all * 0.2);
}

TEST(SparsePrefillInputs, DependOnTheSeedAlone) {
  const SparsePrefillShape shape{.s_q = 3, .h_q = 4, .s_kv = 50, .topk = 20};
  EXPECT_EQ(make_sparse_prefill_inputs(shape, 3).q, make_sparse_prefill_inputs(shape, 3).q);
  EXPECT_EQ(make_sparse_prefill_inputs(shape, 3).indices,
            make_sparse_prefill_inputs(shape, 3).indices);
  EXPECT_NE(make_sparse_prefill_inputs(shape, 3).indices,
            make_sparse_prefill_inputs(shape, 4).indices);
}

TEST(SparsePrefillShapes, CountWorkAsFlashMlaDoes) {
  const auto shapes = sparse_prefill_shapes();
  ASSERT_GT(shapes.size(), 1u);
  EXPECT_EQ(shapes[0].name, "sq4096_h128_d576_skv8192_topk2048");
  SparsePrefillInputs inputs;
  inputs.shape = {.s_q = 2, .h_q = 64, .width = 576, .s_kv = 10, .topk = 3};
  inputs.indices = {0, 9, -1, 4, 10, 4};
  const auto work = sparse_prefill_work(inputs, "wgmma.bf16");
  EXPECT_DOUBLE_EQ(work.operations, 2.0 * 4 * 64 * (576 + 512));
  EXPECT_DOUBLE_EQ(work.bytes, 4 * 576 * 2 + 2 * 64 * (576 + 512) * 2.0 + 2 * 64 * 8 + 2 * 3 * 4);
}

TEST(SparsePrefillEntries, FitTheSharedMemoryOfTheGpu) {
  const GpuLimits small{48, portable_shared_bytes, 102400};
  const GpuLimits hopper{132, 232448, 233472};
  for (const int width : {576, 512}) {
    for (const int heads : {8, 16, 64, 128}) {
      const auto mma = sparse_prefill_mma_sync_path().choose(width, heads, small);
      ASSERT_NE(mma.entry, nullptr);
      EXPECT_LE(mma.shared_bytes, portable_shared_bytes);
      EXPECT_NE(sparse_prefill_mma_sync_path().choose(width, heads, hopper).entry, nullptr);
      EXPECT_NE(sparse_prefill_wgmma_path().choose(width, heads, hopper).entry, nullptr);
      EXPECT_EQ(sparse_prefill_wgmma_path().choose(width, heads, small).entry, nullptr);
    }
  }
}

}  // namespace
}  // namespace bp::mla
