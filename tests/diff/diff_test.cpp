// A real report changed by hand, and what is said of the change.
#include "report/diff/diff.h"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "report/formats/json.h"
#include "tests/report/sample_reports.h"
#include "tests/support/paths.h"

namespace bp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class DiffOfARealReport : public testing::Test {
 protected:
  void SetUp() override {
    BP_NEEDS("BP_TEST_ROOT");
    std::ifstream in(test::path("BP_TEST_ROOT") + "/tests/fixtures/h200.json");
    std::ostringstream text;
    text << in.rdbuf();
    before_ = parse_report(text.str());
    after_ = before_;
  }

  GpuReport& gpu() { return after_.gpus.front(); }
  FeatureResult& feature(const std::string& id) {
    return *std::ranges::find(gpu().features, id, &FeatureResult::id);
  }
  Fact& fact(const std::string& key) {
    return *std::ranges::find(gpu().facts.facts, key, &Fact::key);
  }
  /// There is one change, and it is this.
  void expect(ChangeOf what, const std::string& id, const std::string& was, const std::string& is,
              Trend trend) {
    const ReportDiff diff = compare(before_, after_);
    ASSERT_EQ(diff.changes.size(), 1U);
    const Change& change = diff.changes.front();
    EXPECT_EQ(change.what, what);
    EXPECT_EQ(change.id, id);
    EXPECT_EQ(change.before, was);
    EXPECT_EQ(change.after, is);
    EXPECT_EQ(change.trend, trend);
    expect_mirrored();
  }
  /// Exchanged, the same changes are there the other way round.
  void expect_mirrored() {
    const ReportDiff there = compare(before_, after_);
    const ReportDiff back = compare(after_, before_);
    EXPECT_EQ(count(there, Trend::worse), count(back, Trend::better));
    EXPECT_EQ(count(there, Trend::better), count(back, Trend::worse));
    EXPECT_EQ(count(there, Trend::other), count(back, Trend::other));
    for (const Change& change : there.changes) {
      const bool found = std::ranges::any_of(back.changes, [&](const Change& other) {
        return other.what == change.what && other.id == change.id && other.before == change.after &&
               other.after == change.before;
      });
      EXPECT_TRUE(found) << change.id;
    }
  }

  Report before_;
  Report after_;
};

TEST_F(DiffOfARealReport, WithItselfIsEmpty) {
  const ReportDiff diff = compare(before_, before_, 0);
  EXPECT_THAT(diff.changes, IsEmpty());
  EXPECT_THAT(diff.warnings, IsEmpty());
}

TEST_F(DiffOfARealReport, TimesSeedsAndTheWordsOfEvidenceAreNoChange) {
  after_.created = "2030-01-01T00:00:00Z";
  after_.seed = 7;
  after_.log.push_back("worker 1 ended");
  feature("wgmma.bf16").evidence.front().text = "another text";
  fact("nvml_fb_free_mib").value = std::int64_t{1};
  EXPECT_THAT(compare(before_, after_).changes, IsEmpty());
}

TEST_F(DiffOfARealReport, AFeatureThatCrashesNowIsWorse) {
  feature("wgmma.bf16").status = Status::crashed;
  feature("wgmma.bf16").reason = Reason{"worker_died", "The worker died", ""};
  expect(ChangeOf::feature, "wgmma.bf16", "supported", "crashed", Trend::worse);
  EXPECT_EQ(compare(before_, after_).changes.front().note, "The worker died");
  EXPECT_THAT(compare(before_, after_).changes.front().where, ElementsAre("GPU 0"));
}

TEST_F(DiffOfARealReport, AFeatureThatWasNotAskedForIsNotWorse) {
  feature("wgmma.bf16").status = Status::not_run;
  feature("wgmma.bf16").reason = Reason{"not_selected", "Not selected", ""};
  expect(ChangeOf::feature, "wgmma.bf16", "supported", "not run", Trend::other);
}

TEST_F(DiffOfARealReport, ABackendThatDoesNotRunAnyMoreIsWorse) {
  auto& backend = *std::ranges::find(gpu().backends, Verdict::runs, &BackendResult::verdict);
  backend.verdict = Verdict::no_dispatch;
  expect(ChangeOf::backend, backend.id, "runs", "no dispatch", Trend::worse);
}

TEST_F(DiffOfARealReport, AKernelThatIsWrongNowIsWorse) {
  gpu().kernels.front().status = Status::wrong_result;
  expect(ChangeOf::kernel, gpu().kernels.front().id, "supported", "wrong result", Trend::worse);
}

TEST_F(DiffOfARealReport, ALimitThatShrankIsWorse) {
  fact("max_shared_memory_per_block_optin_bytes").value = std::int64_t{101376};
  expect(ChangeOf::limit, "max_shared_memory_per_block_optin_bytes", "227 KiB", "99 KiB",
         Trend::worse);
}

TEST_F(DiffOfARealReport, ASettingThatChangedIsNeither) {
  fact("ecc_enabled").value = false;
  expect(ChangeOf::limit, "ecc_enabled", "yes", "no", Trend::other);
}

TEST_F(DiffOfARealReport, RatesAreComparedBeyondTheNoise) {
  RateResult& rate = gpu().rates.front();
  const double was = rate.operations;
  rate.operations = was * 0.96;
  EXPECT_THAT(compare(before_, after_).changes, IsEmpty());
  EXPECT_EQ(count(compare(before_, after_, 0.03), Trend::worse), 1U);
  rate.operations = was * 0.9;
  EXPECT_EQ(count(compare(before_, after_), Trend::worse), 1U);
  EXPECT_EQ(compare(before_, after_).changes.front().note, "-10.0 %");
  expect_mirrored();
  rate.operations = was * 1.2;
  EXPECT_EQ(count(compare(before_, after_), Trend::better), 1U);
  expect_mirrored();
}

TEST_F(DiffOfARealReport, AReportThatWasCutShortIsWorse) {
  after_.complete = false;
  expect(ChangeOf::report, "complete", "yes", "no", Trend::worse);
}

TEST_F(DiffOfARealReport, AnotherDriverIsSaidButNotJudged) {
  after_.driver.version = "590.10";
  expect(ChangeOf::environment, "driver", "580.159.04", "590.10", Trend::other);
}

TEST_F(DiffOfARealReport, AnOlderAssemblerInTheDriverIsWorse) {
  after_.driver.ptx = PtxVersion{8, 8};
  expect(ChangeOf::environment, "newest PTX version", "9.0", "8.8", Trend::worse);
}

TEST_F(DiffOfARealReport, MemoryBandwidthThatFellIsWorse) {
  for (SurveyResult& survey : after_.surveys) {
    for (SurveyValue& value : survey.values) {
      if (value.name == "gpu_copy_read_and_write") value.value = 1000.0;
      if (survey.id == "fact.memory_accounting") value.value = std::int64_t{1};  // of the moment
    }
  }
  const ReportDiff diff = compare(before_, after_);
  ASSERT_EQ(diff.changes.size(), 1U);
  EXPECT_EQ(diff.changes[0].id, "fact.memory_bandwidth gpu_copy_read_and_write");
  EXPECT_EQ(diff.changes[0].trend, Trend::worse);
}

TEST_F(DiffOfARealReport, WhatWorkedAndIsNotInTheOtherReportIsWorse) {
  const auto works = std::ranges::count_if(gpu().features, [](const FeatureResult& one) {
    return one.status == Status::supported || one.status == Status::emulated;
  });
  const auto runs = std::ranges::count(gpu().backends, Verdict::runs, &BackendResult::verdict);
  gpu().features.clear();
  EXPECT_EQ(count(compare(before_, after_), Trend::worse), static_cast<std::size_t>(works));
  expect_mirrored();
  after_ = before_;
  gpu().backends.clear();
  EXPECT_EQ(count(compare(before_, after_), Trend::worse), static_cast<std::size_t>(runs));
  after_ = before_;
  gpu().kernels.clear();
  EXPECT_EQ(count(compare(before_, after_), Trend::worse), before_.gpus[0].kernels.size());
  after_ = before_;
  gpu().rates.clear();
  expect(ChangeOf::rate, "all rates", "measured", "not in it", Trend::worse);
  gpu().rates.assign(before_.gpus[0].rates.begin() + 1, before_.gpus[0].rates.end());
  EXPECT_EQ(count(compare(before_, after_), Trend::worse), 1U);
}

TEST_F(DiffOfARealReport, WhatARunWasNotAskedForIsNotWorse) {
  after_.command = "blackwell-probe run --level quick";
  gpu().rates.clear();
  gpu().features.clear();
  gpu().backends.clear();
  gpu().kernels.clear();
  after_.surveys.clear();
  after_.targets.clear();
  EXPECT_EQ(count(compare(before_, after_), Trend::worse), 0U);
  expect_mirrored();
}

TEST_F(DiffOfARealReport, AnotherSeedAndPatienceAskForTheSame) {
  before_.command = "blackwell-probe --level full";
  after_.command = "blackwell-probe run --level full --timeout 5 --seed 7";
  gpu().kernels.clear();
  const ReportDiff diff = compare(before_, after_);
  EXPECT_EQ(count(diff, Trend::worse), before_.gpus[0].kernels.size());
  EXPECT_TRUE(diff.warnings.empty());
}

TEST_F(DiffOfARealReport, WeakerEvidenceOfWhatWorksIsWorse) {
  std::erase_if(feature("wgmma.bf16").evidence,
                [](const Evidence& one) { return one.kind > EvidenceKind::launched; });
  expect(ChangeOf::feature, "wgmma.bf16", "supported, counted", "supported, launched",
         Trend::worse);
  feature("wgmma.bf16").evidence.clear();
  expect(ChangeOf::feature, "wgmma.bf16", "supported, counted", "supported, no evidence",
         Trend::worse);
  after_ = before_;
  auto& backend = *std::ranges::find(gpu().backends, Verdict::runs, &BackendResult::verdict);
  backend.evidence = EvidenceKind::inferred;
  EXPECT_EQ(count(compare(before_, after_), Trend::worse), 1U);
  expect_mirrored();
}

TEST_F(DiffOfARealReport, AnotherReasonOfTheSameStatusIsSaid) {
  before_.gpus[0].features[0].status = Status::blocked;
  before_.gpus[0].features[0].reason = Reason{"mig", "MIG is on", ""};
  after_ = before_;
  gpu().features[0].reason = Reason{"driver_too_old", "The driver is too old", ""};
  expect(ChangeOf::feature, gpu().features[0].id, "blocked: mig", "blocked: driver_too_old",
         Trend::other);
  EXPECT_EQ(compare(before_, after_).changes.front().note, "The driver is too old");
}

TEST_F(DiffOfARealReport, AnotherProblemOfTheDriverOrAGpuIsSaid) {
  before_.driver.problem = Reason{"no_device", "There is no device", ""};
  after_.driver.problem = Reason{"system_not_ready", "Error 802", ""};
  expect(ChangeOf::environment, "driver is usable", "no: no_device", "no: system_not_ready",
         Trend::other);
  after_ = before_;
  before_.gpus[0].facts.problem = Reason{"in_use", "It is in use", ""};
  after_.gpus[0].facts.problem = Reason{"ecc", "An uncorrectable error", ""};
  expect(ChangeOf::gpu, "opened", "no: in_use", "no: ecc", Trend::other);
  before_.gpus[0].facts.problem.reset();
  expect(ChangeOf::gpu, "opened", "yes", "no: ecc", Trend::worse);
}

TEST_F(DiffOfARealReport, SurveysThatWentAreWorseAndThoseThatCameBetter) {
  after_.surveys.resize(1);
  EXPECT_EQ(count(compare(before_, after_), Trend::worse), before_.surveys.size() - 1);
  expect_mirrored();
  after_.surveys.clear();
  expect(ChangeOf::survey, "all surveys", "measured", "not in it", Trend::worse);
}

TEST_F(DiffOfARealReport, ValuesThatAreNotKnownAnyMoreAreWorse) {
  auto& values =
      std::ranges::find(after_.surveys, "fact.memory_bandwidth", &SurveyResult::id)->values;
  for (SurveyValue& value : values) value.value = std::monostate{};
  EXPECT_EQ(count(compare(before_, after_), Trend::worse), values.size());
  expect_mirrored();
  values.clear();
  EXPECT_EQ(count(compare(before_, after_), Trend::worse), 5U);
}

TEST_F(DiffOfARealReport, RowsOfSweepsAreCompared) {
  auto& rows = std::ranges::find(after_.surveys, "sweep.cluster_launch", &SurveyResult::id)->rows;
  rows[1][4].value = std::int64_t{131};
  expect(ChangeOf::survey, "sweep.cluster_launch rows",
         "1 CTAs, 0 B per CTA, 1024 per CTA, launched, 132 SMs, 264 clusters, 264 clusters",
         "1 CTAs, 0 B per CTA, 1024 per CTA, launched, 131 SMs, 264 clusters, 264 clusters",
         Trend::other);
  rows[3][3].value = "CUDA_ERROR_INVALID_CLUSTER_SIZE";
  ASSERT_EQ(compare(before_, after_).changes.size(), 1U);
  EXPECT_EQ(compare(before_, after_).changes[0].trend, Trend::worse);
  EXPECT_EQ(compare(before_, after_).changes[0].note, "and 1 more");
  expect_mirrored();
  rows.pop_back();
  EXPECT_THAT(compare(before_, after_).changes[0].before, HasSubstr("40 of cluster"));
  expect_mirrored();
}

TEST_F(DiffOfARealReport, AGpuThatWentIsWorse) {
  after_.gpus.clear();
  after_.surveys = before_.surveys;
  expect(ChangeOf::gpu, "NVIDIA H200", "there", "not there", Trend::worse);
}

TEST_F(DiffOfARealReport, AFakeDriverIsWarnedOf) {
  after_.driver.fake = "h200";
  EXPECT_THAT(compare(before_, after_).warnings,
              ElementsAre(HasSubstr("The second report was made with a fake driver")));
}

TEST_F(DiffOfARealReport, WhatChangedOnSeveralGpusIsOneChange) {
  before_.surveys.clear();
  for (int i = 1; i < 8; ++i) {
    before_.gpus.push_back(before_.gpus.front());
    before_.gpus.back().facts.index = i;
  }
  after_ = before_;
  for (GpuReport& one : after_.gpus) one.features.front().status = Status::blocked;
  const ReportDiff diff = compare(before_, after_);
  ASSERT_EQ(diff.changes.size(), 1U);
  EXPECT_EQ(diff.changes[0].where.size(), 8U);
}

TEST(DiffOfSamples, WithThemselvesAreEmptyAndTheOtherWayRoundTheyAreMirrored) {
  const std::vector<Report> reports{sample::h200(), sample::offline(), sample::troubled()};
  for (const Report& a : reports) {
    EXPECT_THAT(compare(a, a, 0).changes, IsEmpty());
    for (const Report& b : reports) {
      const ReportDiff there = compare(a, b);
      const ReportDiff back = compare(b, a);
      EXPECT_EQ(count(there, Trend::worse), count(back, Trend::better));
      EXPECT_EQ(there.changes.size(), back.changes.size());
    }
  }
}

Report with_gpus(const std::vector<std::pair<std::string, std::string>>& names_and_uuids) {
  Report report;
  for (const auto& [name, uuid] : names_and_uuids) {
    GpuReport gpu;
    gpu.facts.index = static_cast<int>(report.gpus.size());
    gpu.facts.name = name;
    gpu.facts.uuid = uuid;
    // Tells it from the others of its name.
    gpu.target = uuid.empty() ? name : uuid;
    report.gpus.push_back(gpu);
  }
  return report;
}

TEST(DiffOfGpus, AreTheSameByTheirUuidWhereverTheyStand) {
  const ReportDiff diff =
      compare(with_gpus({{"G", "a"}, {"G", "b"}}), with_gpus({{"G", "b"}, {"G", "a"}}));
  EXPECT_THAT(diff.changes, IsEmpty());
}

TEST(DiffOfGpus, WithoutUuidTheyAreTheSameByNameAndOrder) {
  const ReportDiff diff = compare(with_gpus({{"A", ""}, {"B", ""}}), with_gpus({{"B", ""}}));
  ASSERT_EQ(diff.changes.size(), 1U);
  EXPECT_EQ(diff.changes[0].id, "A");
  EXPECT_EQ(diff.changes[0].after, "not there");
}

TEST(DiffOfGpus, AReplacedOneIsComparedAndSaidToBeAnother) {
  Report after = with_gpus({{"G", "b"}});
  after.gpus[0].target = "a";
  const ReportDiff diff = compare(with_gpus({{"G", "a"}}), after);
  ASSERT_EQ(diff.changes.size(), 1U);
  EXPECT_EQ(diff.changes[0].id, "UUID");
  EXPECT_EQ(diff.changes[0].trend, Trend::other);
}

}  // namespace
}  // namespace bp
