// What a project's own selector would choose.
#include <gmock/gmock.h>

#include "tests/evaluate/inline_catalogue.h"

namespace bp {
namespace {

using test::catalogue_of;
using test::subject_of;
using testing::ElementsAre;
using testing::HasSubstr;

Catalogue rows() {
  return catalogue_of(
      {R"({"id": "p.blackwell", "needs": "tcgen05.mma.f16", "admits": "major >= 10"})",
       R"({"id": "p.hopper", "needs": "wgmma.bf16", "admits": "major == 9", "shape": {"heads": [64, 128]}})",
       R"({"id": "p.closed", "needs": "wgmma.bf16"})",
       R"({"id": "p.any", "needs": "mma_sync.bf16", "admits": "any"})",
       R"({"id": "p.pick", "kind": "selector", "chain": [
             {"when": "major == 9 and heads >= 256", "try": ["p.any"]},
             {"when": "major >= 9", "try": ["p.blackwell", "p.closed", "p.hopper", "p.any"]}]})",
       R"({"id": "p.other", "kind": "selector", "also": ["mla.sparse_prefill"], "chain": [
             {"when": "major == 9", "try": ["p.blackwell"]}]})",
       R"({"id": "p.empty", "kind": "selector"})", R"({"id": "p.layout", "kind": "format"})"});
}

std::vector<SelectorResult> walked(const test::Machine& machine, const Shape& shape = {}) {
  const Catalogue catalogue = rows();
  const Subject gpu = subject_of(machine);
  return walk_selectors(catalogue, gpu, evaluate(catalogue, gpu, shape), shape);
}

TEST(Selectors, GetNoVerdictAndAreNoRunner) {
  const auto results = evaluate(rows(), subject_of(test::h200));
  ASSERT_EQ(results.size(), 4u);
  for (const BackendResult& result : results) EXPECT_NE(result.nearest, "p.empty");
}

TEST(Selectors, TakeTheFirstThatItsGateAdmits) {
  const auto results = walked(test::h200, {.heads = 128});
  ASSERT_EQ(results.size(), 2u);  // without candidates nothing is walked
  EXPECT_EQ(results[0].id, "p.pick");
  EXPECT_EQ(results[0].project, "P");
  EXPECT_EQ(results[0].operation, "mla.sparse_decode");
  EXPECT_EQ(results[0].chosen, "p.hopper");
  EXPECT_THAT(results[0].steps,
              ElementsAre(SelectorStep{"p.blackwell", Verdict::no_hardware, false},
                          SelectorStep{"p.closed", Verdict::unknown, std::nullopt},
                          SelectorStep{"p.hopper", Verdict::runs, true}));
  EXPECT_EQ(results[1].chosen, "");
  EXPECT_THAT(results[1].note, HasSubstr("no candidate"));
}

TEST(Selectors, PassOverWhatDoesNotTakeTheShape) {
  const auto results = walked(test::h200, {.heads = 16});
  EXPECT_EQ(results[0].chosen, "p.any");
  EXPECT_EQ(results[0].steps[2], (SelectorStep{"p.hopper", Verdict::no_dispatch, false}));
}

TEST(Selectors, ChooseWhatIsAtRiskToo) {
  for (const auto& machine : {test::rtx5090, test::gb10}) {
    const auto result = walked(machine).front();
    EXPECT_EQ(result.chosen, "p.blackwell") << machine.name;
    EXPECT_THAT(result.steps, ElementsAre(SelectorStep{"p.blackwell", Verdict::at_risk, true}));
  }
  EXPECT_EQ(walked(test::b200).front().steps.front().verdict, Verdict::runs);
}

TEST(Selectors, DoNotGuessWhereTheyBegin) {
  const auto hopper = walked(test::h200).front();
  EXPECT_TRUE(hopper.steps.empty());
  EXPECT_EQ(hopper.note, "where it begins depends on heads (give --heads)");
  const auto ampere = walked(test::a100).front();
  EXPECT_TRUE(ampere.steps.empty());
  EXPECT_EQ(ampere.note, "it has no candidates for compute capability 8.0");
}

}  // namespace
}  // namespace bp
