// The reference of sparse decode, by hand, and the inputs that kernels are compared on.
#include "kernels/reference/sparse_decode.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "kernels/mla/sparse_decode_params.h"
#include "kernels/mla/sparse_decode_run.h"
#include "kernels/mla/sparse_decode_shapes.h"
#include "kernels/reference/bf16.h"

namespace bp::mla {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Tokens of one page whose components are all 0 but those given.
struct Page {
  KvLayout layout;
  int tokens;
  std::vector<std::uint8_t> bytes;
  Page(KvLayout l, int count)
      : layout(l), tokens(count), bytes(static_cast<std::size_t>(page_bytes_of(l, count)), 0xff) {}
  void set(int token, std::vector<std::pair<std::size_t, float>> components) {
    std::vector<std::uint16_t> row(static_cast<std::size_t>(key_width_of(layout)));
    for (const auto& [at, value] : components) row[at] = to_bf16(value);
    pack_token(layout, ScaleRule::power_of_two, row, bytes.data(), tokens, token);
  }
};

/// Scores ln 3 and 0 for the tokens 0 and 2: weights 3/4 and 1/4.
struct TwoTokens {
  KvLayout layout;
  Page page;
  std::vector<std::uint16_t> q;
  std::vector<std::int32_t> indices{2, -1, 0, 4, 1 << 30};
  explicit TwoTokens(KvLayout l) : layout(l), page(l, 4) {
    const auto last = static_cast<std::size_t>(key_width_of(l)) - 1;
    page.set(0, {{0, 1.0f}, {3, 8.0f}, {last, 2.0f}});
    page.set(2, {{3, 4.0f}, {last, -2.0f}});
    q.assign(last + 1, 0);
    q[0] = to_bf16(1.0f);
  }
  SparseDecodeProblem problem(std::span<const float> sink = {}) const {
    SparseDecodeProblem p;
    p.layout = layout;
    p.batch = 1;
    p.s_q = 1;
    p.h_q = 1;
    p.scale = std::log(3.0);
    p.q = q;
    p.pool = {page.bytes, indices, {}, 1, 4, static_cast<int>(indices.size())};
    p.sink = sink;
    return p;
  }
};

TEST(SparseDecodeReference, TwoTokensByHand) {
  const TwoTokens two(KvLayout::v32);
  const auto result = sparse_decode_reference(two.problem());
  EXPECT_NEAR(result.lse[0], std::log(4.0), 1e-12);
  EXPECT_NEAR(result.out[0], 0.75, 1e-12);
  EXPECT_NEAR(result.out[3], 7.0, 1e-12);
  EXPECT_NEAR(result.out[511], 0.0, 1e-12) << "V has no RoPE part";
}

TEST(SparseDecodeReference, ValuesOfModel1IncludeTheRopePart) {
  const TwoTokens two(KvLayout::model1);
  const auto result = sparse_decode_reference(two.problem());
  EXPECT_NEAR(result.out[3], 7.0, 1e-12);
  EXPECT_NEAR(result.out[511], 2 * 0.75 - 2 * 0.25, 1e-12);
}

TEST(SparseDecodeReference, SinkScalesTheOutputAlone) {
  const TwoTokens two(KvLayout::v32);
  for (const auto& [sink, share] : {std::pair{static_cast<float>(std::log(4.0)), 0.5},
                                    std::pair{-INFINITY, 1.0}, std::pair{INFINITY, 0.0}}) {
    const std::vector<float> sinks{sink};
    const auto result = sparse_decode_reference(two.problem(sinks));
    EXPECT_NEAR(result.lse[0], std::log(4.0), 1e-12);
    EXPECT_NEAR(result.out[3], 7.0 * share, 1e-6);
  }
}

TEST(SparseDecodeReference, LengthKeepsTheFirstCandidates) {
  const TwoTokens two(KvLayout::v32);
  auto problem = two.problem();
  const std::vector<std::int32_t> two_first{2};
  problem.pool.topk_length = two_first;
  EXPECT_NEAR(sparse_decode_reference(problem).out[3], 4.0, 1e-12);
  const std::vector<std::int32_t> none{0};
  problem.pool.topk_length = none;
  const auto empty = sparse_decode_reference(problem);
  EXPECT_EQ(empty.lse[0], infinity);
  EXPECT_EQ(empty.out[3], 0);
}

TEST(SparseDecodeReference, ExtraPoolJoinsTheSameSoftmax) {
  const TwoTokens two(KvLayout::model1);
  auto problem = two.problem();
  Page other(KvLayout::model1, 2);
  other.set(1, {{3, 1.0f}});  // score 0
  const std::vector<std::int32_t> indices{1};
  problem.extra = {other.bytes, indices, {}, 1, 2, 1};
  const auto result = sparse_decode_reference(problem);
  EXPECT_NEAR(result.lse[0], std::log(5.0), 1e-12);
  EXPECT_NEAR(result.out[3], (3 * 8.0 + 4.0 + 1.0) / 5, 1e-12);
}

TEST(SparseDecodeReference, NeverReadsOutsideItsViews) {
  const TwoTokens two(KvLayout::v32);
  auto problem = two.problem();
  problem.pool.pages = 2;
  EXPECT_THROW(sparse_decode_reference(problem), std::out_of_range);
  problem = two.problem();
  problem.pool.topk = 6;
  EXPECT_THROW(sparse_decode_reference(problem), std::out_of_range);
  EXPECT_THROW(sparse_decode_reference(two.problem(), 0, 2), std::out_of_range);
}

// A kernel that reads scales as powers of two (FlashMLA's pull request 184) must not pass.
TEST(SparseDecodeComparison, SeesScalesThatWereTruncatedToPowersOfTwo) {
  for (const ScaleRule rule : {ScaleRule::power_of_two, ScaleRule::exact}) {
    SparseDecodeShape shape;
    shape.pool = {256, 64, {300, 40}, false};
    shape.scales = rule;
    const auto inputs = make_sparse_decode_inputs(shape, 1);
    const auto right = sparse_decode_reference(inputs.problem());
    const auto defect =
        sparse_decode_reference(inputs.problem(), 0, 2, ScaleReading::truncated_to_power_of_two);
    const bool same = rule == ScaleRule::power_of_two;
    EXPECT_EQ(compare(defect.out, right.out, sparse_decode_out_limits).equal, same);
    EXPECT_EQ(compare(defect.lse, right.lse, sparse_decode_lse_limits).equal, same);
  }
}

TEST(SparseDecodeInputsTest, FreeSlotsHoldNanAndNamedOnesDoNot) {
  SparseDecodeShape shape;
  shape.layout = KvLayout::model1;
  shape.s_q = 2;
  shape.pool = {40, 7, {100, 20, 0}, true};
  shape.masked = 0.25;
  const auto inputs = make_sparse_decode_inputs(shape, 5);
  const auto& pool = inputs.pool;
  const int slots = pool.pages * 7;
  std::vector<bool> named(static_cast<std::size_t>(slots));
  std::size_t masked = 0;
  for (std::size_t i = 0; i < pool.indices.size(); ++i) {
    const auto request = static_cast<int>(i / 80);
    const std::int32_t index = pool.indices[i];
    const bool looked_at = static_cast<int>(i % 40) < inputs.candidates(shape.pool, pool, request);
    if (index < 0 || index >= slots) {
      masked += request == 0 ? 1 : 0;
    } else if (looked_at) {
      named[static_cast<std::size_t>(index)] = true;
    }
  }
  EXPECT_GT(masked, 5u) << "a quarter of 80";
  EXPECT_LT(masked, 60u);
  EXPECT_EQ(std::ranges::count(named, true), static_cast<std::ptrdiff_t>(pool.named_slots));
  std::vector<std::uint16_t> row(512);
  for (int slot = 0; slot < slots; ++slot) {
    unpack_token(shape.layout, pool.cache.data() + page_bytes_of(shape.layout, 7) * (slot / 7), 7,
                 slot % 7, row);
    const auto nan = [](std::uint16_t x) { return std::isnan(from_bf16(x)); };
    if (named[static_cast<std::size_t>(slot)])
      EXPECT_TRUE(std::ranges::none_of(row, nan)) << slot;
    else
      EXPECT_TRUE(std::ranges::all_of(row, nan)) << slot;
  }
}

TEST(SparseDecodeInputsTest, CandidatesOfAQueryAreDistinct) {
  SparseDecodeShape shape;
  shape.s_q = 2;
  shape.pool = {64, 64, {64, 200}, false};
  const auto inputs = make_sparse_decode_inputs(shape, 6);
  for (int query = 0; query < 4; ++query) {
    std::vector<std::int32_t> row(inputs.pool.indices.begin() + query * 64,
                                  inputs.pool.indices.begin() + query * 64 + 64);
    std::ranges::sort(row);
    EXPECT_EQ(std::ranges::adjacent_find(row), row.end());
    EXPECT_EQ(inputs.visible(query), 64);
  }
}

TEST(SparseDecodePlan, BlocksOfBothPoolsAreCountedThroughOnce) {
  SparseDecodeShape shape;
  shape.layout = KvLayout::model1;
  shape.s_q = 2;
  shape.pool = {130, 64, {200, 200, 200}, true};
  shape.extra = {64, 64, {100, 100, 100}, false};
  const auto inputs = make_sparse_decode_inputs(shape, 7);
  const auto blocks = inputs.blocks();
  ASSERT_EQ(blocks.size(), 6u);
  EXPECT_EQ(blocks[0], 3 + 1) << "a length beyond top-k is top-k";
  EXPECT_EQ(blocks[2], 0 + 1) << "a length of 0";
  for (const int parts : {1, 2, 5, 100}) {
    const DecodePlan plan = plan_sparse_decode(blocks, parts);
    EXPECT_LE(plan.parts(), parts);
    std::vector<std::int32_t> next(6, 0);
    for (const DecodeSegment& s : plan.segments) {
      auto& at = next[static_cast<std::size_t>(s.request)];
      EXPECT_EQ(s.first_page, at);
      at = s.end_page;
    }
    EXPECT_EQ(next, blocks);
  }
}

TEST(SparseDecodeShapes, EveryNameIsOfItsShape) {
  const auto shapes = sparse_decode_shapes();
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    const SparseDecodeShape shape = sparse_decode_shape(i);
    EXPECT_NE(shapes[i].name.find("_h" + std::to_string(shape.h_q) + "_"), std::string::npos);
    EXPECT_NE(shapes[i].name.find("_topk" + std::to_string(shape.pool.topk)), std::string::npos);
    EXPECT_EQ(shape.layout == KvLayout::v32, shapes[i].name.starts_with("v32"));
  }
}

TEST(SparseDecodeWork, CountsVisibleCandidatesAndNamedSlots) {
  SparseDecodeShape shape;
  shape.h_q = 4;
  shape.pool = {64, 64, {10}, false};
  const auto work = sparse_decode_work(make_sparse_decode_inputs(shape, 8), "mma_sync.bf16");
  EXPECT_EQ(work.operations, 2.0 * 4 * 10 * (576 + 512));
  EXPECT_EQ(work.bytes, 10.0 * 656 + 64 * 4 + 4 * 2 * (576 + 512));
}

}  // namespace
}  // namespace bp::mla
