// Disputed claims are answered from evidence alone: a GPU in hand before an assembler, nothing from
// a document.
#include <gmock/gmock.h>

#include <algorithm>

#include "report/evaluate/evaluate.h"

namespace bp {
namespace {

using Outcome = DisputedFact::Outcome;
using testing::HasSubstr;

MatrixRow row(std::string feature, std::string target, bool accepted,
              std::string sass = "native: OP", std::string since = "ptxas 12.8.93") {
  return {std::move(feature),
          std::move(target),
          "ptxas 13.0.88",
          accepted ? Status::assembles : Status::refused,
          accepted ? std::move(sass) : "",
          accepted ? "" : "Instruction not supported on .target",
          "",
          accepted ? std::move(since) : ""};
}

std::vector<MatrixRow> matrix() {
  return {row("wgmma.bf16", "sm_90a", true),
          row("wgmma.bf16", "sm_100a", false),
          row("wgmma.bf16", "sm_120a", false),
          row("tcgen05.tmem", "sm_100a", true),
          row("tcgen05.tmem", "sm_110a", true),
          row("tcgen05.tmem", "sm_120a", false),
          row("tcgen05.mma.f16", "sm_100a", true),
          row("tcgen05.mma.f16", "sm_120a", false),
          row("mma_sync.mxf4nvf4", "sm_120", false),
          row("mma_sync.mxf4nvf4", "sm_120f", true, "native: OMMA", "ptxas 12.9.86"),
          row("mma_sync.mxf4nvf4", "sm_120a", true, "native: OMMA"),
          row("mma_sync.mxf4nvf4", "sm_100a", false),
          row("mma_sync.mxf4", "sm_120f", true, "native: OMMA", "ptxas 12.9.86"),
          row("mma_sync.sp.mxf4nvf4", "sm_120f", false),
          row("mma_sync.sp.mxf4nvf4", "sm_120a", true),
          row("cluster.launch", "sm_120a", true),
          row("tma.multicast", "sm_120", true, "helper: __cuda_syscall_multicast"),
          row("griddepcontrol", "sm_120", true, "native: ACQBULK")};
}

const DisputedFact& find(const std::vector<DisputedFact>& facts, std::string_view id) {
  const auto found = std::ranges::find(facts, id, &DisputedFact::id);
  if (found == facts.end()) throw std::logic_error("no claim " + std::string(id));
  return *found;
}

Evidence item(EvidenceKind kind, std::string text, bool against = false) {
  return {.kind = kind,
          .against = against,
          .by = "driver 580",
          .target = "sm_120a",
          .text = std::move(text),
          .value = std::nullopt,
          .unit = {}};
}

Evidence rate(double value) {
  Evidence made = item(EvidenceKind::launched, "rate of the clocked loop");
  made.value = value;
  made.unit = "operations per clock and SM";
  return made;
}

FeatureResult feature(std::string id, Status status, std::vector<Evidence> evidence) {
  return {std::move(id), status, std::nullopt, std::move(evidence)};
}

GpuReport gpu(ComputeCapability cc, std::string name, int index = 0) {
  GpuReport made;
  made.facts.cc = cc;
  made.facts.name = std::move(name);
  made.facts.index = index;
  return made;
}

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

TEST(Disputed, NothingKnownIsOpenAndArithmeticIsArithmetic) {
  for (const DisputedFact& fact : disputed_facts({}, {}, {})) {
    if (fact.id == "tile_32_mma_sync") {
      EXPECT_EQ(fact.outcome, Outcome::confirmed);
      EXPECT_THAT(fact.finding,
                  HasSubstr("64x64 in pieces of 16x8: 32 (arithmetic, not measured)"));
      EXPECT_EQ(fact.evidence.front().kind, EvidenceKind::inferred);
    } else {
      EXPECT_EQ(fact.outcome, Outcome::open) << fact.id;
    }
  }
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

TEST(Disputed, TheDriverAndTheSweepDecideSharedMemory) {
  GpuReport spark = gpu({12, 1}, "NVIDIA GB10");
  spark.facts.facts = {
      {"max_shared_memory_per_multiprocessor_bytes", std::int64_t{102400}, "driver", ""},
      {"max_shared_memory_per_block_optin_bytes", std::int64_t{101376}, "driver", ""}};
  SurveyResult sweep{.id = "sweep.shared_memory", .gpus = {0}, .status = Status::measured};
  sweep.values = {{"largest_launched", std::int64_t{101376}, "B", EvidenceKind::verified, ""}};
  const auto facts = disputed_facts({&spark, 1}, {&sweep, 1}, {});
  EXPECT_EQ(find(facts, "sm12x_shared_memory_228").outcome, Outcome::contradicted);
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

TEST(Disputed, TheSweepSaysHowManySmsClustersReach) {
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
  EXPECT_THAT(find(facts, "fp4_120f").finding, testing::EndsWith("refused by sm_120."));
  EXPECT_EQ(find(facts, "fp4_sparse_120f").outcome, Outcome::contradicted);
  EXPECT_EQ(find(facts, "fp4_120f").command,
            "blackwell-probe matrix --driver --feature mma_sync.mxf4nvf4");
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
}

}  // namespace
}  // namespace bp
