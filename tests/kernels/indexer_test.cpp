// Reference, inputs and plan of the indexer: no GPU.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/dsa/indexer_plan.h"
#include "kernels/dsa/indexer_problem.h"
#include "kernels/dsa/indexer_shapes.h"
#include "kernels/dsa/indexer_variant.h"
#include "kernels/reference/bf16.h"
#include "probes/features/host.h"

namespace bp::dsa {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

std::size_t z(int value) { return static_cast<std::size_t>(value); }

// Two heads, keys of one value each: every number below was worked out by hand.
TEST(IndexerReference, AgreesWithNumbersWorkedOutByHand) {
  std::vector<std::uint8_t> q(2 * 128);
  q[0] = 0x38;        // head 0: 1 at place 0
  q[128 + 1] = 0xc0;  // head 1: -2 at place 1
  const std::vector<float> weights{0.5f, 3.0f};
  std::vector<std::uint8_t> k(4 * 128);
  k[0] = 0x40;            // key 0: 2 at place 0
  k[128 + 1] = 0xb8;      // key 1: -1 at place 1
  k[2 * 128] = 0xb8;      // key 2: -1 at place 0 and
  k[2 * 128 + 1] = 0x38;  // 1 at place 1: relu leaves nothing
  k[3 * 128] = 0x01;      // key 3: the smallest number of all
  const std::vector<float> scale{1.0f, 10.0f, 7.0f, 512.0f};
  const std::vector<std::int32_t> first{0};
  const std::vector<std::int32_t> end{4};
  IndexerProblem p;
  p.heads = 2;
  p.tokens = 1;
  p.columns = 4;
  p.q = q;
  p.weights = weights;
  p.k = k;
  p.k_scale = scale;
  p.first = first;
  p.end = end;
  EXPECT_EQ(indexer_reference(p, 0), (std::vector<double>{1, 60, 0, 0.5}));
  const std::vector<std::int32_t> later{1};
  const std::vector<std::int32_t> sooner{3};
  p.first = later;
  p.end = sooner;
  EXPECT_EQ(indexer_reference(p, 0), (std::vector<double>{-inf, 60, 0, -inf}));
  p.end = later;
  EXPECT_EQ(indexer_reference(p, 0), (std::vector<double>(4, -inf)));
  // A weight below 0 turns what relu left.
  const std::vector<float> negative{-0.5f, -3.0f};
  p.weights = negative;
  p.end = end;
  EXPECT_EQ(indexer_reference(p, 0), (std::vector<double>{-inf, -60, 0, -0.5}));
}

TEST(IndexerReference, PagesHoldValuesFirstAndScalesBehindThem) {
  IndexerShape shape;
  shape.next_n = 1;
  shape.heads = 32;
  shape.end = {70, 3};
  auto paged = make_indexer_inputs(shape, 3);
  // The same keys one after the other.
  IndexerInputs flat = paged;
  flat.shape.next_n = 0;
  flat.shape.columns = 70;
  flat.block_table.clear();
  flat.k.clear();
  for (int n = 0; n < 70; ++n) {
    const auto at = static_cast<std::ptrdiff_t>(paged.key_at(0, n));
    flat.k.insert(flat.k.end(), paged.k.begin() + at, paged.k.begin() + at + 128);
    const auto page = static_cast<std::size_t>(paged.block_table[z(n / 64)]);
    flat.k_scale.push_back(
        load<float>(std::span(paged.k).subspan(page * 64 * 132 + 64 * 128 + z(n % 64) * 4, 4), 0));
  }
  EXPECT_EQ(indexer_reference(paged.problem(), 0), indexer_reference(flat.problem(), 0));
}

TEST(IndexerReference, PermutingPagesChangesNothing) {
  IndexerShape shape;
  shape.next_n = 2;
  shape.end = {100, 130, 1, 2};
  auto in = make_indexer_inputs(shape, 4);
  const auto before = indexer_reference(in.problem(), 1);
  const std::size_t page = 64 * 132;
  auto k = in.k;
  for (std::size_t p = 0; p < z(in.pages); ++p) {
    std::copy_n(in.k.begin() + static_cast<std::ptrdiff_t>(p * page), page,
                k.begin() + static_cast<std::ptrdiff_t>((z(in.pages) - 1 - p) * page));
  }
  in.k = k;
  for (auto& entry : in.block_table) {
    if (entry != unused_indexer_page) entry = in.pages - 1 - entry;
  }
  EXPECT_EQ(indexer_reference(in.problem(), 1), before);
}

TEST(IndexerReference, RefusesToReadOutsideOfItsInputs) {
  const auto good = make_indexer_inputs(causal_indexer_shape(2, 10, 32), 5);
  EXPECT_THROW(indexer_reference(good.problem(), 2), std::out_of_range);
  auto keys = good;
  keys.k.pop_back();
  EXPECT_THROW(indexer_reference(keys.problem(), 1), std::out_of_range);
  auto longer = good;
  longer.shape.end[0] = 11;
  EXPECT_THROW(indexer_reference(longer.problem(), 0), std::out_of_range);
  IndexerShape shape;
  shape.next_n = 1;
  shape.end = {65};
  auto paged = make_indexer_inputs(shape, 6);
  paged.block_table[1] = paged.pages;
  EXPECT_THROW(indexer_reference(paged.problem(), 0), std::out_of_range);
}

// The inputs that every check rests on hold the traps that they promise.
TEST(IndexerInputs, HoldNanWhereNoTokenSeesAndSenselessPages) {
  IndexerShape shape;
  shape.columns = 20;
  shape.first = {5, 8};
  shape.end = {7, 10};
  const auto in = make_indexer_inputs(shape, 7);
  for (int n = 0; n < 20; ++n) {
    const bool seen = n == 5 || n == 6 || n == 8 || n == 9;
    EXPECT_EQ(std::isnan(in.k_scale[z(n)]), !seen) << n;
    const auto row = std::span(in.k).subspan(z(n) * 128, 128);
    EXPECT_EQ(std::ranges::count(row, 0x7f), seen ? 0 : 128) << n;
  }
  shape = {};
  shape.next_n = 1;
  shape.end = {65};
  const auto paged = make_indexer_inputs(shape, 8);
  EXPECT_EQ(paged.block_table.back(), unused_indexer_page);
  EXPECT_EQ(paged.k[paged.key_at(0, 64) + 128], 0x7f);  // the row behind the last
  const auto behind = std::span(paged.k).subspan(paged.key_at(0, 64) + 128, 63 * 128);
  EXPECT_EQ(std::ranges::count(behind, 0x7f), 63 * 128);
  ASSERT_EQ(paged.pages, 4);
  for (int page = 0; page < paged.pages; ++page) {
    const auto bytes = std::span(paged.k).subspan(z(page) * 64 * 132, 64 * 132);
    const bool used = std::ranges::count(paged.block_table, page) == 1;
    EXPECT_EQ(std::ranges::count(bytes, 0x7f) == 64 * 132, !used) << page;
  }
}

TEST(IndexerInputs, LogitsAreNearOneAndScalesNoPowersOfTwo) {
  const auto in = make_indexer_inputs(causal_indexer_shape(4, 300, 64), 9);
  double squares = 0;
  double count = 0;
  for (const double x : indexer_reference(in.problem(), 3)) {
    squares += x * x;
    ++count;
  }
  EXPECT_GT(std::sqrt(squares / count), 0.3);
  EXPECT_LT(std::sqrt(squares / count), 3);
  int exponent = 0;
  EXPECT_NE(std::frexp(in.k_scale[0], &exponent), 0.5f);
}

/// Every column of every row is written once, and every pair that is seen lies in a tile.
void expect_plan_covers(const std::vector<std::int32_t>& first,
                        const std::vector<std::int32_t>& end, int block_tokens, int columns,
                        int parts) {
  const auto plan = plan_indexer(first, end, block_tokens, columns, parts);
  EXPECT_LE(plan.parts(), parts);
  ASSERT_FALSE(plan.part_begin.empty());
  EXPECT_EQ(plan.part_begin.front(), 0);
  EXPECT_EQ(plan.part_begin.back(), static_cast<std::int32_t>(plan.segments.size()));
  EXPECT_TRUE(std::ranges::is_sorted(plan.part_begin));
  const int blocks = (static_cast<int>(end.size()) + block_tokens - 1) / block_tokens;
  for (int block = 0; block < blocks; ++block) {
    std::vector<int> written(z(columns));
    std::vector<int> computed(z(columns));
    for (const auto& s : plan.segments) {
      if (s.block != block) continue;
      for (int n = s.write_begin; n < s.write_end; ++n) ++written[z(n)];
      for (int n = s.begin * 64; n < std::min(columns, s.end * 64); ++n) {
        ++computed[z(n)];
        EXPECT_TRUE(n >= s.write_begin && n < s.write_end);
      }
    }
    EXPECT_EQ(std::ranges::count(written, 1), columns);
    for (int i = block * block_tokens;
         i < std::min((block + 1) * block_tokens, static_cast<int>(end.size())); ++i) {
      for (int n = first[z(i)]; n < end[z(i)]; ++n) EXPECT_EQ(computed[z(n)], 1) << i << " " << n;
    }
  }
}

TEST(IndexerPlan, CoversEveryColumnOnce) {
  const std::vector<std::int32_t> first{0, 70, 130, 5, 64, 200, 0, 0};
  const std::vector<std::int32_t> end{330, 190, 131, 64, 128, 190, 0, 0};
  for (const int parts : {1, 2, 3, 7, 100}) {
    for (const int block : {1, 2, 3, 8}) expect_plan_covers(first, end, block, 330, parts);
  }
  expect_plan_covers({0, 0}, {0, 0}, 2, 1, 4);
}

TEST(IndexerPlan, GivesEqualShares) {
  const auto shape = causal_indexer_shape(4096, 32768, 64);
  const std::vector<std::int32_t> first(4096, 0);
  const auto plan = plan_indexer(first, shape.end, 8, 32768, 132);
  ASSERT_EQ(plan.parts(), 132);
  std::vector<int> tiles;
  for (int part = 0; part < 132; ++part) {
    int sum = 0;
    for (auto s = plan.part_begin[z(part)]; s < plan.part_begin[z(part) + 1]; ++s) {
      sum += plan.segments[z(s)].end - plan.segments[z(s)].begin;
    }
    tiles.push_back(sum);
  }
  // But for the last part, which takes what is left.
  EXPECT_LE(*std::max_element(tiles.begin(), tiles.end()) -
                *std::min_element(tiles.begin(), tiles.end() - 1),
            16);
  EXPECT_GT(tiles.back(), tiles.front() / 2);
}

TEST(IndexerWork, CountsPairsInsideOfTheRangesAlone) {
  EXPECT_EQ(indexer_pairs(causal_indexer_shape(3, 10, 64)), 8 + 9 + 10);
  const auto work = indexer_work(causal_indexer_shape(3, 10, 64), "wgmma.e4m3");
  EXPECT_EQ(work.operations, 27.0 * 64 * 128 * 2);
  EXPECT_EQ(work.bytes, 3 * 64 * 132 + 10 * 132 + 27 * 4);
  const auto paged = paged_indexer_shape(2, 10, 32, 2);
  EXPECT_EQ(paged.end, (std::vector<std::int32_t>{9, 10, 9, 10}));
  EXPECT_EQ(indexer_work(paged, "wgmma.e4m3").bytes, 4 * 32 * 132 + 20 * 132 + 38 * 4);
  auto half = paged;
  half.bf16 = true;  // values of two bytes, and no scales of keys
  EXPECT_EQ(indexer_work(half, "mma_sync.bf16").bytes, 4 * 32 * 260 + 20 * 256 + 38 * 4);
}

// What sm_80 and sm_86 fall back to is timed, on the path that has it.
TEST(IndexerShapes, ThoseInBf16AreOfMmaSyncAlone) {
  const auto all = indexer_shapes();
  const auto fp8 = indexer_fp8_shapes();
  ASSERT_EQ(all.size(), fp8.size() + 2);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const IndexerShape shape = indexer_shape(i);
    EXPECT_EQ(shape.bf16, i >= fp8.size()) << all[i].name;
    EXPECT_EQ(shape.bf16, all[i].name.ends_with("_bf16")) << all[i].name;
    if (i < fp8.size()) {
      EXPECT_EQ(all[i].name, fp8[i].name);
    }
  }
  EXPECT_FALSE(indexer_shape(fp8.size()).paged());
  EXPECT_TRUE(indexer_shape(fp8.size() + 1).paged());
}

TEST(IndexerVariants, FitTheSmallestSharedMemoryOnMmaSync) {
  const GpuLimits small{48, portable_shared_bytes, 102400};
  for (const auto& entry : indexer_mma_sync_entries()) {
    EXPECT_FALSE(entry.name.empty());
    EXPECT_LE(entry.shared_bytes, portable_shared_bytes) << entry.name;
  }
  EXPECT_EQ(indexer_mma_sync_entries().size(), 18u);
  EXPECT_EQ(indexer_wgmma_entries().size(), 6u);
  EXPECT_EQ(indexer_mma_sync_variant(causal_indexer_shape(1, 1, 16), small, false).entry, "");
  EXPECT_EQ(indexer_wgmma_variant(causal_indexer_shape(1, 1, 64), small).entry, "");
}

}  // namespace
}  // namespace bp::dsa
