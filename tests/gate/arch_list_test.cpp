#include "report/gate/arch_list.h"

#include <gmock/gmock.h>

#include "report/gate/emit.h"

namespace bp::gate {
namespace {

MatrixRow takes(const char* feature, const char* target) {
  return {feature, target, "ptxas 13.0", Status::assembles, {}, {}};
}

// As ptxas 13.0.88 judges: wgmma on 90a alone, tcgen05 on a and f of its families, block-scaled
// mma.sync on a and f of 12.x, its sparse form on a alone.
const std::vector<MatrixRow> matrix = [] {
  std::vector<MatrixRow> rows;
  for (const Target target : known_targets())
    rows.push_back(takes("mma", to_string(target).c_str()));
  for (const char* target : {"sm_100a", "sm_100f", "sm_103a", "sm_103f", "sm_110a", "sm_110f"})
    rows.push_back(takes("tcgen05", target));
  for (const char* target : {"sm_120a", "sm_120f", "sm_121a", "sm_121f"})
    rows.push_back(takes("mxf4", target));
  for (const char* target : {"sm_120a", "sm_121a"}) rows.push_back(takes("sparse", target));
  rows.push_back(takes("wgmma", "sm_90a"));
  rows.push_back(takes("fp8", "sm_89"));
  return rows;
}();

std::string list(std::vector<ArchNeed> needs, bool families = true) {
  std::string text;
  for (const Target target : shortest_arch_list(needs, matrix, families))
    text += (text.empty() ? "" : " ") + to_string(target);
  return text;
}

TEST(ArchList, OneFamilyEntryServesAllItsGpus) {
  EXPECT_EQ(list({{{12, 0}, {"mxf4"}}, {{12, 1}, {"mxf4", "mma"}}}), "sm_120f");
  EXPECT_EQ(list({{{10, 0}, {"tcgen05"}}, {{10, 3}, {"tcgen05"}}}), "sm_100f");
  EXPECT_EQ(list({{{10, 0}, {"tcgen05"}}, {{12, 0}, {"mxf4"}}}), "sm_100f sm_120f");
  // Thor has a family of its own.
  EXPECT_EQ(list({{{10, 0}, {"tcgen05"}}, {{11, 0}, {"tcgen05"}}}), "sm_100f sm_110f");
}

TEST(ArchList, ASuffixStandsOnlyWhereAFeatureNeedsIt) {
  EXPECT_EQ(list({{{9, 0}, {"mma"}}}), "sm_90");
  EXPECT_EQ(list({{{9, 0}, {"wgmma"}}}), "sm_90a");
  EXPECT_EQ(list({{{12, 1}, {}}}), "sm_121");
  EXPECT_EQ(list({{{12, 0}, {"sparse"}}, {{12, 1}, {"mxf4"}}}), "sm_120a sm_121f");
  EXPECT_EQ(list({{{12, 0}, {"sparse"}}, {{12, 1}, {"sparse"}}}), "sm_120a sm_121a");
}

TEST(ArchList, PlainTargetsServeLaterMinorVersions) {
  EXPECT_EQ(list({{{8, 0}, {"mma"}}, {{8, 6}, {"mma"}}, {{8, 9}, {"mma"}}}), "sm_80");
  EXPECT_EQ(list({{{8, 0}, {"mma"}}, {{8, 9}, {"fp8"}}}), "sm_80 sm_89");
  EXPECT_EQ(list({{{8, 6}, {"mma"}}, {{8, 9}, {"mma"}}}), "sm_86");
}

TEST(ArchList, OrinSharesNoEntryWithOthers) {
  EXPECT_EQ(list({{{8, 0}, {"mma"}}, {{8, 7}, {"mma"}}, {{8, 9}, {"mma"}}}), "sm_80 sm_87");
  EXPECT_EQ(list({{{8, 7}, {"mma"}}, {{8, 9}, {"mma"}}}), "sm_87 sm_89");
}

TEST(ArchList, WithoutFamiliesEachGpuHasItsOwn) {
  EXPECT_EQ(list({{{12, 0}, {"mxf4"}}, {{12, 1}, {"mxf4"}}}, false), "sm_120a sm_121a");
  EXPECT_EQ(list({{{12, 0}, {"mma"}}, {{12, 1}, {"mma"}}}, false), "sm_120");
}

TEST(ArchList, StrangeInputHasAnAnswer) {
  EXPECT_EQ(list({}), "");
  EXPECT_EQ(list({{{13, 0}, {"mma"}}}), "sm_130");        // unknown: for itself
  EXPECT_EQ(list({{{9, 0}, {"of_tomorrow"}}}), "sm_90");  // no target takes it
  std::vector<ArchNeed> many;
  for (int i = 0; i < 5000; ++i) many.push_back({{i % 50, i % 10}, {"mma"}});
  EXPECT_FALSE(list(many).empty());
}

TEST(Emit, SpellsWhatCMakeAndPyTorchRead) {
  const std::vector<ArchNeed> needs = {
      {{9, 0}, {"wgmma"}}, {{12, 0}, {"mxf4"}}, {{12, 1}, {"mxf4"}}};
  Scene scene;
  scene.gpus = {{.label = "GPU 0 (9.0)", .cc = {9, 0}}};
  const ArchLists lists = arch_lists(needs, matrix);
  const std::string cmake = emit_cmake(lists, scene);
  EXPECT_THAT(cmake, testing::HasSubstr("set(CMAKE_CUDA_ARCHITECTURES \"90a;120f\""));
  EXPECT_THAT(cmake, testing::HasSubstr("set(CMAKE_CUDA_ARCHITECTURES \"90a;120a;121a\""));
  const std::string env = emit_env(lists, scene);
  EXPECT_THAT(env, testing::HasSubstr("\nexport CUDAARCHS='90a;120f'\n"));
  EXPECT_THAT(env, testing::HasSubstr("\nexport TORCH_CUDA_ARCH_LIST='9.0a;12.0a;12.1a'\n"));
}

TEST(Emit, SaysOfWhichGpuNothingIsKnown) {
  Scene scene;
  scene.gpus = {{.label = "GPU 0 (9.0)", .cc = {9, 0}},
                {.label = "GPU 1 (9.0)", .cc = {9, 0}, .problem = "in use\nexport X=1"}};
  const ArchLists lists = arch_lists(arch_needs(scene, {}), matrix);
  for (const std::string& script : {emit_env(lists, scene), emit_cmake(lists, scene)}) {
    EXPECT_THAT(script, testing::HasSubstr("\n# GPU 1 (9.0) could not be opened: "));
    EXPECT_THAT(script, testing::Not(testing::HasSubstr("in use")));
  }
}

TEST(Emit, AGpuOfUnknownCapabilityIsLeftOutAndNamed) {
  Scene scene;
  scene.gpus = {{.label = "GPU 0 (9.0)", .cc = {9, 0}},
                {.label = "GPU 1", .cc = {}, .problem = "It does not answer"}};
  const std::vector<ArchNeed> needs = arch_needs(scene, {});
  ASSERT_EQ(needs.size(), 1u);
  const ArchLists lists = arch_lists(needs, matrix);
  for (const std::string& text : {emit_env(lists, scene), emit_cmake(lists, scene)}) {
    EXPECT_THAT(text, testing::HasSubstr(" for GPU 0 (9.0).\n# GPU 1 is left out: "));
    EXPECT_THAT(text, testing::Not(testing::HasSubstr("0;")));
  }
}

TEST(Emit, MarkersAreThoseOfAllThatCouldBeAsked) {
  FeatureResult mma{"mma", Status::supported, {}, {}};
  mma.evidence.push_back({.kind = EvidenceKind::verified,
                          .by = "",
                          .target = "",
                          .text = "",
                          .value = std::nullopt,
                          .unit = ""});
  Scene scene;
  scene.gpus = {{.label = "GPU 0", .cc = {}, .index = 0, .problem = "It is not '''open"},
                {.label = "GPU 1 (9.0)", .cc = {9, 0}, .index = 1, .features = {&mma, 1}}};
  const std::string text = emit_pytest({}, scene, {{About::feature, {"mma", "wgmma"}}});
  for (const char* id : {"feature:mma", "feature:wgmma"})
    EXPECT_THAT(text, testing::ContainsRegex("\"" + std::string(id) + "\": \\[\n *\"unknown\""));
}

TEST(Emit, NothingInTheAnswersEndsTheTextOfThePlugin) {
  Result result{.demand = {.text = "driver>=580", .name = "''' + exec('x') + r'''\\"},
                .outcome = Outcome::not_met};
  result.finding = {.truth = Truth::not_met, .reason = "'''\n\"\\ \xff \xe2\x80\xa8"};
  const std::string text = emit_pytest(std::span(&result, 1), Scene{}, {});
  const auto start = text.find("r'''") + 4;
  const auto end = text.find('\'', start);
  EXPECT_EQ(text.substr(end, 4), "''')");
  for (const char c : text) EXPECT_LT(static_cast<unsigned char>(c), 0x80);
}

}  // namespace
}  // namespace bp::gate
