// Disputed claims are answered from evidence alone: a GPU in hand before an assembler, nothing from
// a document.
#include <gmock/gmock.h>

#include <algorithm>

#include "probes/registry/reason.h"
#include "report/evaluate/evaluate.h"

namespace bp {
namespace {

using Basis = DisputedFact::Basis;
using Outcome = DisputedFact::Outcome;
using testing::HasSubstr;
using testing::Not;

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

TEST(Disputed, WhatIsExpectedIsSaidBeforeWhatItMeans) {
  for (const DisputedFact& fact : disputed_facts({}, {}, matrix())) {
    if (fact.outcome == Outcome::open) continue;
    EXPECT_EQ(fact.basis, Basis::expected) << fact.id;
    EXPECT_THAT(fact.finding, testing::StartsWith("Expected, as assembled: ")) << fact.id;
    EXPECT_NE(fact.command, "") << fact.id;
  }
  EXPECT_THAT(find(disputed_facts({}, {}, matrix()), "sm12x_pdl").finding,
              testing::EndsWith("griddepcontrol native for sm_120. SM12x takes it."));
}

TEST(Disputed, NothingKnownIsOpen) {
  for (const DisputedFact& fact : disputed_facts({}, {}, {})) {
    EXPECT_EQ(fact.outcome, Outcome::open) << fact.id;
    EXPECT_EQ(fact.basis, std::nullopt) << fact.id;
  }
}

SurveyResult counters(std::string feature, std::int64_t issued, std::int64_t hmma) {
  SurveyResult survey{.id = "sweep.counters", .gpus = {0}, .status = Status::measured};
  survey.columns = {{"feature", ""}, {"issued", ""}, {"gmma", ""}, {"hmma", ""}};
  const auto cell = [](std::int64_t value) { return Cell{value, ""}; };
  survey.rows = {{Cell{std::string("wgmma.f16"), ""}, cell(2048), cell(8192), cell(8192)},
                 {Cell{std::move(feature), ""}, cell(issued), cell(0), cell(hmma)}};
  return survey;
}

TEST(Disputed, ArithmeticIsConfirmedByCountersAndNotByItself) {
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

TEST(Disputed, OneGpuConfirmsForItselfAndTheAssemblersAnswerForTheOthers) {
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

TEST(Disputed, WhatIsSeenOfOneCapabilityIsOnlyExpectedOfTheOther) {
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

TEST(Disputed, AnAttributeOfTheDriverSettlesNothing) {
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

TEST(Disputed, TheDriverAndTheSweepDecideSharedMemory) {
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

SurveyResult bandwidth(double gigabytes) {
  SurveyResult survey{.id = "fact.memory_bandwidth", .gpus = {0}, .status = Status::measured};
  survey.values = {
      {"gpu_copy_read_and_write", gigabytes, "GB/s", EvidenceKind::launched, {}, std::nullopt}};
  Evidence watched = item(EvidenceKind::declared, "NVML meanwhile: nothing");
  watched.by = "NVML";
  survey.evidence = {watched, item(EvidenceKind::launched, "copies")};
  return survey;
}

TEST(Disputed, WhoMeasuredIsTheWitnessAndNotWhoWatched) {
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

TEST(Disputed, AnInvalidFigureLeavesTheClaimOpen) {
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
