#include <gmock/gmock.h>

#include <algorithm>

#include "report/evaluate/evaluate.h"

namespace bp {
namespace {

using Outcome = DisputedFact::Outcome;

MatrixRow row(std::string feature, std::string target, bool accepted) {
  return {std::move(feature),   std::move(target),
          "ptxas 13.0.88",      accepted ? Status::assembles : Status::refused,
          accepted ? "OP" : "", accepted ? "" : "Instruction not supported on .target"};
}

const DisputedFact& find(const std::vector<DisputedFact>& facts, std::string_view id) {
  return *std::ranges::find(facts, id, &DisputedFact::id);
}

std::vector<MatrixRow> matrix() {
  return {row("wgmma.bf16", "sm_90a", true),          row("wgmma.bf16", "sm_100a", false),
          row("wgmma.bf16", "sm_120a", false),        row("tcgen05.tmem", "sm_100a", true),
          row("tcgen05.tmem", "sm_110a", true),       row("tcgen05.tmem", "sm_120a", false),
          row("tcgen05.mma.f16", "sm_100a", true),    row("mma_sync.mxf4nvf4", "sm_120a", true),
          row("mma_sync.mxf4nvf4", "sm_100a", false), row("cluster.launch", "sm_120a", true)};
}

TEST(Disputed, TheMatrixContradictsTheSeedArticle) {
  const auto facts = disputed_facts({}, matrix());
  EXPECT_EQ(find(facts, "sm100_wgmma").outcome, Outcome::contradicted);
  EXPECT_EQ(find(facts, "sm110_exists").outcome, Outcome::contradicted);
  EXPECT_EQ(find(facts, "sm12x_clusters").outcome, Outcome::contradicted);
  EXPECT_EQ(find(facts, "sm12x_tmem").outcome, Outcome::confirmed);
  EXPECT_EQ(find(facts, "sm12x_fp4").outcome, Outcome::confirmed);
  EXPECT_EQ(find(facts, "three_paths").outcome, Outcome::confirmed);
  EXPECT_THAT(find(facts, "sm100_wgmma").finding, testing::HasSubstr("expected, as assembled"));
}

TEST(Disputed, NothingKnownIsOpen) {
  for (const DisputedFact& fact : disputed_facts({}, {}))
    EXPECT_EQ(fact.outcome, Outcome::open) << fact.id;
}

TEST(Disputed, AGpuInHandBeatsTheMatrix) {
  GpuReport gpu;
  gpu.facts.cc = {12, 1};
  gpu.facts.name = "NVIDIA GB10";
  gpu.facts.facts = {
      {"max_shared_memory_per_multiprocessor_bytes", std::int64_t{102400}, "driver", ""}};
  gpu.features = {{"cluster.launch",
                   Status::supported,
                   std::nullopt,
                   {{.kind = EvidenceKind::verified,
                     .against = false,
                     .by = "b",
                     .target = "sm_121a",
                     .text = "ok",
                     .value = {},
                     .unit = ""}}}};
  const auto facts = disputed_facts({&gpu, 1}, matrix());
  EXPECT_EQ(find(facts, "sm12x_clusters").outcome, Outcome::contradicted);
  EXPECT_THAT(find(facts, "sm12x_clusters").finding, testing::HasSubstr("GPU in hand"));
  EXPECT_EQ(find(facts, "sm12x_clusters").evidence.front().kind, EvidenceKind::verified);
  const DisputedFact& shared = find(facts, "shared_memory");
  EXPECT_THAT(shared.finding,
              testing::HasSubstr("NVIDIA GB10: shared memory per SM 100 KiB (driver attribute)"));
  EXPECT_EQ(shared.evidence.front().kind, EvidenceKind::declared);
  // The other family of the article is not in hand: said, and marked.
  EXPECT_THAT(shared.finding, testing::HasSubstr("sm_100: shared memory per SM 228 KiB (inferred"));
}

TEST(Disputed, LimitsOfTargetsNotInHandAreInferred) {
  const auto facts = disputed_facts({}, matrix());
  for (const Evidence& item : find(facts, "warps").evidence)
    EXPECT_EQ(item.kind, EvidenceKind::inferred);
  EXPECT_THAT(find(facts, "warps").finding, testing::HasSubstr("sm_121: resident warps per SM 48"));
}

}  // namespace
}  // namespace bp
