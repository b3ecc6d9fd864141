// Disputed claims are answered from evidence alone: a GPU in hand before an assembler, nothing from
// a document.
#include <gmock/gmock.h>

#include <algorithm>

#include "report/evaluate/evaluate.h"
#include "tests/evaluate/disputed_samples.h"

namespace bp {
namespace {

using namespace disputed_samples;

using Basis = DisputedFact::Basis;
using Outcome = DisputedFact::Outcome;
using testing::HasSubstr;
using testing::Not;

TEST(Disputed, TheAssemblersContradictTheArticle) {
  const auto facts = disputed_facts({}, {}, matrix());
  EXPECT_EQ(find(facts, "sm100_wgmma").outcome, Outcome::contradicted);
  EXPECT_EQ(find(facts, "sm110_exists").outcome, Outcome::contradicted);
  EXPECT_EQ(find(facts, "sm12x_clusters").outcome, Outcome::contradicted);
  EXPECT_EQ(find(facts, "sm12x_pdl").outcome, Outcome::contradicted);
  EXPECT_EQ(find(facts, "sm12x_tmem").outcome, Outcome::confirmed);
  EXPECT_EQ(find(facts, "sm12x_fp4").outcome, Outcome::confirmed);
  EXPECT_EQ(find(facts, "three_paths").outcome, Outcome::confirmed);
  EXPECT_THAT(find(facts, "sm100_wgmma").finding,
              HasSubstr("Expected, as assembled: wgmma.bf16 refused by sm_100a"));
  // It can be settled on such a GPU, and by what is said.
  EXPECT_EQ(find(facts, "sm100_wgmma").command,
            "blackwell-probe run --level full --only wgmma.bf16");
  EXPECT_EQ(find(facts, "sm100_wgmma").about, "compute capability 10.x");
}

TEST(Disputed, NothingKnownIsOpen) {
  for (const DisputedFact& fact : disputed_facts({}, {}, {})) {
    EXPECT_EQ(fact.outcome, Outcome::open) << fact.id;
    EXPECT_EQ(fact.basis, std::nullopt) << fact.id;
  }
}

TEST(Disputed, OneFigureWithTwoBoundsIsShownOnce) {
  GpuReport card = gpu({12, 0}, "RTX 5090");
  card.features = {feature("mma_sync.f8f6f4.e2m1", Status::supported, {rate(1023)}),
                   feature("mma_sync.f8f6f4.e4m3", Status::supported, {rate(1023)})};
  const DisputedFact fact = find(disputed_facts({&card, 1}, {}, {}), "fp4_f8f6f4_rate");
  EXPECT_EQ(fact.outcome, Outcome::confirmed);
  EXPECT_EQ(fact.finding,
            "By kind::f8f6f4, FP4 is no faster than FP8. RTX 5090: rate of mma_sync.f8f6f4.e2m1 1 "
            "x that of mma_sync.f8f6f4.e4m3 (clocked).");
}

TEST(Disputed, EveryClaimSaysWhoSaysWhatAndWhatSettlesIt) {
  for (const DisputedFact& fact : disputed_facts({}, {}, {})) {
    EXPECT_FALSE(fact.sources.empty()) << fact.id;
    EXPECT_FALSE(fact.topic.empty() || fact.about.empty()) << fact.id;
    if (fact.outcome != Outcome::open || fact.finding.find("Not answered") == std::string::npos)
      continue;
    EXPECT_THAT(fact.command, testing::StartsWith("blackwell-probe ")) << fact.id;
  }
}

TEST(Disputed, AGpuInHandBeatsTheMatrix) {
  GpuReport spark = gpu({12, 1}, "NVIDIA GB10");
  spark.features = {feature(
      "cluster.launch", Status::supported,
      {item(EvidenceKind::loaded, "cubin"), item(EvidenceKind::verified, "as the reference")})};
  const auto facts = disputed_facts({&spark, 1}, {}, matrix());
  const DisputedFact& clusters = find(facts, "sm12x_clusters");
  EXPECT_EQ(clusters.outcome, Outcome::contradicted);
  EXPECT_THAT(clusters.finding, HasSubstr("NVIDIA GB10: cluster.launch supported"));
  EXPECT_EQ(clusters.command, "");  // settled
  EXPECT_EQ(clusters.evidence.front().kind, EvidenceKind::verified);
}

TEST(Disputed, WhatCrashedHereIsNotAnsweredByAnAssembler) {
  GpuReport card = gpu({12, 0}, "RTX 5090");
  card.features = {feature("griddepcontrol", Status::crashed, {})};
  const auto facts = disputed_facts({&card, 1}, {}, matrix());
  EXPECT_EQ(find(facts, "sm12x_pdl").outcome, Outcome::open);
  EXPECT_THAT(find(facts, "sm12x_pdl").finding, HasSubstr("griddepcontrol crashed"));
}

TEST(Disputed, GpusThatDifferLeaveItOpen) {
  std::vector<GpuReport> gpus{gpu({12, 0}, "RTX 5090"), gpu({12, 0}, "RTX PRO 6000", 1)};
  const auto rates = [](double f32) {
    return std::vector{feature("mma_sync.e4m3", Status::supported, {rate(f32)}),
                       feature("mma_sync.e4m3.acc_f16", Status::supported, {rate(2048)})};
  };
  gpus[0].features = rates(1023);
  const DisputedFact half = find(disputed_facts({gpus.data(), 1}, {}, {}), "fp8_f32_half_rate");
  EXPECT_EQ(half.outcome, Outcome::confirmed);
  EXPECT_THAT(half.finding,
              HasSubstr("rate of mma_sync.e4m3 0.50 x that of mma_sync.e4m3.acc_f16"));
  EXPECT_EQ(half.evidence.size(), 2u);
  gpus[1].features = rates(2047);
  const auto both = disputed_facts(gpus, {}, {});
  EXPECT_EQ(find(both, "fp8_f32_half_rate").outcome, Outcome::open);
  EXPECT_THAT(find(both, "fp8_f32_half_rate").finding, HasSubstr("The GPUs in hand differ."));
}

TEST(Disputed, WithoutARateARatioIsOpen) {
  GpuReport card = gpu({12, 0}, "RTX 5090");
  card.features = {
      feature("mma_sync.e4m3", Status::supported, {rate(1023)}),
      feature("mma_sync.e4m3.acc_f16", Status::supported, {item(EvidenceKind::verified, "ok")})};
  EXPECT_EQ(find(disputed_facts({&card, 1}, {}, {}), "fp8_f32_half_rate").outcome, Outcome::open);
  // Of what came instead of the instruction.
  card.features[1].evidence = {rate(2048)};
  card.features[1].status = Status::emulated;
  EXPECT_EQ(find(disputed_facts({&card, 1}, {}, {}), "fp8_f32_half_rate").outcome, Outcome::open);
  card.features[1].status = Status::supported;
  // Of nothing and by nothing.
  card.features[0].evidence = {rate(1)};
  card.features[1].evidence = {rate(0)};
  EXPECT_EQ(find(disputed_facts({&card, 1}, {}, {}), "fp8_f32_half_rate").outcome, Outcome::open);
}

TEST(Disputed, LimitsFromDocumentsDecideNothing) {
  const auto facts = disputed_facts({}, {}, matrix());
  const DisputedFact& fact = find(facts, "sm12x_warps");
  EXPECT_EQ(fact.outcome, Outcome::open);
  ASSERT_FALSE(fact.evidence.empty());
  for (const Evidence& shown : fact.evidence) EXPECT_EQ(shown.kind, EvidenceKind::inferred);
  EXPECT_THAT(fact.finding, HasSubstr("resident warps per SM sm_120, sm_121: 48 (inferred"));
}

TEST(Disputed, AHelperIsNotNative) {
  const auto facts = disputed_facts({}, {}, matrix());
  // That it assembles does not say that it works.
  EXPECT_EQ(find(facts, "sm12x_multicast").outcome, Outcome::open);
  EXPECT_THAT(find(facts, "sm12x_multicast").finding, HasSubstr("tma.multicast taken by sm_120"));
  EXPECT_EQ(find(facts, "sm12x_multicast_native").outcome, Outcome::contradicted);
  // Machine code that was not looked at says nothing.
  const std::vector unknown{row("tma.multicast", "sm_120", true, "")};
  EXPECT_EQ(find(disputed_facts({}, {}, unknown), "sm12x_multicast_native").outcome, Outcome::open);
}

TEST(Disputed, WhatWasCountedOnTheLoadedImageDecidesWhetherItIsNative) {
  GpuReport b200 = gpu({10, 0}, "B200");
  b200.features = {feature("mma_sync.e4m3", Status::emulated,
                           {item(EvidenceKind::verified, "as the reference"),
                            item(EvidenceKind::counted, "no opcode QMMA", true)})};
  const std::vector says_native{row("mma_sync.e4m3", "sm_100a", true, "native: QMMA")};
  const DisputedFact fact =
      find(disputed_facts({&b200, 1}, {}, says_native), "fp8_mma_sync_native");
  EXPECT_EQ(fact.outcome, Outcome::contradicted);
  EXPECT_THAT(fact.finding, HasSubstr("B200: mma_sync.e4m3 not native"));
}

TEST(Disputed, TheSuffixAndTheToolkitOfFp4AreTold) {
  const auto facts = disputed_facts({}, {}, matrix());
  EXPECT_EQ(find(facts, "fp4_120f").outcome, Outcome::contradicted);
  EXPECT_THAT(find(facts, "fp4_120f").finding, HasSubstr("taken by sm_120f (since ptxas 12.9.86)"));
  EXPECT_THAT(find(facts, "fp4_120f").finding,
              testing::EndsWith("refused by sm_120. The family takes dense FP4."));
  EXPECT_EQ(find(facts, "fp4_sparse_120f").outcome, Outcome::contradicted);
  EXPECT_EQ(find(facts, "fp4_120f").command,
            "blackwell-probe matrix --driver --feature mma_sync.mxf4nvf4,mma_sync.mxf4");
  EXPECT_EQ(find(facts, "fp4_100f").command,
            "blackwell-probe matrix --driver --feature "
            "tcgen05.mma.mxf4nvf4,tcgen05.mma.mxf4nvf4.block16");
}

TEST(Disputed, SameGpusAreToldOnce) {
  std::vector<GpuReport> gpus;
  for (int i = 0; i < 8; ++i) {
    gpus.push_back(gpu({9, 0}, "NVIDIA H200", i));
    gpus.back().features = {feature("mma_sync.f16", Status::supported, {rate(2600 + i)}),
                            feature("wgmma.f16", Status::supported, {rate(4090)})};
  }
  const DisputedFact fact = find(disputed_facts(gpus, {}, {}), "mma_sync_slower_than_wgmma");
  EXPECT_EQ(fact.outcome, Outcome::confirmed);
  EXPECT_THAT(fact.finding, HasSubstr("8 x NVIDIA H200: rate of mma_sync.f16 0.64 x"));
  // What it says of the ratio is true of any ratio below one.
  EXPECT_THAT(fact.finding, Not(HasSubstr("0.63")));
  EXPECT_THAT(fact.claim, Not(HasSubstr("0.63")));
  EXPECT_THAT(fact.finding, HasSubstr("lower bound"));
}

}  // namespace
}  // namespace bp
