// Verdicts for the shape that the user asks about.
#include <gmock/gmock.h>

#include "tests/evaluate/inline_catalogue.h"

namespace bp {
namespace {

using test::catalogue_of;
using test::subject_of;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

BackendResult judged(const std::string& row, const test::Machine& machine, const Shape& shape) {
  return evaluate(catalogue_of({row}), subject_of(machine), shape).front();
}

const std::string sparse_decode =
    R"({"needs": "wgmma.bf16 and smem_optin >= 225 KiB", "admits": "cc == 9.0",
        "shape": {"heads": [64, 128], "head_dim": [576], "kv_dtype": ["fp8_e4m3"],
                  "page_size": [64], "topk": {"multiple_of": 64, "max": 2048}}})";

TEST(Shape, WhatWasNotAskedExcludesNothing) {
  EXPECT_EQ(judged(sparse_decode, test::h200, {}).verdict, Verdict::runs);
}

TEST(Shape, AKernelSaysWhatItTakes) {
  EXPECT_EQ(judged(sparse_decode, test::h200, {}).takes,
            "64 or 128 heads; head_dim 576; page_size 64; topk at most 2048 and a multiple of 64; "
            "kv_dtype fp8_e4m3");
}

TEST(Shape, WhatItDoesNotTakeIsNotDispatched) {
  const auto sixteen = judged(sparse_decode, test::h200, {.heads = 16});
  EXPECT_EQ(sixteen.verdict, Verdict::no_dispatch);
  EXPECT_THAT(sixteen.reason, HasSubstr("it takes 64 or 128 heads, not 16."));
  const auto more =
      judged(sparse_decode, test::h200, {.heads = 64, .topk = 100, .kv_dtype = "bf16"});
  EXPECT_THAT(more.reason, HasSubstr("it takes topk at most 2048 and a multiple of 64, not 100; "
                                     "kv_dtype fp8_e4m3, not bf16."));
  EXPECT_EQ(judged(sparse_decode, test::h200, {.heads = 128, .topk = 2048}).verdict, Verdict::runs);
}

TEST(Shape, MissingHardwareWins) {
  const auto desktop = judged(sparse_decode, test::rtx5090, {.heads = 16});
  EXPECT_EQ(desktop.verdict, Verdict::no_hardware);
  EXPECT_THAT(desktop.reason, HasSubstr("wgmma.bf16"));
  // A library that does not take the shape sends nothing to the GPU that could crash there.
  const std::string open = R"({"needs": "wgmma.bf16", "admits": "any", "shape": {"heads": [64]}})";
  EXPECT_EQ(judged(open, test::rtx5090, {}).verdict, Verdict::at_risk);
  EXPECT_EQ(judged(open, test::rtx5090, {.heads = 16}).verdict, Verdict::no_hardware);
}

TEST(Shape, AGateThatIsNotKnownDoesNotHideIt) {
  const std::string row = R"({"needs": "wgmma.bf16", "shape": {"heads": [64]}})";
  EXPECT_EQ(judged(row, test::h200, {.heads = 64}).verdict, Verdict::unknown);
  EXPECT_EQ(judged(row, test::h200, {.heads = 16}).verdict, Verdict::no_dispatch);
  const auto unknown =
      judged(R"({"admits": "any", "shape": {"heads": [64]}})", test::h200, {.heads = 16});
  EXPECT_EQ(unknown.verdict, Verdict::unknown);
  EXPECT_THAT(unknown.reason, HasSubstr("catalogue. It takes 64 heads, not 16."));
}

TEST(Shape, NeedsMayDependOnIt) {
  const std::string row =
      R"j({"needs": "mma_sync.bf16 and (topk <= 1024 or smem_optin >= 128 KiB)", "admits": "any"})j";
  EXPECT_EQ(judged(row, test::h200, {}).verdict, Verdict::runs);  // whatever the top-k
  const auto open = judged(row, test::gb10, {});
  EXPECT_EQ(open.verdict, Verdict::runs);
  EXPECT_THAT(open.notes, ElementsAre("not for every shape: depends on topk (give --topk)"));
  EXPECT_EQ(judged(row, test::gb10, {.topk = 512}).verdict, Verdict::runs);
  const auto large = judged(row, test::gb10, {.topk = 2048});
  EXPECT_EQ(large.verdict, Verdict::at_risk);
  EXPECT_THAT(large.reason,
              HasSubstr("smem_optin >= 128 KiB (here 99 KiB) is missing for topk 2048"));
}

TEST(Shape, OnlyWhatDecidesIsAskedFor) {
  const std::string row =
      R"j({"needs": "wgmma.bf16 and (page_size <= 64 or heads >= 64)", "admits": "any"})j";
  EXPECT_EQ(judged(row, test::b200, {}).verdict, Verdict::at_risk);  // no shape brings wgmma back
  EXPECT_THAT(judged(row, test::h200, {}).notes,
              ElementsAre("not for every shape: depends on heads and page_size (give --heads and "
                          "--page-size)"));
  EXPECT_EQ(judged(row, test::h200, {.heads = 128}).verdict, Verdict::runs);
  EXPECT_THAT(judged(row, test::h200, {.heads = 16}).notes,
              ElementsAre("not for every shape: depends on page_size (give --page-size)"));
  const auto neither = judged(row, test::h200, {.heads = 16, .page_size = 128});
  EXPECT_EQ(neither.verdict, Verdict::no_dispatch);
  EXPECT_THAT(neither.reason, HasSubstr("it is only for page_size <= 64 (asked: 128) or heads >= "
                                        "64 (asked: 16)."));
}

TEST(Shape, AGateMayDependOnIt) {
  const std::string row = R"({"needs": "wgmma.bf16", "admits": "major == 9 and heads >= 64"})";
  EXPECT_THAT(judged(row, test::h200, {}).notes,
              ElementsAre("not for every shape: depends on heads (give --heads)"));
  EXPECT_EQ(judged(row, test::h200, {}).verdict, Verdict::runs);
  EXPECT_EQ(judged(row, test::h200, {.heads = 64}).verdict, Verdict::runs);
  EXPECT_EQ(judged(row, test::h200, {.heads = 8}).verdict, Verdict::no_dispatch);
}

TEST(Shape, NearestRunsForItToo) {
  const auto rows = catalogue_of(
      {R"({"id": "p.fast", "needs": "wgmma.bf16", "admits": "any", "shape": {"heads": [128]}})",
       R"({"id": "p.wide", "needs": "mma_sync.bf16", "admits": "any"})",
       R"({"id": "p.wish", "needs": "tcgen05.tmem", "admits": "major == 10"})"});
  EXPECT_EQ(evaluate(rows, subject_of(test::h200)).back().nearest, "p.fast");
  const auto sixteen = evaluate(rows, subject_of(test::h200), {.heads = 16});
  EXPECT_EQ(sixteen.front().nearest, "p.wide");
  EXPECT_EQ(sixteen.back().nearest, "p.wide");
}

TEST(Shape, IsWrittenAsTheOptionsAre) {
  EXPECT_EQ(to_string(Shape{}), "");
  EXPECT_EQ(to_string(Shape{.heads = 16, .page_size = 64, .kv_dtype = "bf16"}),
            "heads 16, page_size 64, kv_dtype bf16");
  EXPECT_EQ(option_of("head_dim"), "--head-dim");
}

TEST(Range, IsAListOrBounds) {
  EXPECT_TRUE((Range{.values = {64, 128}}.holds(128)));
  EXPECT_FALSE((Range{.values = {64, 128}}.holds(96)));
  const Range bounded{.values = {}, .min = 64, .max = 256, .multiple_of = 64};
  EXPECT_EQ(to_string(bounded), "64 to 256 and a multiple of 64");
  EXPECT_TRUE(bounded.holds(64) && bounded.holds(256) && !bounded.holds(96) && !bounded.holds(320));
  EXPECT_EQ(to_string(Range{.values = {}, .min = 8}), "at least 8");
  EXPECT_EQ(to_string(Range{.values = {1, 2, 3}}), "1, 2 or 3");
}

}  // namespace
}  // namespace bp
