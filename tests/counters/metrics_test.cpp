// What counts say of an instruction; and the table of counters against CUPTI itself, which knows
// the names of every chip without a GPU.
#include "probes/counters/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "probes/counters/session.h"

namespace bp {
namespace {

using testing::HasSubstr;

/// Counts by pipe; the pipes that are not named executed nothing.
CountVerdict of(std::string_view chip, std::vector<std::pair<std::string_view, double>> executed,
                std::string_view native, std::uint64_t issued, Family family = Family::warp_mma) {
  const auto metrics = tensor_metrics(chip);
  std::vector<double> counts;
  for (const Metric& metric : metrics) {
    counts.push_back(0);
    for (const auto& [pipe, count] : executed) {
      if (pipe == metric.pipe) counts.back() = count;
    }
  }
  const std::vector<std::string_view> sass{native};
  return judge({.metrics = metrics,
                .counts = counts,
                .native_sass = sass,
                .issued = issued,
                .family = family});
}

TEST(Counts, OneWarpInstructionForEachIssuedIsNative) {
  const auto verdict = of("GH100", {{"hmma", 16390}, {"all", 16390}}, "HMMA.16816.F32", 16384);
  EXPECT_EQ(verdict.native, true);
  EXPECT_EQ(verdict.largest, 16390);
  EXPECT_THAT(verdict.text, HasSubstr("executed hmma 16390 while the clocked loop issued 16384"));
}

TEST(Counts, HopperDoesFp8OfAWarpWithTwoF16Instructions) {
  const auto verdict = of("GH100", {{"hmma", 32768}, {"all", 32768}}, "QMMA.16832.F32", 16384);
  EXPECT_EQ(verdict.native, false);
  EXPECT_THAT(verdict.text, HasSubstr("2 for each"));
  EXPECT_THAT(verdict.text, HasSubstr("no counter of this chip is for QMMA"));
}

TEST(Counts, AWarpgroupIsCountedInEachOfItsWarps) {
  for (const double each : {1.0, 4.0}) {
    const auto verdict = of("GH100", {{"gmma", each * 2048}, {"hmma", each * 2048}},
                            "QGMMA.64x64x32.F32.E4M3.E4M3", 2048, Family::warpgroup_mma);
    EXPECT_EQ(verdict.native, true) << each;
  }
  EXPECT_EQ(of("GH100", {{"hmma", 2048}}, "HGMMA.64x64x16.F32", 2048, Family::warpgroup_mma).native,
            false);
}

TEST(Counts, AdaCountsFp8AndF16InOneAndTheNumberTells) {
  EXPECT_EQ(of("AD102", {{"hmma", 4096}}, "QMMA.16832.F32", 4096).native, true);
  EXPECT_EQ(of("AD102", {{"hmma", 8192}}, "QMMA.16832.F32", 4096).native, false);
}

TEST(Counts, TheDesktopBlackwellsF16InstructionsAreTakenOffTheirSum) {
  EXPECT_EQ(of("GB202", {{"hmma_qmma_omma", 4096}}, "QMMA.16832.F32", 4096).native, true);
  EXPECT_EQ(of("GB202", {{"hmma_qmma_omma", 4096}, {"hmma", 4096}}, "QMMA.16832.F32", 4096).native,
            false);
  EXPECT_EQ(of("GB202", {{"hmma_qmma_omma", 4096}, {"hmma", 4096}}, "HMMA.16816.F32", 4096).native,
            true);
}

TEST(Counts, NothingExecutedIsNotNative) {
  const auto verdict = of("GA100", {}, "IMMA.16832.S8.S8", 4096);
  EXPECT_EQ(verdict.native, false);
  EXPECT_THAT(verdict.text, HasSubstr("executed nothing"));
}

TEST(Counts, OfOneLaunchOfATcgen05ProbeAnyIsNative) {
  EXPECT_EQ(of("GB100", {{"hmma", 4}, {"tc", 6}}, "UTCHMMA", 0, Family::tcgen05).native, true);
  EXPECT_EQ(of("GB100", {{"tc", 6}}, "UTCHMMA", 0, Family::tcgen05).native, std::nullopt);
}

TEST(Counts, FewerMmasOfATcgen05LoopThanIssuedSayNothing) {
  EXPECT_EQ(of("GB100", {{"hmma", 3072}, {"tc", 3073}}, "UTCHMMA", 3072, Family::tcgen05).native,
            true);
  EXPECT_EQ(of("GB100", {{"hmma", 3072}}, "UTCHMMA.2CTA", 3072, Family::tcgen05).native, true);
  EXPECT_EQ(of("GB100", {{"hmma", 4}, {"tc", 3073}}, "UTCHMMA", 3072, Family::tcgen05).native,
            std::nullopt);
}

TEST(Counts, ACounterThatWasNotReadSpeaksAgainstNothing) {
  const auto all = tensor_metrics("GH100");
  const std::vector<std::string_view> sass{"HMMA.16816.F32"};
  const std::vector<double> counts{0};
  const CountVerdict verdict = judge({.metrics = all.first(1),
                                      .unread = all.subspan(1),
                                      .counts = counts,
                                      .native_sass = sass,
                                      .issued = 16384});
  EXPECT_EQ(verdict.native, std::nullopt);
  EXPECT_THAT(verdict.text, HasSubstr("the counter for HMMA was not read"));
}

TEST(Counts, AnUnknownChipIsNotJudged) {
  const auto verdict = of("GR100", {{"all", 4096}}, "HMMA.16816.F32", 4096);
  EXPECT_FALSE(verdict.native.has_value());
  EXPECT_EQ(verdict.largest, 4096);
}

/// The words that CUPTI's description of a counter has in brackets: "(HMMA/QMMA ops)".
std::set<std::string> opcodes_in(std::string text) {
  std::set<std::string> found;
  auto at = text.find('(');
  if (at == std::string::npos) return found;
  text = text.substr(at + 1, text.find(" ops") - at - 1);
  std::erase_if(text, [](char c) { return c == '{' || c == '}'; });
  while (!text.empty()) {
    const auto slash = std::min(text.find('/'), text.size());
    const std::string word = text.substr(0, slash);
    found.insert(word.substr(0, word.find('.')));
    text.erase(0, slash + 1);
  }
  return found;
}

class Offline : public testing::Test {
 protected:
  void SetUp() override {
#if defined(__SANITIZE_ADDRESS__)
    GTEST_SKIP() << "CUPTI opens its own parts with RTLD_DEEPBIND, at which ASan ends the process";
#endif
    auto loaded = load_cupti(Surroundings::of_this_process(), 99, false);
    if (const auto* reason = std::get_if<Reason>(&loaded)) GTEST_SKIP() << reason->sentence;
    cupti_ = std::get<Cupti>(loaded);
    CUpti_Profiler_Host_GetSupportedChips_Params chips{};
    chips.structSize = CUpti_Profiler_Host_GetSupportedChips_Params_STRUCT_SIZE;
    ASSERT_EQ(cupti_.api.ProfilerHostGetSupportedChips(&chips), CUPTI_SUCCESS);
    for (std::size_t i = 0; i < chips.numChips; ++i) known_.insert(chips.ppChipNames[i]);
  }
  Cupti cupti_;
  std::set<std::string> known_;
};

TEST_F(Offline, EveryCounterOfTheTableExistsAndAllOfAChipAreOnePass) {
  for (const std::string_view chip : tensor_chips()) {
    if (!known_.contains(std::string(chip))) continue;
    const auto metrics = tensor_metrics(chip);
    std::vector<std::string> names;
    for (const Metric& metric : metrics) names.emplace_back(metric.name);
    MetricPlan plan(cupti_.api, std::string(chip), {}, names);
    EXPECT_EQ(plan.size(), names.size()) << chip;
    EXPECT_FALSE(plan.image().empty()) << chip;
  }
  EXPECT_TRUE(known_.contains("GH100"));
}

TEST_F(Offline, TheTableSaysOfEachCounterWhatCuptiSays) {
  for (const std::string_view chip : tensor_chips()) {
    if (!known_.contains(std::string(chip))) continue;
    const std::vector<std::string> one{std::string(tensor_metrics(chip).front().name)};
    MetricPlan plan(cupti_.api, std::string(chip), {}, one);
    for (const Metric& metric : tensor_metrics(chip)) {
      const auto text = plan.description(std::string(metric.name));
      std::set<std::string> table;
      for (const std::string_view opcode : metric.opcodes) table.emplace(opcode);
      EXPECT_EQ(opcodes_in(text), table) << chip << " " << metric.name << ": " << text;
    }
  }
}

TEST_F(Offline, AWrongNameIsAnErrorWithTheCall) {
  const std::vector<std::string> names{"sm__inst_executed_pipe_tensor_op_hmma.sum",
                                       "sm__nothing.sum"};
  // The longest beginning that is understood.
  EXPECT_EQ(MetricPlan(cupti_.api, "GH100", {}, names).size(), 1u);
  const std::vector<std::string> wrong{"sm__nothing.sum"};
  try {
    MetricPlan plan(cupti_.api, "GH100", {}, wrong);
    ADD_FAILURE() << "it was taken";
  } catch (const CuptiError& error) {
    EXPECT_THAT(error.what(), HasSubstr("cuptiProfilerHostConfigAddMetrics: CUPTI_ERROR_"));
  }
}

TEST_F(Offline, AChipThatIsNotKnownIsAnError) {
  const std::vector<std::string> names{"sm__inst_executed_pipe_tensor.sum"};
  EXPECT_THROW(MetricPlan(cupti_.api, "GX999", {}, names), CuptiError);
}

}  // namespace
}  // namespace bp
