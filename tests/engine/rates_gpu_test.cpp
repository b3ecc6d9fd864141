// Rates counted on the GPU of this machine: within reach of the peaks known of it, in bursts that
// nobody notices, with NVML asked meanwhile. Skipped without a GPU; REQUIRE_GPU=1 makes that a
// failure.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "probes/driver/unusable.h"
#include "probes/engine/engine.h"
#include "probes/features/probe.h"
#include "probes/registry/peaks.h"
#include "tests/support/with_gpu.h"

namespace bp {
namespace {

class RatesOnGpu : public test::WithGpu {
 protected:
  /// Operations per clock and SM of the features that have a clocked loop and work here.
  std::map<std::string, double> rates(const std::vector<std::string>& features) {
    std::map<std::string, double> found;
    engine_.run_features(features,
                         {.started = {},
                          .finished =
                              [&](const FeatureResult& result) {
                                for (const Evidence& item : result.evidence) {
                                  if (item.value && item.unit == rate_unit)
                                    found[result.id] = *item.value;
                                }
                              }},
                         {.rates = true});
    return found;
  }
};

TEST_F(RatesOnGpu, OfTheFastestInstructionAreWithinFivePercentOfTheKnownPeak) {
  const GpuFacts& gpu = facts_.gpus.front();
  std::vector<std::string> fastest;
  if (gpu.cc.major == 9) {
    fastest = {"wgmma.f16", "wgmma.bf16", "wgmma.tf32", "wgmma.s8", "wgmma.e4m3"};
  } else if (gpu.cc.major == 10) {
    fastest = {"tcgen05.mma.f16", "tcgen05.mma.f16.cta_group2", "tcgen05.mma.tf32",
               "tcgen05.mma.f8f6f4", "tcgen05.mma.mxf4"};
  } else {
    GTEST_SKIP() << "a " << gpu.name << " has neither wgmma nor tcgen05";
  }
  if (!known_peak(gpu.cc, gpu.name, *peak_of(fastest.front())))
    GTEST_SKIP() << "no peak is known for a " << gpu.name;
  int compared = 0;
  for (const auto& [id, rate] : rates(fastest)) {
    const auto peak = known_peak(gpu.cc, gpu.name, *peak_of(id));
    if (!peak) continue;
    ++compared;
    RecordProperty(id, std::to_string(rate));
    EXPECT_GE(rate / peak->operations, 0.95) << id;
    EXPECT_LE(rate / peak->operations, 1.02) << id;
  }
  EXPECT_EQ(compared, 5);
}

TEST_F(RatesOnGpu, AreCountedInBurstsOfTwoMillisecondsAtMost) {
  std::vector<std::string> clocked;
  for (const InstructionProbe* probe : probes()) {
    if (probe->rate) clocked.emplace_back(probe->feature);
  }
  const auto found = rates(clocked);
  EXPECT_FALSE(found.empty());
  for (const auto& [id, rate] : found) {
    const auto clocks = static_cast<double>(find_probe(id)->rate->operations_per_block) / rate;
    EXPECT_LE(clocks, 2e6) << id << ": 2 ms at 1 GHz";
    EXPECT_GE(clocks, 4000) << id << ": too short to leave its start out of account";
  }
}

TEST_F(RatesOnGpu, NvmlIsAskedMeanwhile) {
  rates({"mma_sync.f16"});
  const SurveyResult power = engine_.measure("fact.power", {0});
  if (power.status != Status::measured) {
    ASSERT_TRUE(power.reason);
    GTEST_SKIP() << "not sampled: " << power.reason->sentence;
  }
  std::vector<std::string> phases;
  for (const auto& row : power.rows) {
    phases.push_back(std::get<std::string>(row.at(0).value));
    EXPECT_GE(std::get<std::int64_t>(row.at(1).value), 2) << phases.back();
  }
  EXPECT_THAT(phases, testing::ElementsAre("before", "features and rates", "now"));
}

}  // namespace
}  // namespace bp
