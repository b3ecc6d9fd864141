// What is said of many targets or GPUs is shown once, and nothing that differs is lost by it.
#include <gmock/gmock.h>

#include "report/formats/disputed_words.h"
#include "report/formats/html.h"
#include "report/formats/html_parts.h"
#include "report/formats/text.h"
#include "tests/report/sample_reports.h"

namespace bp {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string text_of(const html::Node& node) {
  std::string text;
  node.write(text);
  return text;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size())
    ++found;
  return found;
}

Evidence refusal(const std::string& target) {
  return {.kind = EvidenceKind::assembled,
          .against = true,
          .by = "ptxas 13.0.88",
          .target = target,
          .text = "Instruction <x> not supported on .target " + target,
          .value = std::nullopt,
          .unit = {}};
}

TargetReport target(const std::string& name, Evidence evidence) {
  TargetReport made;
  made.target = name;
  made.features = {{"wgmma.bf16", Status::refused, std::nullopt, {std::move(evidence)}}};
  return made;
}

TEST(HtmlAnswers, AMessageOfManyTargetsIsShownOnce) {
  const std::vector targets{target("sm_100", refusal("sm_100")),
                            target("sm_120", refusal("sm_120")),
                            target("sm_121", refusal("sm_121a"))};
  const std::string page = text_of(features_by_answer(targets));
  EXPECT_EQ(count(page, "Instruction &lt;x&gt; not supported on .target TARGET"), 1u);
  EXPECT_THAT(page, HasSubstr("sm_100, sm_120, sm_121"));
  EXPECT_THAT(page, HasSubstr("for sm_100, sm_120, sm_121a"));  // what was really assembled
}

TEST(HtmlAnswers, WhatOneTargetSaysIsVerbatim) {
  const std::vector targets{target("sm_100", refusal("sm_100"))};
  EXPECT_THAT(text_of(features_by_answer(targets)), HasSubstr("on .target sm_100<"));
}

TEST(HtmlAnswers, OnlyTheWholeNameOfTheTargetStandsForAny) {
  Evidence other = refusal("sm_100");
  other.text = "sm_100a is needed, not sm_100";
  Evidence same = other;
  same.target = "sm_120";
  same.text = "sm_100a is needed, not sm_120";
  const std::string page =
      text_of(features_by_answer(std::vector{target("sm_100", other), target("sm_120", same)}));
  EXPECT_EQ(count(page, "sm_100a is needed, not TARGET"), 1u);
}

TEST(HtmlAnswers, WhatDiffersStaysApart) {
  Evidence other = refusal("sm_120");
  other.by = "ptxas 12.8.93";
  const std::string page = text_of(features_by_answer(
      std::vector{target("sm_100", refusal("sm_100")), target("sm_120", other)}));
  EXPECT_THAT(page, HasSubstr("on .target sm_100<"));
  EXPECT_THAT(page, HasSubstr("on .target sm_120<"));
  EXPECT_THAT(page, HasSubstr("ptxas 12.8.93"));
}

TEST(HtmlAnswers, TheMatrixSaysAMessageOnceAndSinceWhen) {
  const auto row = [](std::string name, std::string since) {
    return MatrixRow{"tma.load", std::move(name), "ptxas 13.0.88", Status::assembles, "native: X",
                     "",         "8.0",           std::move(since)};
  };
  const std::string page = text_of(
      matrix_section(std::vector{row("sm_120", "ptxas 12.8.93"), row("sm_121", "ptxas 12.9.86")}));
  EXPECT_EQ(count(page, "native: X"), 1u);
  EXPECT_THAT(page, HasSubstr("sm_120 since ptxas 12.8.93; sm_121 since ptxas 12.9.86"));
}

GpuReport gpu(int index, double rate) {
  GpuReport made;
  made.facts.index = index;
  made.facts.name = "NVIDIA H200";
  made.facts.cc = {9, 0};
  made.target = "sm_90a";
  Evidence item = refusal("sm_90a");
  item.against = false;
  item.text = "rate of the clocked loop";
  item.value = rate;
  item.unit = rate_unit;
  made.features = {{"wgmma.f16", Status::supported, std::nullopt, {item}},
                   {"mbarrier", Status::supported, std::nullopt, {}}};
  return made;
}

TEST(HtmlAnswers, GpusOfOneKindAreShownOnceWithTheFigureOfEach) {
  const std::vector gpus{gpu(0, 4090), gpu(1, 4081), gpu(2, 4090)};
  const auto parts = merged_gpus(gpus);
  ASSERT_EQ(parts.size(), 1u);
  EXPECT_EQ(parts[0].title, "GPUs 0, 1, 2: NVIDIA H200");
  EXPECT_EQ(parts[0].features[0].evidence[0].text,
            "rate of the clocked loop (GPU 1: 4081, GPU 2: 4090)");
}

TEST(HtmlAnswers, AGpuThatDiffersIsShownBesideTheOthers) {
  std::vector gpus{gpu(0, 4090), gpu(1, 4090), gpu(2, 4090)};
  gpus[2].features[1].status = Status::crashed;
  const auto parts = merged_gpus(gpus);
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts[1].title, "GPU 2: NVIDIA H200, where it differs");
  ASSERT_EQ(parts[1].features.size(), 1u);
  EXPECT_EQ(parts[1].features[0].id, "mbarrier");
  EXPECT_EQ(parts[1].features[0].status, Status::crashed);
  // Not of a kind: another list of features.
  gpus[2].features.pop_back();
  EXPECT_EQ(merged_gpus(gpus)[1].title, "GPU 2: NVIDIA H200");
}

TEST(HtmlAnswers, ADisputedClaimShowsItsSourcesAndWhatSettlesIt) {
  DisputedFact fact;
  fact.id = "sm12x_clusters";
  fact.claim = "No <b>clusters</b>";
  fact.topic = "Clusters";
  fact.about = "compute capability 12.x";
  fact.finding = "They exist.";
  fact.outcome = DisputedFact::Outcome::contradicted;
  fact.sources = {{"who <i>", "says \"so\"", "project#1"}};
  fact.command = "blackwell-probe run --only 'x'";
  const std::string page = text_of(disputed_parts({&fact, 1}));
  for (const char* part :
       {"No &lt;b&gt;clusters&lt;/b&gt;", "who &lt;i&gt;", "says &quot;so&quot;", "project#1",
        "blackwell-probe run --only &#39;x&#39;", "contradicted, expected", "<h3>Clusters</h3>",
        "about compute capability 12.x", "GA100 (8.0)", "inferred"}) {
    EXPECT_THAT(page, HasSubstr(part));
  }
  // Settled by execution: nothing left to run, and not "expected".
  fact.command.clear();
  EXPECT_THAT(text_of(disputed_parts({&fact, 1})), Not(HasSubstr("contradicted, expected")));
}

TEST(HtmlAnswers, AnOutcomeIsInTheSameWordsInEveryFormat) {
  using enum DisputedFact::Basis;
  DisputedFact fact;
  fact.id = "sm12x_clusters";
  fact.claim = "Clusters";
  fact.about = "compute capability 12.x";
  fact.finding = "They exist.";
  fact.outcome = DisputedFact::Outcome::confirmed;
  fact.command = "blackwell-probe run";
  struct Case {
    std::optional<DisputedFact::Basis> basis;
    const char *outcome, *command;
  };
  const Case cases[] = {{expected, "confirmed, expected", "to settle it, on compute capability"},
                        {declared, "confirmed, declared", "to settle it, on compute capability"},
                        {in_hand, "confirmed on the GPU in hand", "to settle it on a GPU not in"},
                        {executed, "confirmed", "to settle it on a GPU not in hand"},
                        {std::nullopt, "confirmed, expected", "to settle it, on compute"}};
  for (const auto& [basis, outcome, command] : cases) {
    fact.basis = basis;
    EXPECT_EQ(outcome_words(fact), outcome);
    EXPECT_THAT(command_words(fact), testing::StartsWith(command));
    EXPECT_THAT(text_of(disputed_parts({&fact, 1})), HasSubstr(" " + outcome_words(fact) + "<"));
    Report report;
    report.disputed = {fact};
    const std::string text = serialise_text(report, {.width = 200});
    EXPECT_THAT(text, HasSubstr(outcome_words(fact)));
    EXPECT_THAT(text, HasSubstr(command_words(fact) + ": blackwell-probe run"));
  }
}

}  // namespace
}  // namespace bp
