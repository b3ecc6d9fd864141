#include "report/evaluate/evaluate.h"

#include <gmock/gmock.h>

namespace bp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Backend backend(std::string id, std::optional<std::string> needs,
                std::optional<std::string> admits) {
  Backend result{.id = std::move(id),
                 .project = "P",
                 .name = "n",
                 .operation = "mla.dense_decode",
                 .date = "2026-11-01",
                 .needs = std::nullopt,
                 .admits = std::nullopt,
                 .gate_message = "",
                 .notes = "",
                 .sources = {{"a/b", "0123456", "d", 1, ""}}};
  if (needs) result.needs = parse_expression(*needs);
  if (admits) result.admits = parse_expression(*admits);
  return result;
}

FeatureResult feature(std::string id, Status status, EvidenceKind kind) {
  const bool against = status == Status::unsupported || status == Status::refused;
  return {std::move(id),
          status,
          std::nullopt,
          {{.kind = kind,
            .against = against,
            .by = "t",
            .target = "sm_90a",
            .text = "x",
            .value = {},
            .unit = ""}}};
}

/// A Hopper-like GPU with one feature of each status.
Subject hopper() {
  return {.cc = {9, 0},
          .in_hand = true,
          .features = {feature("wgmma.bf16", Status::supported, EvidenceKind::counted),
                       feature("tma.load", Status::supported, EvidenceKind::verified),
                       feature("mma_sync.e4m3", Status::emulated, EvidenceKind::counted),
                       feature("tcgen05.tmem", Status::unsupported, EvidenceKind::assembled),
                       feature("stmatrix", Status::wrong_result, EvidenceKind::launched),
                       feature("ldmatrix", Status::crashed, EvidenceKind::loaded),
                       feature("setmaxnreg", Status::blocked, EvidenceKind::inferred),
                       feature("elect_sync", Status::timed_out, EvidenceKind::loaded),
                       feature("cp_async", Status::not_run, EvidenceKind::inferred)},
          .limits = {{"smem_optin", {227 * 1024, EvidenceKind::declared}}}};
}

BackendResult verdict(std::optional<std::string> needs, std::optional<std::string> admits) {
  return evaluate({{backend("b", std::move(needs), std::move(admits))}}, hopper()).front();
}

TEST(Verdict, RunsCarriesTheWeakestEvidence) {
  const auto result = verdict("wgmma.bf16 and tma.load and smem_optin >= 227 KiB", "cc == 9.0");
  EXPECT_EQ(result.verdict, Verdict::runs);
  EXPECT_EQ(result.evidence, EvidenceKind::declared);
}

TEST(Verdict, MissingHardwareIsNamed) {
  const auto result = verdict("wgmma.bf16 and tcgen05.tmem", "major == 10");
  EXPECT_EQ(result.verdict, Verdict::no_hardware);
  EXPECT_THAT(result.reason, HasSubstr("tcgen05.tmem"));
  EXPECT_THAT(result.reason, testing::Not(HasSubstr("wgmma")));
}

TEST(Verdict, MissingHardwareThatTheGateAdmitsIsARisk) {
  EXPECT_EQ(verdict("tcgen05.tmem", "major >= 9").verdict, Verdict::at_risk);
  EXPECT_EQ(verdict("tcgen05.tmem", "any").verdict, Verdict::at_risk);
}

TEST(Verdict, MissingHardwareWithUnknownGateIsNoHardware) {
  EXPECT_EQ(verdict("tcgen05.tmem", std::nullopt).verdict, Verdict::no_hardware);
}

TEST(Verdict, TooSmallALimitIsMissingHardware) {
  const auto result = verdict("smem_optin >= 228 KiB", "major == 9");
  EXPECT_EQ(result.verdict, Verdict::at_risk);
  EXPECT_THAT(result.reason, HasSubstr("smem_optin >= 228 KiB (here 227 KiB)"));
  EXPECT_THAT(verdict("smem_optin >= 232449", "any").reason,
              HasSubstr("smem_optin >= 232449 (here 232448 bytes)"));
  // Where an instruction is missing no shared memory would help.
  const auto both = verdict("smem_optin >= 228 KiB and tcgen05.tmem", "any");
  EXPECT_THAT(both.reason, HasSubstr("but tcgen05.tmem is missing"));
  EXPECT_EQ(both.evidence, EvidenceKind::assembled);
}

TEST(Verdict, BrokenFeaturesAreARiskWhateverTheGateSays) {
  EXPECT_EQ(verdict("stmatrix", "major == 9").verdict, Verdict::at_risk);
  EXPECT_EQ(verdict("ldmatrix", "major == 12").verdict, Verdict::at_risk);
}

TEST(Verdict, NotKnowingIsNeverNo) {
  for (const char* needs : {"setmaxnreg", "elect_sync", "cp_async", "dsmem.read", "sms >= 2"}) {
    EXPECT_EQ(verdict(needs, "major == 9").verdict, Verdict::unknown) << needs;
  }
  EXPECT_EQ(verdict(std::nullopt, "major == 9").verdict, Verdict::unknown);
  EXPECT_EQ(verdict("wgmma.bf16", std::nullopt).verdict, Verdict::unknown);
  // A need that is not known does not hide one that is missing.
  EXPECT_EQ(verdict("cp_async and tcgen05.tmem", "major == 10").verdict, Verdict::no_hardware);
}

TEST(Verdict, NothingRunsWhereNothingIsKnownToWork) {
  Subject closed = hopper();
  EXPECT_EQ(evaluate({{backend("b", "any", "any")}}, closed).front().verdict, Verdict::runs);
  for (FeatureResult& feature : closed.features) feature.status = Status::blocked;
  for (const char* needs : {"any", "smem_optin >= 1 KiB", "cubin.sm_90"}) {
    for (const char* admits : {"any", "major == 12"}) {
      const auto result = evaluate({{backend("b", needs, admits)}}, closed).front();
      EXPECT_EQ(result.verdict, Verdict::unknown) << needs;
      EXPECT_THAT(result.reason, HasSubstr("no feature is known to work for this GPU"));
    }
  }
}

TEST(Verdict, TheGateAloneRefuses) {
  const auto result = verdict("wgmma.bf16", "major == 12");
  EXPECT_EQ(result.verdict, Verdict::no_dispatch);
  EXPECT_THAT(result.reason, HasSubstr("9.0"));
}

TEST(Verdict, EmulationIsNoted) {
  const auto result = verdict("mma_sync.e4m3", "any");
  EXPECT_EQ(result.verdict, Verdict::runs);
  EXPECT_THAT(result.notes, ElementsAre("emulated: mma_sync.e4m3"));
}

TEST(Verdict, OrTakesTheBestWay) {
  EXPECT_EQ(verdict("tcgen05.tmem or wgmma.bf16", "any").verdict, Verdict::runs);
  EXPECT_EQ(verdict("tcgen05.tmem or cp_async", "any").verdict, Verdict::unknown);
  EXPECT_EQ(verdict("not tcgen05.tmem", "any").verdict, Verdict::runs);
  EXPECT_EQ(verdict("not wgmma.bf16", "major == 10").verdict, Verdict::no_hardware);
}

TEST(Verdict, ReasonsReadAsSentences) {
  EXPECT_THAT(verdict("tcgen05.tmem or (mma_sync.mxf4 and dsmem.read)", "major == 10").reason,
              HasSubstr("Needs (mma_sync.mxf4 and dsmem.read), of which nothing certain"));
  EXPECT_THAT(verdict("tcgen05.tmem or (tcgen05.tmem and not wgmma.bf16)", "major == 10").reason,
              HasSubstr("Needs tcgen05.tmem or (tcgen05.tmem and not wgmma.bf16), which"));
  EXPECT_THAT(verdict("tcgen05.tmem or (wgmma.bf16 and tcgen05.tmem)", "major == 10").reason,
              HasSubstr("Needs tcgen05.tmem, which"));
  EXPECT_THAT(verdict("tcgen05.tmem", "any").reason, HasSubstr("tcgen05.tmem is missing"));
  EXPECT_THAT(verdict("tcgen05.tmem and not wgmma.bf16", "any").reason,
              HasSubstr("tcgen05.tmem and not wgmma.bf16 are missing"));
  Backend gated = backend("b", "wgmma.bf16", "major == 12");
  gated.gate_message = "plain";
  EXPECT_THAT(evaluate({{gated}}, hopper()).front().reason, HasSubstr("It says: \"plain\"."));
  gated.gate_message = "\"one\" / \"two\"";
  EXPECT_THAT(evaluate({{gated}}, hopper()).front().reason,
              HasSubstr("It says: \"one\" / \"two\"."));
}

TEST(Verdict, CapabilityIsAPairNotAFraction) {
  Subject gpu = hopper();
  gpu.cc = {12, 1};
  const Catalogue one{{backend("b", "wgmma.bf16", "cc == 12.1")}};
  EXPECT_EQ(evaluate(one, gpu).front().verdict, Verdict::runs);
  const Catalogue less{{backend("b", "wgmma.bf16", "cc >= 12.0 and cc < 12.2")}};
  EXPECT_EQ(evaluate(less, gpu).front().verdict, Verdict::runs);
}

TEST(Verdict, NearestRunsForTheSameOperation) {
  Catalogue catalogue{{backend("needs_tmem", "tcgen05.tmem", "major == 10"),
                       backend("emulated", "mma_sync.e4m3", "any"),
                       backend("other_project", "wgmma.bf16", "any"),
                       backend("other_operation", "wgmma.bf16", "any")}};
  catalogue.backends[2].project = "Q";
  catalogue.backends[3].operation = "dsa.topk";
  const auto results = evaluate(catalogue, hopper());
  EXPECT_EQ(results[0].nearest, "other_project");  // native elsewhere beats emulated at home
  EXPECT_EQ(results[1].nearest, "");
}

TEST(Verdict, ATargetNotInHandIsExpected) {
  Subject target = hopper();
  target.in_hand = false;
  target.features = {feature("wgmma.bf16", Status::assembles, EvidenceKind::assembled),
                     feature("tcgen05.tmem", Status::refused, EvidenceKind::assembled)};
  target.limits = limits_of(ComputeCapability{9, 0});
  const Catalogue catalogue{{backend("a", "wgmma.bf16 and smem_optin >= 227 KiB", "any"),
                             backend("b", "tcgen05.tmem", "major == 10")}};
  const auto results = evaluate(catalogue, target);
  EXPECT_EQ(results[0].verdict, Verdict::runs);
  EXPECT_EQ(results[0].evidence, EvidenceKind::inferred);
  EXPECT_THAT(results[0].reason, HasSubstr("Expected"));
  EXPECT_EQ(results[1].verdict, Verdict::no_hardware);
  EXPECT_THAT(results[1].reason, HasSubstr("expected"));
}

TEST(Limits, ComeFromTheDriverWhereThereIsOne) {
  GpuFacts gpu;
  gpu.cc = {12, 1};
  gpu.facts = {{"max_shared_memory_per_block_optin_bytes", std::int64_t{101376}, "driver", ""},
               {"multiprocessor_count", std::int64_t{48}, "driver", ""}};
  const auto limits = limits_of(gpu);
  EXPECT_EQ(limits.at("smem_optin").value, 101376);
  EXPECT_EQ(limits.at("smem_optin").kind, EvidenceKind::declared);
  EXPECT_FALSE(limits.contains("cluster_max"));  // the driver did not say: unknown, not zero
}

}  // namespace
}  // namespace bp
