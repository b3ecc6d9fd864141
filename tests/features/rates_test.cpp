// The clocked loops of all probes: how long they run, what they are compared with.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>

#include "probes/features/probe.h"
#include "probes/registry/peaks.h"

namespace bp {
namespace {

/// What anybody published of the instruction of a feature, in operations per clock and SM.
struct Range {
  double slowest, fastest;
};

Range rates_of(const InstructionProbe& probe) {
  struct Known {
    std::string_view feature;
    Range rates;
  };
  constexpr auto known = std::to_array<Known>({
      // CUDA Programming Guide 13.4, 5.1: FP64 at 1/64 of the FP32 rate on 8.6, 8.9, 10.3 and 12.x;
      // NVIDIA H100 datasheet.
      {"mma_sync.f64", {4, 256}},
      {"mma_sync.f64.m16n8k16", {4, 256}},
      // lookup1980/microbench-blackwell, RTX 5090: mma.sp without ordered metadata 20 to 35.
      {"mma_sync.sp.f16.unordered", {20, 4096}},
      // As two s8 instructions, and b1 as eight with an eighth of the bits each, where s8 runs at
      // 512
      // (ademeure/QuickRunCUDA, B300); NVIDIA A100 whitepaper and its double.
      {"mma_sync.s8", {512, 8192}},
      {"mma_sync.sp.s8", {512, 16384}},
      {"mma_sync.s4", {256, 16384}},
      {"mma_sync.b1.and", {512, 65536}},
      {"mma_sync.b1.xor", {512, 65536}},
      {"wgmma.b1", {16384, 65536}},
  });
  const auto found = std::ranges::find(known, probe.feature, &Known::feature);
  if (found != known.end()) return found->rates;
  // Else a quarter of the smallest peak of any product, for what is emulated there (export models
  // of Hopper have a quarter too), and the largest.
  Range range{.slowest = 1e9, .fastest = 0};
  const auto what = peak_of(probe.feature);
  constexpr auto products =
      std::to_array<std::pair<ComputeCapability, std::string_view>>({{{8, 0}, "A100"},
                                                                     {{8, 9}, "L40S"},
                                                                     {{8, 9}, "RTX 4090"},
                                                                     {{9, 0}, "H200"},
                                                                     {{10, 0}, "B200"},
                                                                     {{10, 3}, "B300"},
                                                                     {{11, 0}, "Thor"},
                                                                     {{12, 0}, "RTX 5090"},
                                                                     {{12, 0}, "RTX PRO 6000"}});
  for (const auto& [cc, product] : products) {
    const bool tensor_memory = cc.major == 10 || cc.major == 11;
    if (probe.feature.starts_with("wgmma.") && cc.major != 9) continue;
    if (probe.feature.starts_with("tcgen05.") != tensor_memory) continue;
    const auto peak = what ? known_peak(cc, product, *what) : std::nullopt;
    // INT8 of 10.3 is left to mma.sync.
    if (!peak || (tensor_memory && peak->by != "tcgen05")) continue;
    range.slowest = std::min(range.slowest, peak->operations / 4);
    range.fastest = std::max(range.fastest, peak->operations);
  }
  // Block-scaled FP8 and sparse kind::f8f6f4, for which no figure was found.
  if (range.fastest == 0) range = {256, 4096};
  return range;
}

TEST(ClockedLoops, EndWithinTwoMillisecondsAtOneGigahertz) {
  constexpr double most_clocks = 2e6;
  constexpr double least_clocks = 8000;  // starting it must not be what is measured
  int loops = 0;
  for (const InstructionProbe* probe : probes()) {
    if (!probe->rate || probe->feature.starts_with("self_test.")) continue;
    ++loops;
    const auto operations = static_cast<double>(probe->rate->operations_per_block);
    const Range rates = rates_of(*probe);
    EXPECT_LE(operations / rates.slowest, most_clocks) << probe->feature;
    EXPECT_GE(operations / rates.fastest, least_clocks) << probe->feature;
  }
  EXPECT_GT(loops, 60);
}

TEST(ClockedLoops, HaveAPeakToCompareWithOrNoneIsKnown) {
  constexpr auto none = std::to_array<std::string_view>(
      {"mma_sync.b1.and", "mma_sync.b1.xor", "mma_sync.mxf8f6f4", "mma_sync.sp.mxf8f6f4",
       "mma_sync.sp.f8f6f4.e2m1", "wgmma.b1"});
  for (const InstructionProbe* probe : probes()) {
    if (!probe->rate || probe->feature.starts_with("self_test.")) continue;
    const bool left_out = std::ranges::find(none, probe->feature) != none.end();
    EXPECT_NE(peak_of(probe->feature).has_value(), left_out) << probe->feature;
  }
}

// Of a pair of CTAs each counts its own half; the peaks are those of one SM.
TEST(ClockedLoops, OfEveryKindOfTcgen05MmaAreThousandsOfTheLargestShape) {
  struct Kind {
    std::string_view feature;
    std::uint64_t k;  // of one MMA: 32 bytes of a row of A
  };
  constexpr auto kinds = std::to_array<Kind>({{"tcgen05.mma.f16", 16},
                                              {"tcgen05.mma.f16.cta_group2", 16},
                                              {"tcgen05.mma.tf32", 8},
                                              {"tcgen05.mma.i8", 32},
                                              {"tcgen05.mma.f8f6f4", 32},
                                              {"tcgen05.mma.mxf8f6f4", 32},
                                              {"tcgen05.mma.mxf8f6f4.cta_group2", 32},
                                              {"tcgen05.mma.mxf4", 64},
                                              {"tcgen05.mma.mxf4.cta_group2", 64},
                                              {"tcgen05.mma.mxf4nvf4", 64},
                                              {"tcgen05.mma.mxf4nvf4.cta_group2", 64},
                                              {"tcgen05.mma.sp.f16", 32},
                                              {"tcgen05.mma.sp.mxf4nvf4", 128}});
  for (const auto& [feature, k] : kinds) {
    const InstructionProbe* probe = find_probe(feature);
    ASSERT_NE(probe, nullptr) << feature;
    ASSERT_TRUE(probe->rate) << feature;
    const Rate& rate = *probe->rate;
    EXPECT_GE(rate.instructions_per_block, 2000u) << feature;
    EXPECT_EQ(rate.operations_per_block, rate.instructions_per_block * 2 * 128 * 256 * k)
        << feature;
    EXPECT_EQ(rate.launch.grid.x, rate.launch.cluster.x) << feature << ": one CTA, or one pair";
    EXPECT_EQ(rate.launch.cluster.x, feature.ends_with("cta_group2") ? 2u : 1u) << feature;
  }
}

/// "f32" of "mma.sync.aligned.m16n8k32.row.col.f32.e4m3.e4m3.f32".
std::string accumulator(const InstructionProbe& probe) {
  const std::string text(probe.instructions.front());
  constexpr auto types = std::to_array<std::string_view>({".f16", ".f32", ".f64", ".s32"});
  std::size_t first = std::string::npos;
  std::string_view type;
  for (const auto candidate : types) {
    const auto at = text.find(candidate);
    if (at < first) {
      first = at;
      type = candidate;
    }
  }
  return std::string(type);
}

// Where FP32 accumulation runs at half rate (GeForce), a ratio of rates with different accumulators
// would take a native unit for an emulated one, or the other way round.
TEST(ClockedLoops, AreJudgedAgainstTheSameAccumulator) {
  int judged = 0;
  for (const InstructionProbe* probe : probes()) {
    if (!probe->native_test || probe->feature.starts_with("self_test.")) continue;
    ++judged;
    const InstructionProbe* baseline = find_probe(probe->native_test->baseline);
    ASSERT_NE(baseline, nullptr) << probe->feature;
    EXPECT_FALSE(accumulator(*probe).empty()) << probe->feature;
    EXPECT_EQ(accumulator(*probe), accumulator(*baseline)) << probe->feature;
    EXPECT_FALSE(baseline->native_test && baseline->native_test->baseline == probe->feature);
  }
  EXPECT_GE(judged, 10);
}

}  // namespace
}  // namespace bp
