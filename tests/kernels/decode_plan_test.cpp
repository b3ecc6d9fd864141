// The work split and the choice of a kernel variant.
#include "kernels/mla/decode_plan.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "kernels/mla/decode_tiling.h"
#include "kernels/mla/decode_variant.h"
#include "probes/features/host.h"

namespace bp::mla {
namespace {

void expect_sound(const std::vector<std::int32_t>& seqlens, int parts) {
  SCOPED_TRACE(testing::Message() << seqlens.size() << " requests, " << parts << " parts");
  const auto plan = plan_decode(seqlens, parts);
  ASSERT_LE(plan.parts(), parts);
  ASSERT_GE(plan.parts(), 1);
  ASSERT_EQ(plan.part_begin.front(), 0);
  ASSERT_EQ(plan.part_begin.back(), static_cast<std::int32_t>(plan.segments.size()));
  ASSERT_TRUE(std::ranges::is_sorted(plan.part_begin));

  // Each page of each request exactly once, in order; slots where and only where a request is cut.
  std::size_t next = 0;
  std::int32_t slot = 0;
  for (std::size_t request = 0; request < seqlens.size(); ++request) {
    const std::int32_t pages = (seqlens[request] + 63) / 64;
    std::int32_t page = 0;
    int pieces = 0;
    ASSERT_EQ(plan.split_begin[request], slot);
    do {
      ASSERT_LT(next, plan.segments.size());
      const DecodeSegment& segment = plan.segments[next++];
      ++pieces;
      ASSERT_EQ(segment.request, static_cast<std::int32_t>(request));
      ASSERT_EQ(segment.first_page, page);
      const bool whole = page == 0 && segment.end_page == pages;
      ASSERT_EQ(segment.partial, whole ? -1 : slot++);
      ASSERT_TRUE(segment.end_page > page || pages == 0);
      page = segment.end_page;
    } while (page < pages);
    ASSERT_EQ(page, pages);
    ASSERT_EQ(plan.split_begin[request + 1] - plan.split_begin[request], pieces == 1 ? 0 : pieces);
  }
  ASSERT_EQ(next, plan.segments.size());
  ASSERT_EQ(plan.partials(), slot);

  // No part has more than its budget.
  std::int64_t total = 0;
  for (const auto seqlen : seqlens) total += (seqlen + 63) / 64 + piece_overhead_pages;
  const auto budget = (total + parts - 1) / parts + piece_overhead_pages;
  for (int part = 0; part < plan.parts(); ++part) {
    std::int64_t cost = 0;
    for (auto i = plan.part_begin[static_cast<std::size_t>(part)];
         i < plan.part_begin[static_cast<std::size_t>(part) + 1]; ++i) {
      const auto& segment = plan.segments[static_cast<std::size_t>(i)];
      cost += segment.end_page - segment.first_page + piece_overhead_pages;
    }
    ASSERT_LE(cost, budget) << "part " << part;
  }
}

TEST(DecodePlan, CoversEveryPageOnce) {
  expect_sound({0}, 1);
  expect_sound({0, 0, 0}, 2);
  expect_sound({1}, 264);
  expect_sound({64, 65, 63}, 3);
  expect_sound({131072}, 264);
  expect_sound(std::vector<std::int32_t>(128, 4096), 33);
  Random random(1);
  for (int round = 0; round < 2000; ++round) {
    std::vector<std::int32_t> seqlens(static_cast<std::size_t>(random.between(1, 40)));
    for (auto& seqlen : seqlens) {
      seqlen = random.between(0, 3) == 0 ? random.between(0, 2) : random.between(0, 5000);
    }
    expect_sound(seqlens, random.between(1, 300));
    if (HasFatalFailure()) return;
  }
}

TEST(DecodePlan, OnePartCutsNothing) {
  const auto plan = plan_decode(std::vector<std::int32_t>{100, 0, 6400}, 1);
  EXPECT_EQ(plan.parts(), 1);
  EXPECT_EQ(plan.partials(), 0);
}

TEST(DecodePlan, OneLongRequestIsSharedEvenly) {
  const auto plan = plan_decode(std::vector<std::int32_t>{131072}, 132);
  EXPECT_GE(plan.parts(), 120);
  for (const auto& segment : plan.segments) EXPECT_LE(segment.end_page - segment.first_page, 16);
}

// Limits of the CUDA Programming Guide's table "Technical Specifications per Compute Capability".
constexpr GpuLimits a100{108, 166912, 167936};
constexpr GpuLimits h200{132, 232448, 233472};
constexpr GpuLimits rtx5090{170, 101376, 102400};

TEST(DecodeVariant, FitsEveryGpu) {
  for (const auto& gpu : {a100, h200, rtx5090}) {
    for (const int rows : {1, 8, 16, 17, 32, 33, 64, 128, 256}) {
      const auto variant = choose_variant(rows, gpu);
      ASSERT_NE(variant.entry, nullptr);
      EXPECT_LE(variant.shared_bytes, gpu.shared_per_block_optin);
      EXPECT_LE(variant.blocks_per_multiprocessor * (variant.shared_bytes + 1024),
                gpu.shared_per_multiprocessor);
      EXPECT_EQ(variant.rows, rows <= 16 ? 16 : rows <= 32 ? 32 : 64);
    }
  }
}

TEST(DecodeVariant, UsesWhatTheGpuHas) {
  EXPECT_EQ(choose_variant(16, h200).blocks_per_multiprocessor, 2);
  EXPECT_EQ(choose_variant(16, rtx5090).blocks_per_multiprocessor, 1);
  EXPECT_STREQ(choose_variant(32, h200).entry, "mla_decode_rows32_stages4");
  EXPECT_STREQ(choose_variant(32, rtx5090).entry, "mla_decode_rows32_stages2");
  EXPECT_STREQ(choose_variant(128, h200).entry, "mla_decode_rows64_tokens32_stages4");
  EXPECT_STREQ(choose_variant(128, a100).entry, "mla_decode_rows64_tokens32_stages3");
  EXPECT_STREQ(choose_variant(128, rtx5090).entry, "mla_decode_rows64_tokens16");
}

TEST(DecodeVariant, NoneForAGpuWithoutTheSharedMemory) {
  EXPECT_EQ(choose_variant(16, {40, 65536, 65536}).entry, nullptr);  // Turing
}

TEST(DecodeVariant, BlocksOfAllPartsFitAtOnce) {
  EXPECT_EQ(parts_for(choose_variant(16, h200), 16, h200), 264);
  EXPECT_EQ(parts_for(choose_variant(128, h200), 128, h200), 66);
  EXPECT_EQ(parts_for(choose_variant(128, h200), 128 * 64, h200), 1);
}

// Every element of a tile belongs to exactly one thread, in each of the ways that the kernel cuts
// it.
template <class Tiling>
void expect_partition() {
  // Scores: slice x row x token.
  std::vector<int> owners(static_cast<std::size_t>(Tiling::slices * Tiling::rows * Tiling::tokens));
  for (int thread = 0; thread < Tiling::threads; ++thread) {
    const int warp = thread / 32;
    for (int rows = 0; rows < Tiling::score_row_blocks; ++rows) {
      for (int block = 0; block < Tiling::score_blocks; ++block) {
        for (int i = 0; i < 4; ++i) {
          const int row = (row_block_of<Tiling>(warp) + rows) * 16 + c_row(thread % 32, i);
          const int token = first_token_of<Tiling>(warp) + block * 8 + c_column(thread % 32, i);
          ++owners.at(static_cast<std::size_t>(
              (slice_of<Tiling>(warp) * Tiling::rows + row) * Tiling::tokens + token));
        }
      }
    }
  }
  EXPECT_TRUE(std::ranges::all_of(owners, [](int n) { return n == 1; }));
  // Copies: token x 16 bytes.
  std::vector<int> copies(static_cast<std::size_t>(Tiling::tokens * key_width / 8));
  for (int thread = 0; thread < Tiling::threads; ++thread) {
    if (copy_token(thread) >= Tiling::tokens) continue;
    for (int i = 0; i < copies_per_thread; ++i) {
      ++copies.at(
          static_cast<std::size_t>(copy_token(thread) * key_width / 8 + copy_byte(thread, i) / 16));
    }
  }
  EXPECT_TRUE(std::ranges::all_of(copies, [](int n) { return n == 1; }));
}

TEST(DecodeTiling, EveryElementHasOneOwner) {
  expect_partition<DecodeTiling<1, 2>>();
  expect_partition<DecodeTiling<2, 2>>();
  expect_partition<DecodeTiling<2, 4>>();
}

/// The 8 rows of 16 bytes that one phase of ldmatrix reads lie in different banks.
template <typename Address>
void expect_no_conflict(const Address& address) {
  for (int phase = 0; phase < 4; ++phase) {
    unsigned groups = 0;
    for (int lane = phase * 8; lane < phase * 8 + 8; ++lane) {
      EXPECT_EQ(address(lane) % 16, 0);
      groups |= 1u << (address(lane) / 16 % 8);
    }
    EXPECT_EQ(groups, 0xffu);
  }
}

template <class Tiling>
void expect_no_conflicts() {
  for (int token = 0; token < Tiling::tokens; token += 16) {
    expect_no_conflict([&](int lane) { return key_address<Tiling>(lane, token, 144); });
    expect_no_conflict([&](int lane) { return value_address<Tiling>(lane, token, 64); });
    expect_no_conflict([&](int lane) { return probability_address<Tiling>(lane, 0, token); });
  }
}

TEST(DecodeTiling, MatrixLoadsHaveNoBankConflicts) { expect_no_conflicts<DecodeTiling<2, 2>>(); }

TEST(DecodeTiling, BottomRightCausal) {
  EXPECT_EQ(visible_keys(0, 100, 2, 16, true), 99);
  EXPECT_EQ(visible_keys(15, 100, 2, 16, true), 99);
  EXPECT_EQ(visible_keys(16, 100, 2, 16, true), 100);
  EXPECT_EQ(visible_keys(0, 1, 3, 16, true), -1);
  EXPECT_EQ(visible_keys(0, 100, 2, 16, false), 100);
}

}  // namespace
}  // namespace bp::mla
