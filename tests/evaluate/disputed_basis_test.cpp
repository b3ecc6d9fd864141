// What the answer to a disputed claim rests on: what is executed, what an attribute of the driver
// says, what is expected and what is arithmetic stay apart.
#include <gmock/gmock.h>

#include "report/evaluate/evaluate.h"
#include "tests/evaluate/disputed_samples.h"

namespace bp {
namespace {

using namespace disputed_samples;

using Basis = DisputedFact::Basis;
using Outcome = DisputedFact::Outcome;
using testing::HasSubstr;

TEST(DisputedBasis, WhatIsExpectedIsSaidBeforeWhatItMeans) {
  for (const DisputedFact& fact : disputed_facts({}, {}, matrix())) {
    if (fact.outcome == Outcome::open) continue;
    EXPECT_EQ(fact.basis, Basis::expected) << fact.id;
    EXPECT_THAT(fact.finding, testing::StartsWith("Expected, as assembled: ")) << fact.id;
    EXPECT_NE(fact.command, "") << fact.id;
  }
  EXPECT_THAT(find(disputed_facts({}, {}, matrix()), "sm12x_pdl").finding,
              testing::EndsWith("griddepcontrol native for sm_120. SM12x takes it."));
}

SurveyResult counters(std::string feature, std::int64_t issued, std::int64_t hmma) {
  SurveyResult survey{.id = "sweep.counters", .gpus = {0}, .status = Status::measured};
  survey.columns = {{"feature", ""}, {"issued", ""}, {"gmma", ""}, {"hmma", ""}};
  const auto cell = [](std::int64_t value) { return Cell{value, ""}; };
  survey.rows = {{Cell{std::string("wgmma.f16"), ""}, cell(2048), cell(8192), cell(8192)},
                 {Cell{std::move(feature), ""}, cell(issued), cell(0), cell(hmma)}};
  return survey;
}

TEST(DisputedBasis, ArithmeticIsConfirmedByCountersAndNotByItself) {
  const auto tile = [](std::span<const GpuReport> gpus, std::span<const SurveyResult> surveys) {
    return find(disputed_facts(gpus, surveys, {}), "tile_32_mma_sync");
  };
  const GpuReport h200 = gpu({9, 0}, "NVIDIA H200");
  const DisputedFact alone = tile({&h200, 1}, {});
  EXPECT_EQ(alone.outcome, Outcome::open);
  EXPECT_THAT(alone.finding, HasSubstr("64x64 in pieces of 16x8: 32 (arithmetic, not measured)"));
  EXPECT_EQ(alone.evidence.front().kind, EvidenceKind::inferred);
  EXPECT_THAT(alone.command, testing::EndsWith("--only mma_sync.f16,sweep.counters,wgmma.f16"));

  SurveyResult survey = counters("mma_sync.f16", 16384, 16384);
  const DisputedFact counted = tile({&h200, 1}, {&survey, 1});
  EXPECT_EQ(counted.outcome, Outcome::confirmed);
  EXPECT_EQ(counted.basis, Basis::in_hand);  // it is about every GPU
  EXPECT_THAT(counted.finding, HasSubstr("32 (arithmetic, not measured); NVIDIA H200: counted "
                                         "16384 hmma for 16384 mma_sync.f16 issued."));
  EXPECT_EQ(counted.evidence.back().kind, EvidenceKind::counted);
  EXPECT_EQ(counted.evidence.back().value, 16384);

  // Split, fused, nothing issued, another feature, another GPU, not to its end.
  survey = counters("mma_sync.f16", 16384, 32768);
  EXPECT_EQ(tile({&h200, 1}, {&survey, 1}).outcome, Outcome::contradicted);
  survey = counters("mma_sync.f16", 16384, 8192);
  EXPECT_EQ(tile({&h200, 1}, {&survey, 1}).outcome, Outcome::contradicted);
  survey = counters("mma_sync.f16", 0, 0);
  EXPECT_EQ(tile({&h200, 1}, {&survey, 1}).outcome, Outcome::open);
  survey = counters("mma_sync.bf16", 16384, 16384);
  EXPECT_EQ(tile({&h200, 1}, {&survey, 1}).outcome, Outcome::open);
  survey = counters("mma_sync.f16", 16384, 16384);
  survey.gpus = {1};
  EXPECT_EQ(tile({&h200, 1}, {&survey, 1}).outcome, Outcome::open);
  survey.gpus = {0};
  survey.status = Status::blocked;
  EXPECT_EQ(tile({&h200, 1}, {&survey, 1}).outcome, Outcome::open);
  // Columns without the pipe, rows that are too short.
  survey = counters("mma_sync.f16", 16384, 16384);
  survey.columns.pop_back();
  EXPECT_EQ(tile({&h200, 1}, {&survey, 1}).outcome, Outcome::open);
  survey = counters("mma_sync.f16", 16384, 16384);
  survey.rows[1].resize(1);
  EXPECT_EQ(tile({&h200, 1}, {&survey, 1}).outcome, Outcome::open);
}

TEST(DisputedBasis, OneGpuConfirmsForItselfAndTheAssemblersAnswerForTheOthers) {
  GpuReport h200 = gpu({9, 0}, "NVIDIA H200");
  const auto verified = std::vector{item(EvidenceKind::verified, "as the reference")};
  h200.features = {feature("wgmma.bf16", Status::supported, verified),
                   feature("tcgen05.mma.f16", Status::unsupported, {}),
                   feature("mma_sync.mxf4nvf4", Status::unsupported, {})};
  const DisputedFact paths = find(disputed_facts({&h200, 1}, {}, matrix()), "three_paths");
  EXPECT_EQ(paths.outcome, Outcome::confirmed);
  EXPECT_EQ(paths.basis, Basis::in_hand);
  EXPECT_EQ(paths.finding,
            "NVIDIA H200: wgmma.bf16 supported, tcgen05.mma.f16 unsupported, mma_sync.mxf4nvf4 "
            "unsupported. Not in hand: other compute capabilities. Expected, as assembled: of "
            "wgmma.bf16, tcgen05.mma.f16, mma_sync.mxf4nvf4 no target takes two (one: sm_100a, "
            "sm_120a, sm_120f).");
  EXPECT_EQ(paths.command,
            "blackwell-probe run --level full --only wgmma.bf16,tcgen05.mma.f16,mma_sync.mxf4nvf4");
  // Without the assemblers there is still more to ask.
  EXPECT_EQ(find(disputed_facts({&h200, 1}, {}, {}), "three_paths").basis, Basis::in_hand);
  // One GPU is enough to say no; what is expected of the others is told all the same.
  h200.features[1] = feature("tcgen05.mma.f16", Status::supported, verified);
  const DisputedFact no = find(disputed_facts({&h200, 1}, {}, matrix()), "three_paths");
  EXPECT_EQ(no.outcome, Outcome::contradicted);
  EXPECT_EQ(no.basis, Basis::executed);
  EXPECT_THAT(no.finding, HasSubstr("Not in hand: other compute capabilities. Expected, as"));
  EXPECT_NE(no.command, "");
}

TEST(DisputedBasis, WhatIsSeenOfOneCapabilityIsOnlyExpectedOfTheOther) {
  GpuReport h200 = gpu({9, 0}, "NVIDIA H200");
  h200.features = {feature("mma_sync.e4m3", Status::emulated,
                           {item(EvidenceKind::counted, "no opcode QMMA", true)})};
  const std::vector rows{row("mma_sync.e4m3", "sm_90", true, "native: QMMA"),
                         row("mma_sync.e4m3", "sm_100", true, "expanded: HMMA"),
                         row("mma_sync.e4m3", "sm_120", true, "native: QMMA")};
  const DisputedFact native = find(disputed_facts({&h200, 1}, {}, rows), "fp8_mma_sync_native");
  EXPECT_EQ(native.outcome, Outcome::contradicted);
  EXPECT_EQ(native.basis, Basis::executed);
  EXPECT_EQ(
      native.finding,
      "Other instructions or a call come in its place. NVIDIA H200: mma_sync.e4m3 not native. "
      "Not in hand: compute capability 10.x or 11.0. Expected, as assembled: mma_sync.e4m3 other "
      "instructions or a call for sm_100.");
  EXPECT_EQ(native.command, "blackwell-probe run --level full --only mma_sync.e4m3");

  SurveyResult sweep{.id = "sweep.cluster_launch", .gpus = {0}, .status = Status::measured};
  sweep.values = {
      {"largest_cluster_launched", std::int64_t{16}, "CTAs", EvidenceKind::verified, ""}};
  std::vector<GpuReport> gpus{h200, gpu({10, 0}, "NVIDIA B200", 1)};
  const DisputedFact one = find(disputed_facts(gpus, {&sweep, 1}, {}), "cluster_of_16");
  EXPECT_EQ(one.basis, Basis::in_hand);
  EXPECT_THAT(one.finding, testing::EndsWith("Not in hand: compute capability 10.x."));
  EXPECT_EQ(one.command, "blackwell-probe run --level full --only sweep.cluster_launch");
  std::vector sweeps{sweep, sweep};
  sweeps[1].gpus = {1};
  const DisputedFact both = find(disputed_facts(gpus, sweeps, {}), "cluster_of_16");
  EXPECT_EQ(both.basis, Basis::executed);
  EXPECT_EQ(both.command, "");
}

TEST(DisputedBasis, AnAttributeOfTheDriverSettlesNothing) {
  const GpuReport spark = gpu({12, 1}, "NVIDIA GB10");
  SurveyResult survey{.id = "fact.gpudirect_rdma", .gpus = {0}, .status = Status::measured};
  survey.values = {{"rdma_supported", false, "", EvidenceKind::declared, ""}};
  DisputedFact fact = find(disputed_facts({&spark, 1}, {&survey, 1}, {}), "gb10_gpudirect_rdma");
  EXPECT_EQ(fact.outcome, Outcome::contradicted);
  EXPECT_EQ(fact.basis, Basis::declared);
  EXPECT_EQ(fact.command, "blackwell-probe run --level full --only fact.gpudirect_rdma");
  survey.values[0].kind = EvidenceKind::verified;
  fact = find(disputed_facts({&spark, 1}, {&survey, 1}, {}), "gb10_gpudirect_rdma");
  EXPECT_EQ(fact.basis, Basis::executed);
  EXPECT_EQ(fact.command, "");
}

}  // namespace
}  // namespace bp
