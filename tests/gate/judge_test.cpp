#include "report/gate/judge.h"

#include <gmock/gmock.h>

namespace bp::gate {
namespace {

using testing::HasSubstr;

constexpr auto met = Truth::met;
constexpr auto not_met = Truth::not_met;
constexpr auto not_known = Truth::not_known;
constexpr auto nobody = Truth::no_such_gpu;

Evidence seen(EvidenceKind kind, bool against = false) {
  return {kind, against, "driver 580.1", "sm_90a", "text", std::nullopt, {}};
}

FeatureResult feature(std::string id, Status status, std::vector<Evidence> evidence,
                      std::optional<Reason> reason = std::nullopt) {
  return {std::move(id), status, std::move(reason), std::move(evidence)};
}

GpuReport gpu(int index, ComputeCapability cc) {
  GpuReport gpu;
  gpu.facts.index = index;
  gpu.facts.cc = cc;
  gpu.facts.facts = {
      {"max_shared_memory_per_block_optin_bytes", std::int64_t{101376}, "driver", {}},
      {"multiprocessor_count", std::int64_t{48}, "driver", {}}};
  using enum Status;
  gpu.features = {
      feature("counted", supported, {seen(EvidenceKind::loaded), seen(EvidenceKind::counted)}),
      feature("verified", supported, {seen(EvidenceKind::verified)}),
      feature("slow", emulated, {seen(EvidenceKind::verified)}),
      feature("none", unsupported, {seen(EvidenceKind::assembled, true)},
              Reason{"not_on_target", "It is not on this target", ""}),
      feature("wrong", wrong_result, {seen(EvidenceKind::launched)}),
      feature("crash", crashed, {}, Reason{"worker_crashed", "The worker crashed", "Look"}),
      feature("hang", timed_out, {}),
      feature("old", blocked, {}, Reason{"old_driver", "The driver is too old", "Update it"}),
      feature("skipped", not_run, {}),
  };
  gpu.kernels = {{"mla.dense_decode.mma_sync",
                  "mla.dense_decode",
                  "mma_sync",
                  supported,
                  {},
                  {seen(EvidenceKind::verified)},
                  {}}};
  const auto backend = [](std::string id, Verdict verdict, std::optional<EvidenceKind> kind) {
    BackendResult result;
    result.id = std::move(id);
    result.verdict = verdict;
    result.evidence = kind;
    result.reason = "Because.";
    return result;
  };
  gpu.backends = {backend("good", Verdict::runs, EvidenceKind::verified),
                  backend("bad", Verdict::no_hardware, EvidenceKind::assembled),
                  backend("open", Verdict::unknown, std::nullopt)};
  gpu.backends[1].nearest = "good";
  return gpu;
}

Report one_gpu() {
  Report report;
  report.driver.version = "580.159.04";
  report.driver.cuda_version = "13.0";
  report.driver.ptx = PtxVersion{9, 0};
  report.gpus = {gpu(0, {9, 0})};
  return report;
}

Report two_gpus() {
  Report report = one_gpu();
  report.gpus.push_back(gpu(1, {12, 1}));
  report.gpus[1].features[1].status = Status::unsupported;
  report.gpus[1].features[1].evidence = {seen(EvidenceKind::assembled, true)};
  return report;
}

Finding judged(std::string_view text, const Report& report) {
  return judge(parse_requirement(text), scene_of(report));
}

struct Case {
  const char* text;
  Truth truth;
};
void PrintTo(const Case& row, std::ostream* out) { *out << row.text; }

class OnOneGpu : public testing::TestWithParam<Case> {};

TEST_P(OnOneGpu, IsJudgedByWhatTheReportSays) {
  const Finding finding = judged(GetParam().text, one_gpu());
  EXPECT_EQ(finding.truth, GetParam().truth) << finding.reason;
  EXPECT_FALSE(finding.reason.empty());
}

INSTANTIATE_TEST_SUITE_P(Features, OnOneGpu,
                         testing::ValuesIn(std::to_array<Case>({
                             {"feature:counted>=verified", met},
                             {"feature:counted>=counted", met},
                             {"feature:verified>=counted", not_met},
                             {"feature:slow>=verified", met},
                             {"feature:slow=supported", not_met},
                             {"feature:slow=emulated", met},
                             {"feature:counted=supported", met},
                             {"feature:none>=inferred",
                              not_met},  // evidence of a refusal never satisfies
                             {"feature:none=unsupported", met},
                             {"feature:none=supported", not_met},
                             {"feature:wrong>=launched", not_met},
                             {"feature:wrong=wrong_result", met},
                             {"feature:crash>=inferred", not_known},
                             {"feature:crash=unsupported", not_known},
                             {"feature:hang>=verified", not_known},
                             {"feature:old=supported", not_known},
                             {"feature:skipped>=verified", not_known},
                             {"feature:of_tomorrow>=verified", not_known},
                             {"kernel:mla.dense_decode.mma_sync>=verified", met},
                             {"kernel:mla.dense_decode.wgmma>=verified", not_known},
                         })));

INSTANTIATE_TEST_SUITE_P(Backends, OnOneGpu,
                         testing::ValuesIn(std::to_array<Case>({
                             {"backend:good=runs", met},
                             {"backend:good>=verified", met},
                             {"backend:good>=counted", not_met},
                             {"backend:bad=runs", not_met},
                             {"backend:bad=no_hardware", met},
                             {"backend:bad>=inferred", not_met},
                             {"backend:open=runs", not_known},
                             {"backend:open=no_hardware", not_known},
                             {"backend:of_tomorrow=runs", not_known},
                         })));

INSTANTIATE_TEST_SUITE_P(LimitsAndVersions, OnOneGpu,
                         testing::ValuesIn(std::to_array<Case>({
                             {"limit:smem_optin>=99KiB", met},
                             {"limit:smem_optin>99KiB", not_met},
                             {"limit:smem_optin=99 KiB", met},
                             {"limit:smem_optin<101377 B", met},
                             {"limit:sms<49", met},
                             {"limit:warps_sm>=1", not_known},
                             {"driver>=580", met},
                             {"driver=580", met},
                             {"driver>580", not_met},
                             {"driver<=580", met},
                             {"driver>=580.159.4", met},  // number by number, not letter by letter
                             {"driver>=580.200", not_met},
                             {"driver>=1000", not_met},
                             {"cuda>=13.0", met},
                             {"cuda>=13.1", not_met},
                             {"cuda<13.10", met},
                             {"ptx>=8.7", met},
                             {"ptx>=10.0", not_met},
                             {"cc=9.x", met},
                             {"cc=9.0", met},
                             {"cc=9", met},
                             {"cc>=8.9", met},
                             {"cc=12.x", not_met},
                             {"gpu=0", met},
                             {"gpu=1", not_met},
                         })));

/// Kleene's three values: T is met, F not met, U not known.
std::string written_out(std::string_view letters) {
  std::string text;
  for (const char letter : letters) {
    if (letter == 'T') {
      text += "feature:counted>=verified";
    } else if (letter == 'F') {
      text += "feature:none>=verified";
    } else if (letter == 'U') {
      text += "feature:old>=verified";
    } else {
      text += letter;
    }
  }
  return text;
}

class ThreeValues : public testing::TestWithParam<Case> {};

TEST_P(ThreeValues, AreJoinedAsKleeneDid) {
  const Finding finding = judged(written_out(GetParam().text), one_gpu());
  EXPECT_EQ(finding.truth, GetParam().truth) << finding.reason;
  EXPECT_FALSE(finding.reason.empty());
}

INSTANTIATE_TEST_SUITE_P(Joints, ThreeValues,
                         testing::ValuesIn(std::to_array<Case>({
                             {"T and T", met},
                             {"T and F", not_met},
                             {"T and U", not_known},
                             {"F and T", not_met},
                             {"F and F", not_met},
                             {"F and U", not_met},
                             {"U and T", not_known},
                             {"U and F", not_met},
                             {"U and U", not_known},
                             {"T or T", met},
                             {"T or F", met},
                             {"T or U", met},
                             {"F or T", met},
                             {"F or F", not_met},
                             {"F or U", not_known},
                             {"U or T", met},
                             {"U or F", not_known},
                             {"U or U", not_known},
                             {"not T", not_met},
                             {"not F", met},
                             {"not U", not_known},
                             {"not (F or U)", not_known},
                             {"all(cc=12.x, F)", nobody},
                             {"not all(cc=12.x, F)", nobody},
                             {"all(cc=12.x, F) and T", met},
                             {"all(cc=12.x, T) or F", not_met},
                             {"all(cc=12.x, F) and all(cc=10.x, F)", nobody},
                             {"any(cc=12.x, T)", not_met},
                         })));

class OnTwoGpus : public testing::TestWithParam<Case> {};

TEST_P(OnTwoGpus, MustHoldForEachUnlessItSaysForWhich) {
  const Finding finding = judged(GetParam().text, two_gpus());
  EXPECT_EQ(finding.truth, GetParam().truth) << finding.reason;
}

INSTANTIATE_TEST_SUITE_P(Scopes, OnTwoGpus,
                         testing::ValuesIn(std::to_array<Case>({
                             {"feature:verified>=verified", not_met},
                             {"all(feature:verified>=verified)", not_met},
                             {"any(feature:verified>=verified)", met},
                             {"all(gpu=0, feature:verified>=verified)", met},
                             {"all(cc=9.x, feature:verified>=verified)", met},
                             {"all(cc=12.1, feature:verified>=verified)", not_met},
                             {"any(cc=12.1 or gpu=0, feature:verified>=verified)", met},
                             {"all(not cc=12.x, feature:verified>=verified)", met},
                             {"cc=12.x or feature:verified>=verified", met},
                             {"any(feature:old>=verified)", not_known},
                             {"any(feature:none>=verified) or any(feature:slow>=verified)", met},
                             {"driver>=580", met},
                         })));

TEST(Judge, TheReasonNamesTheGpuThatDecides) {
  const Finding finding = judged("feature:verified>=verified", two_gpus());
  EXPECT_THAT(finding.reason, HasSubstr("GPU 1 (12.1): verified: unsupported"));
  EXPECT_THAT(finding.reason, testing::Not(HasSubstr("GPU 0")));
  EXPECT_EQ(finding.evidence, EvidenceKind::assembled);
  EXPECT_THAT(judged("limit:sms>=1", two_gpus()).reason, testing::StartsWith("all 2 GPUs: "));
}

TEST(Judge, TheReasonOfARefusalIsTheReports) {
  EXPECT_EQ(judged("feature:old>=verified", one_gpu()).reason,
            "old: blocked: The driver is too old (Update it)");
  EXPECT_THAT(judged("backend:bad=runs", one_gpu()).reason, HasSubstr("Nearest that runs: good"));
}

TEST(Judge, EveryIdOfAGlobMustHold) {
  Requirement requirement = parse_requirement("feature:*>=verified");
  statements_of(requirement).front()->ids = {"counted", "verified"};
  EXPECT_EQ(judge(requirement, scene_of(one_gpu())).truth, met);
  statements_of(requirement).front()->ids = {"counted", "old"};
  EXPECT_EQ(judge(requirement, scene_of(one_gpu())).truth, not_known);
  statements_of(requirement).front()->ids = {"counted", "none", "old"};
  EXPECT_EQ(judge(requirement, scene_of(one_gpu())).truth, not_met);
}

TEST(Judge, WithoutAGpuNothingIsKnownButTheMachine) {
  Report report = one_gpu();
  report.gpus.clear();
  report.driver.problem = Reason{"no_device", "The driver sees no CUDA device", ""};
  EXPECT_EQ(judged("driver>=580", report).truth, met);
  const Finding finding = judged("feature:counted>=verified", report);
  EXPECT_EQ(finding.truth, not_known);
  EXPECT_EQ(finding.reason, "The driver sees no CUDA device");
  EXPECT_EQ(judged("driver>=580 and feature:counted>=verified", report).truth, not_known);
  EXPECT_EQ(judged("all(cc=9.x, feature:counted>=verified)", report).truth, not_known);
  EXPECT_EQ(judged("feature:counted>=verified", Report{}).reason, "the report holds no GPU");
  EXPECT_EQ(judged("driver>=580", Report{}).truth, not_known);
}

TEST(Judge, AGpuThatCannotBeOpenedSaysWhy) {
  Report report;
  report.gpus.resize(1);
  report.gpus[0].facts.problem = Reason{"exclusive", "Another process has it", ""};
  EXPECT_EQ(judged("feature:counted>=verified", report).reason, "Another process has it");
  EXPECT_EQ(judged("backend:good=runs", report).truth, not_known);
}

TEST(Judge, OfAGpuInHandALimitIsMeasuredOrDeclared) {
  Report report = one_gpu();
  report.gpus[0].facts.facts.push_back({"cluster_launch", true, "driver", {}});
  const Finding documented = judged("limit:cluster_max<=8", report);
  EXPECT_EQ(documented.truth, not_known) << documented.reason;
  EXPECT_THAT(documented.reason, HasSubstr("--level full"));

  SurveyResult sweep{.id = "sweep.cluster_launch", .gpus = {1}, .status = Status::measured};
  sweep.values = {
      {"largest_cluster_launched", std::int64_t{16}, "CTAs", EvidenceKind::verified, ""}};
  report.surveys = {sweep};
  EXPECT_EQ(judged("limit:cluster_max>=16", report).truth, not_known);  // of another GPU
  report.surveys[0].gpus = {0};
  const Finding measured = judged("limit:cluster_max>=16", report);
  EXPECT_EQ(measured.truth, met) << measured.reason;
  EXPECT_EQ(measured.evidence, EvidenceKind::verified);
  EXPECT_EQ(judged("limit:cluster_max<=8", report).truth, not_met);
  report.surveys[0].values[0].invalid = Reason{"profiled", "Under a profiler", ""};
  EXPECT_EQ(judged("limit:cluster_max>=16", report).truth, not_known);
  report.surveys[0].values[0].invalid.reset();
  report.surveys[0].status = Status::crashed;
  EXPECT_EQ(judged("limit:cluster_max>=16", report).truth, not_known);
}

struct UnknownCapability : testing::TestWithParam<Case> {};

TEST_P(UnknownCapability, IsNeitherChosenNorPassedOver) {
  Report report = one_gpu();
  report.gpus.resize(2);
  report.gpus[1].facts.index = 1;
  report.gpus[1].facts.problem = Reason{"driver_error", "It does not answer", ""};
  const Finding finding = judged(GetParam().text, report);
  EXPECT_EQ(finding.truth, GetParam().truth) << finding.reason;
  if (finding.truth != not_known) return;
  EXPECT_THAT(finding.reason, HasSubstr("GPU 1: "));
  EXPECT_THAT(finding.reason, HasSubstr("It does not answer"));
}

INSTANTIATE_TEST_SUITE_P(OfOneOfTwoGpus, UnknownCapability,
                         testing::ValuesIn(std::to_array<Case>({
                             {"cc=9.x", not_known},
                             {"all(cc=9.x, feature:verified>=verified)", not_known},
                             {"all(cc=9.x, feature:none>=verified)", not_met},
                             {"all(not cc=12.x, feature:verified>=verified)", not_known},
                             {"all(gpu=0, feature:verified>=verified)", met},
                             {"any(cc=9.x, feature:verified>=verified)", met},
                             {"any(cc=12.x, feature:verified>=verified)", not_known},
                             {"not any(cc=12.x, feature:verified>=verified)", not_known},
                             {"not any(cc<12, feature:none>=verified)", not_known},
                         })));

class OnATarget : public testing::TestWithParam<Case> {};

TEST_P(OnATarget, IsAnsweredAsFarAsAnAssemblerCan) {
  using enum Status;
  TargetReport target{.target = "sm_121", .features = {}, .backends = {}};
  target.features = {
      feature("yes", assembles, {seen(EvidenceKind::assembled)}),
      feature("no", refused, {seen(EvidenceKind::assembled, true)},
              Reason{"not_on_target", "It is not on this target", ""}),
      feature("unclear", refused, {seen(EvidenceKind::assembled, true)},
              Reason{"refused_otherwise", "Refused for another reason", ""}),
      feature("unjudged", not_run, {}),
  };
  target.backends.resize(2);
  target.backends[0].id = "good";
  target.backends[0].verdict = Verdict::runs;
  target.backends[0].evidence = EvidenceKind::assembled;
  target.backends[1].id = "bad";
  target.backends[1].verdict = Verdict::no_hardware;
  Report report;
  report.targets = {target};
  const Finding finding = judge(parse_requirement(GetParam().text), scene_of_targets(report));
  EXPECT_EQ(finding.truth, GetParam().truth) << finding.reason;
}

INSTANTIATE_TEST_SUITE_P(Offline, OnATarget,
                         testing::ValuesIn(std::to_array<Case>({
                             {"feature:yes>=assembled", met},
                             {"feature:yes>=inferred", met},
                             {"feature:yes>=loaded", not_known},
                             {"feature:yes>=verified", not_known},
                             {"feature:yes=supported", not_known},
                             {"feature:no>=assembled", not_met},
                             {"feature:no>=verified", not_met},
                             {"feature:no=supported", not_met},
                             {"feature:no=unsupported", not_known},
                             {"feature:unclear>=assembled", not_known},
                             {"feature:unjudged>=assembled", not_known},
                             {"backend:good=runs", not_known},
                             {"backend:good>=assembled", met},
                             {"backend:good>=verified", not_known},
                             {"backend:bad=runs", not_met},
                             {"backend:bad>=assembled", not_met},
                             {"backend:bad=no_hardware", not_known},
                             {"kernel:mla.dense_decode.mma_sync>=assembled", not_known},
                             {"limit:smem_optin>=1KiB", not_known},
                             {"driver>=1", not_known},
                             {"cc=12.x", met},
                             {"gpu=0", not_known},  // it has no number
                             {"not gpu=0", not_known},
                             {"any(gpu=0, feature:yes>=assembled)", not_known},
                             {"all(gpu=0 or cc=12.x, feature:yes>=assembled)", met},
                             {"all(cc=12.x, feature:yes>=assembled)", met},
                         })));

TEST(Judge, AFakeDriverAndASimulatorAreSeen) {
  EXPECT_FALSE(is_pretended(one_gpu()));
  Report fake = one_gpu();
  fake.driver.fake = "h200";
  EXPECT_TRUE(is_pretended(fake));
  Report simulated = one_gpu();
  simulated.gpus[0].features[0].evidence.push_back(seen(EvidenceKind::simulated));
  EXPECT_TRUE(is_pretended(simulated));
}

}  // namespace
}  // namespace bp::gate
