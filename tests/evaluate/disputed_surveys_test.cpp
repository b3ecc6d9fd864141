// Disputed claims that sweeps and facts answer: only with figures that are valid, and told by who
// measured them.
#include <gmock/gmock.h>

#include "probes/registry/reason.h"
#include "report/evaluate/evaluate.h"
#include "tests/evaluate/disputed_samples.h"

namespace bp {
namespace {

using Basis = DisputedFact::Basis;
using Outcome = DisputedFact::Outcome;
using disputed_samples::find;
using disputed_samples::gpu;
using disputed_samples::item;
using testing::HasSubstr;

TEST(DisputedSurveys, TheDriverAndTheSweepDecideSharedMemory) {
  GpuReport spark = gpu({12, 1}, "NVIDIA GB10");
  spark.facts.facts = {
      {"max_shared_memory_per_multiprocessor_bytes", std::int64_t{102400}, "driver", ""},
      {"max_shared_memory_per_block_optin_bytes", std::int64_t{101376}, "driver", ""}};
  SurveyResult sweep{.id = "sweep.shared_memory", .gpus = {0}, .status = Status::measured};
  sweep.values = {{"largest_launched", std::int64_t{101376}, "B", EvidenceKind::verified, ""}};
  const auto facts = disputed_facts({&spark, 1}, {&sweep, 1}, {});
  const DisputedFact& too_much = find(facts, "sm12x_shared_memory_228");
  EXPECT_EQ(too_much.outcome, Outcome::contradicted);
  EXPECT_EQ(too_much.basis, Basis::executed);
  EXPECT_EQ(find(disputed_facts({&spark, 1}, {}, {}), "sm12x_shared_memory_228").basis,
            Basis::declared);
  EXPECT_EQ(find(facts, "sm12x_shared_memory_128").outcome, Outcome::contradicted);
  const DisputedFact& fact = find(facts, "sm12x_shared_memory_99");
  EXPECT_EQ(fact.outcome, Outcome::confirmed);
  EXPECT_THAT(fact.finding, HasSubstr("99 KiB (declared)"));
  EXPECT_THAT(fact.finding, HasSubstr("largest launched 99 KiB (verified)"));
  // Declared alone is half of it.
  EXPECT_EQ(find(disputed_facts({&spark, 1}, {}, {}), "sm12x_shared_memory_99").outcome,
            Outcome::open);
  // Another GPU's sweep says nothing of this one.
  sweep.gpus = {1};
  EXPECT_EQ(find(disputed_facts({&spark, 1}, {&sweep, 1}, {}), "sm12x_shared_memory_99").outcome,
            Outcome::open);
}

TEST(DisputedSurveys, TheSweepSaysHowManySmsClustersReach) {
  GpuReport h100 = gpu({9, 0}, "H100");
  h100.facts.facts = {{"multiprocessor_count", std::int64_t{132}, "driver", ""}};
  SurveyResult sweep{.id = "sweep.cluster_launch", .gpus = {0}, .status = Status::measured};
  sweep.values = {
      {"largest_cluster_launched", std::int64_t{16}, "CTAs", EvidenceKind::verified, ""}};
  sweep.columns = {{"cluster", "CTAs"}, {"sms_reached", "SMs"}};
  const auto cells = [](std::int64_t cluster, std::int64_t sms) {
    return std::vector<Cell>{{cluster, ""}, {sms, ""}};
  };
  sweep.rows = {cells(1, 132), cells(8, 104), cells(8, 120), cells(16, 128)};
  const auto facts = disputed_facts({&h100, 1}, {&sweep, 1}, {});
  EXPECT_EQ(find(facts, "cluster_reach").outcome, Outcome::confirmed);
  EXPECT_THAT(find(facts, "cluster_reach").finding, HasSubstr("cluster 8: 120"));
  EXPECT_EQ(find(facts, "cluster_of_16").outcome, Outcome::confirmed);
  sweep.rows.push_back(cells(8, 132));
  EXPECT_EQ(find(disputed_facts({&h100, 1}, {&sweep, 1}, {}), "cluster_reach").outcome,
            Outcome::contradicted);
  h100.facts.facts.clear();  // nothing to compare with
  EXPECT_EQ(find(disputed_facts({&h100, 1}, {&sweep, 1}, {}), "cluster_reach").outcome,
            Outcome::open);
}

SurveyResult bandwidth(double gigabytes) {
  SurveyResult survey{.id = "fact.memory_bandwidth", .gpus = {0}, .status = Status::measured};
  survey.values = {
      {"gpu_copy_read_and_write", gigabytes, "GB/s", EvidenceKind::launched, {}, std::nullopt}};
  Evidence watched = item(EvidenceKind::declared, "NVML meanwhile: nothing");
  watched.by = "NVML";
  survey.evidence = {watched, item(EvidenceKind::launched, "copies")};
  return survey;
}

TEST(DisputedSurveys, WhoMeasuredIsTheWitnessAndNotWhoWatched) {
  const GpuReport spark = gpu({12, 1}, "NVIDIA GB10");
  SurveyResult survey = bandwidth(232);
  const auto answered = [&] {
    return find(disputed_facts({&spark, 1}, {&survey, 1}, {}), "gb10_bandwidth");
  };
  EXPECT_EQ(answered().outcome, Outcome::contradicted);
  ASSERT_EQ(answered().evidence.size(), 1u);
  EXPECT_EQ(answered().evidence[0].by, "driver 580");
  EXPECT_EQ(answered().evidence[0].value, 232);
  survey.evidence.pop_back();  // a report of an older version
  EXPECT_EQ(answered().evidence.at(0).by, "fact.memory_bandwidth");
  survey = bandwidth(260);
  EXPECT_EQ(answered().outcome, Outcome::confirmed);
}

TEST(DisputedSurveys, AnInvalidFigureLeavesTheClaimOpen) {
  const GpuReport spark = gpu({12, 1}, "NVIDIA GB10");
  for (const double figure : {200.0, 300.0}) {
    for (const char* why : {"throttled", "clocks_invalid", "fake_driver"}) {
      SurveyResult survey = bandwidth(figure);
      survey.values[0].invalid = make_reason(why);
      const DisputedFact fact =
          find(disputed_facts({&spark, 1}, {&survey, 1}, {}), "gb10_bandwidth");
      EXPECT_EQ(fact.outcome, Outcome::open) << why;
      EXPECT_THAT(fact.finding, HasSubstr("gpu copy read and write measured, but invalid: " +
                                          make_reason(why).sentence));
      EXPECT_TRUE(fact.evidence.empty()) << why;
      EXPECT_EQ(fact.command, "blackwell-probe run --level full --only fact.memory_bandwidth");
    }
  }
}

}  // namespace
}  // namespace bp
