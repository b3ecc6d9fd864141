// Native or emulated by the clock, rates, and clocked loops that go wrong.
#include <functional>
#include <limits>

#include "tests/engine/decide_fixture.h"

namespace bp {
namespace {

using testing::HasSubstr;

/// The image says "expanded" (no QMMA on sm_90); the clock is played.
class Native : public test::Decide {
 protected:
  const Evidence& ratio() {
    return *std::ranges::find_if(results_.at("mma_sync.e4m3").evidence,
                                 [](const Evidence& e) { return e.value.has_value(); });
  }
};

TEST_F(Native, TheClockShowsTheNativeUnit) {
  behaviour_.e4m3_rate = 2048;
  EXPECT_EQ(one("mma_sync.e4m3").status, Status::supported);
  EXPECT_EQ(ratio().value, 2.0);
  EXPECT_EQ(ratio().kind, EvidenceKind::counted);
  EXPECT_FALSE(ratio().against);
  EXPECT_EQ(strongest(results_.at("mma_sync.e4m3").evidence), EvidenceKind::counted);
}

TEST_F(Native, TheClockShowsAnotherUnit) {
  behaviour_.e4m3_rate = 1024;
  const auto result = one("mma_sync.e4m3");
  EXPECT_EQ(result.status, Status::emulated);
  EXPECT_EQ(result.reason->id, "emulated_ratio");
  EXPECT_TRUE(ratio().against);
  EXPECT_EQ(strongest(result.evidence), EvidenceKind::verified);
}

// NVIDIA Ada whitepaper, RTX 4090, and RTX Blackwell whitepaper, RTX 5090: FP32 accumulation at
// half rate. FP8 is native there, with either accumulator.
TEST_F(Native, HalfRateAccumulationIsNotEmulation) {
  for (const ComputeCapability geforce : {ComputeCapability{8, 9}, ComputeCapability{12, 0}}) {
    behaviour_.cc = geforce;
    behaviour_.rates = {{"mma_sync.f16", 511.5},  {"mma_sync.f16.acc_f16", 1024},
                        {"mma_sync.e4m3", 1023},  {"mma_sync.e4m3.acc_f16", 2046},
                        {"mma_sync.e5m2", 1023},  {"mma_sync.e5m2.acc_f16", 2046},
                        {"mma_sync.bf16", 511.5}, {"mma_sync.sp.e4m3", 2046}};
    for (const std::string feature :
         {"mma_sync.f16", "mma_sync.f16.acc_f16", "mma_sync.bf16", "mma_sync.e4m3",
          "mma_sync.e4m3.acc_f16", "mma_sync.e5m2", "mma_sync.e5m2.acc_f16", "mma_sync.sp.e4m3"}) {
      const auto result = one(feature);
      EXPECT_EQ(result.status, Status::supported) << feature << " on " << to_string(geforce);
      EXPECT_FALSE(result.reason) << feature;
    }
  }
}

TEST_F(Native, BetweenTheLimitsTheImageDecides) {
  behaviour_.e4m3_rate = 1.55 * 1024;
  const auto result = one("mma_sync.e4m3");
  EXPECT_EQ(result.status, Status::emulated);
  EXPECT_EQ(result.reason->id, "emulated_sass");
  EXPECT_TRUE(ratio().against) << "an inconclusive figure must not satisfy a gate";
}

TEST_F(Native, UnderAProfilerTheClockSaysNothing) {
  behaviour_.e4m3_rate = 2048;
  ScheduleOptions profiled;
  profiled.execute.injected_tools = {"compute-sanitizer"};
  const auto result = one("mma_sync.e4m3", profiled);
  EXPECT_EQ(result.status, Status::emulated);
  EXPECT_EQ(result.reason->id, "emulated_sass");
  EXPECT_THAT(result.evidence.back().text, HasSubstr("compute-sanitizer"));
}

TEST_F(Native, RatesAreReportedOnRequestAndAddNoWitness) {
  ScheduleOptions options;
  EXPECT_EQ(strongest(one("mma_sync.f16", options).evidence), EvidenceKind::counted);
  const auto without = results_.at("mma_sync.f16").evidence;
  options.execute.rates = true;
  auto with = one("mma_sync.f16", options).evidence;
  ASSERT_EQ(with.size(), without.size() + 1);
  EXPECT_EQ(with.back().value, 1024.0);
  EXPECT_EQ(with.back().unit, rate_unit);
  EXPECT_EQ(with.back().kind, EvidenceKind::launched);
  with.pop_back();
  EXPECT_EQ(with, without);
}

TEST_F(Native, TheRateStandsBesideTheRatio) {
  behaviour_.e4m3_rate = 2048;
  ScheduleOptions options;
  options.execute.rates = true;
  std::vector<double> figures;
  for (const auto& item : one("mma_sync.e4m3", options).evidence) {
    if (item.value) figures.push_back(*item.value);
  }
  EXPECT_EQ(figures, (std::vector{2048.0, 2.0}));
}

/// A clocked loop to which something happens after the probe itself was right.
class BadLoop : public test::Decide {
 protected:
  BadLoop() { behaviour_.cc = {10, 0}; }

  FeatureResult with_rates(std::string_view feature = "tcgen05.mma.f16") {
    auto options = short_timeout();
    options.execute.rates = true;
    return one(std::string(feature), options);
  }
  /// `happens` when the loop of a feature is launched; its answer is that of the launch.
  void when_clocked(std::string_view feature, std::function<CUresult()> happens) {
    behaviour_.launch = [entry = find_probe(feature)->rate->entry,
                         happens = std::move(happens)](const std::string& launched) {
      return launched == entry ? happens() : CUDA_SUCCESS;
    };
  }
  /// As if there were no loop, but for the last item of evidence, which says `why`.
  static void expect_untouched(const FeatureResult& result, const FeatureResult& without,
                               std::string_view why) {
    EXPECT_EQ(result.status, without.status);
    EXPECT_EQ(result.reason, without.reason);
    ASSERT_EQ(result.evidence.size(), without.evidence.size() + 1);
    EXPECT_TRUE(result.evidence.back().against);
    EXPECT_EQ(result.evidence.back().kind, EvidenceKind::inferred);
    EXPECT_FALSE(result.evidence.back().value);
    EXPECT_THAT(result.evidence.back().text, HasSubstr(std::string(why)));
  }
};

TEST_F(BadLoop, LeavesTheVerdictAsItWas) {
  const auto without = one("tcgen05.mma.f16");
  ASSERT_EQ(without.status, Status::supported);

  when_clocked("tcgen05.mma.f16", [] { return CUDA_ERROR_INVALID_CLUSTER_SIZE; });
  expect_untouched(with_rates(), without, "not launched");
  EXPECT_FALSE(lost_);
  behaviour_.launch = nullptr;
  behaviour_.rates["tcgen05.mma.f16"] = std::numeric_limits<double>::infinity();
  expect_untouched(with_rates(), without, "gave no clocks");
  behaviour_.rates.clear();
  unsigned launches = 0;
  behaviour_.launch = [&](const std::string&) {
    // After the third verified launch.
    if (++launches == 3) behaviour_.allocate = CUDA_ERROR_OUT_OF_MEMORY;
    return CUDA_SUCCESS;
  };
  expect_untouched(with_rates(), without, "failed: cuMemAlloc");
  behaviour_.allocate = CUDA_SUCCESS;
  EXPECT_FALSE(lost_);
}

TEST_F(BadLoop, ThatNeverEndsCostsTheWorkerAndNotTheVerdict) {
  const auto without = one("tcgen05.mma.f16");
  when_clocked("tcgen05.mma.f16", [this] {
    behaviour_.stream = CUDA_ERROR_NOT_READY;
    return CUDA_SUCCESS;
  });
  expect_untouched(with_rates(), without, "did not end");
  EXPECT_TRUE(lost_) << "a fresh worker goes on";
}

TEST_F(BadLoop, ThatFaultsCostsTheWorkerAndNotTheVerdict) {
  const auto without = one("tcgen05.mma.f16");
  when_clocked("tcgen05.mma.f16", [this] {
    behaviour_.stream = CUDA_ERROR_ILLEGAL_INSTRUCTION;
    return CUDA_SUCCESS;
  });
  expect_untouched(with_rates(), without, "failed: cuStreamQuery");
  EXPECT_TRUE(lost_) << "a fresh worker goes on";
}

TEST_F(BadLoop, OfTheBaselineLeavesTheOpcodeToDecide) {
  behaviour_.cc = {9, 0};
  behaviour_.e4m3_rate = 2048;
  const auto* baseline = find_probe(find_probe("mma_sync.e4m3")->native_test->baseline);
  when_clocked(baseline->feature, [this] {
    behaviour_.stream = CUDA_ERROR_ILLEGAL_INSTRUCTION;
    return CUDA_SUCCESS;
  });
  const auto result = one("mma_sync.e4m3", short_timeout());
  EXPECT_EQ(result.status, Status::emulated);
  EXPECT_EQ(result.reason->id, "emulated_sass");
  EXPECT_TRUE(lost_);
}

}  // namespace
}  // namespace bp
