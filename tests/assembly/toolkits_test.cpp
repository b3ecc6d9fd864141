// The table of several toolkits: looking up, keeping what did not change, and its file.
#include "probes/assembly/toolkits.h"

#include <gmock/gmock.h>

#include "tests/support/paths.h"

namespace bp {
namespace {

using testing::HasSubstr;

constexpr Target t80{{8, 0}, Suffix::none};
constexpr Target t90a{{9, 0}, Suffix::architecture};
constexpr Target t120a{{12, 0}, Suffix::architecture};

ToolkitVerdict accepted(PtxVersion lowest) { return {true, lowest, {}}; }
ToolkitVerdict refused(std::string message) { return {false, {}, std::move(message)}; }

ToolkitTable sample() {
  return {.toolkits = {{"ptxas 12.8.93", {8, 7}, {t80, t90a}},
                       {"ptxas 13.0.88", {9, 0}, {t80, t90a, t120a}}},
          .features = {{"alpha",
                        7,
                        {{refused("not supported on .target 'sm_80'"), refused("too \"old\"")},
                         {refused("not supported on .target 'sm_80'"), accepted({8, 0}),
                          refused("not supported on .target 'sm_120a'")}}},
                       {"beta",
                        0xfedcba9876543210u,
                        {{accepted({7, 0}), accepted({8, 0})},
                         {accepted({7, 0}), accepted({8, 0}), accepted({8, 7})}}}}};
}

TEST(Toolkits, AreFoundByNameVersionAndRelease) {
  const auto table = sample();
  for (const auto* word : {"ptxas 12.8.93", "12.8.93", "12.8"})
    EXPECT_EQ(table.toolkit(word), &table.toolkits[0]) << word;
  EXPECT_EQ(table.toolkit("newest"), &table.toolkits[1]);
  for (const auto* word : {"", "12", "12.9", "ptxas", "13.0.8"})
    EXPECT_EQ(table.toolkit(word), nullptr) << word;
}

TEST(Toolkits, TheNearestIsOfTheSameReleaseElseOlder) {
  const auto table = sample();
  EXPECT_EQ(table.nearest("ptxas 12.8.61").name, "ptxas 12.8.93");
  EXPECT_EQ(table.nearest("ptxas 12.9.86").name, "ptxas 12.8.93");
  EXPECT_EQ(table.nearest("ptxas 14.1.1").name, "ptxas 13.0.88");
  EXPECT_EQ(table.nearest("ptxas 11.8.1").name, "ptxas 12.8.93");
}

TEST(Toolkits, TheFirstThatTakesIt) {
  const auto table = sample();
  EXPECT_EQ(table.first("alpha", t80), nullptr);
  EXPECT_EQ(table.first("alpha", t90a)->name, "ptxas 13.0.88");
  EXPECT_EQ(table.first("beta", t90a)->name, "ptxas 12.8.93");
  EXPECT_EQ(table.first("gamma", t90a), nullptr);
  EXPECT_EQ(table.verdict(table.toolkits[0], "beta", t120a), nullptr);
}

TEST(Toolkits, RowsSayWhatIsKnown) {
  const auto table = sample();
  const auto rows = matrix_rows(table, table.toolkits[1], table.toolkits[1].targets);
  ASSERT_EQ(rows.size(), 6u);
  EXPECT_EQ(rows[1].feature, "alpha");
  EXPECT_EQ(rows[1].target, "sm_90a");
  EXPECT_EQ(rows[1].verdict, Status::assembles);
  EXPECT_EQ(rows[1].ptx, "8.0");
  EXPECT_EQ(rows[1].since, "ptxas 13.0.88");
  EXPECT_EQ(rows[2].message, "not supported on .target 'sm_120a'");
  EXPECT_EQ(rows[2].ptx, "");
}

TEST(Toolkits, TheFileHoldsAllAndEachMessageOnce) {
  const auto text = encode_table(sample());
  EXPECT_EQ(decode_table(text), sample());
  const auto at = text.find("not supported on .target '@'");
  ASSERT_NE(at, std::string::npos);
  EXPECT_EQ(text.find("not supported", at + 1), std::string::npos);
}

TEST(Toolkits, ADamagedFileIsASentence) {
  const auto text = encode_table(sample());
  const auto with = [&](std::string_view what, std::string_view by) {
    auto changed = text;
    changed.replace(changed.find(what), what.size(), by);
    return changed;
  };
  for (const auto& damaged :
       {std::string(), std::string("[]"), text.substr(0, text.size() / 2), with("\"8.7\"", "\"x\""),
        with("[0,1]", "[0,9]"), with("[0,1]", "[0]"), with("[0,1]", "[-1,1]"),
        with("sm_80", "sm_x"), with("fedcba", "zedcba"), with("\"format\":1", "\"format\":2")}) {
    EXPECT_THROW(decode_table(damaged), ToolkitTableError) << damaged;
  }
}

TEST(Toolkits, TargetsIncludeDroppedAndComingOnes) {
  const auto targets = toolkit_targets();
  for (const auto* name : {"sm_50", "sm_101a", "sm_107f", "sm_90a", "sm_121f"})
    EXPECT_THAT(targets, testing::Contains(parse_target(name).value()));
  EXPECT_EQ(std::ranges::adjacent_find(targets), targets.end());
}

TEST(Versions, FollowEachOther) {
  EXPECT_EQ(previous({7, 0}), (PtxVersion{6, 5}));
  EXPECT_EQ(previous({9, 0}), (PtxVersion{8, 8}));
  EXPECT_EQ(previous({8, 7}), (PtxVersion{8, 6}));
  EXPECT_EQ(previous({4, 0}), (PtxVersion{}));
  EXPECT_EQ(next({7, 8}), (PtxVersion{8, 0}));
  EXPECT_EQ(next({8, 8}), (PtxVersion{9, 0}));
  EXPECT_EQ(next({9, 0}), (PtxVersion{9, 1}));
}

MatrixModule module_with(std::string body, PtxVersion minimum, std::string id = "own") {
  return {std::move(id),
          "// a comment\n.version 9.0\n.target sm_80\n.address_size 64\n.visible .entry k() {\n" +
              body + "ret;\n}\n",
          "", minimum};
}

TEST(Toolkits, OnlyWhatChangedHasAnotherHash) {
  auto module = module_with("", {7, 0});
  const auto hash = module_hash(module);
  module.ptx.replace(0, 12, "// built later");
  EXPECT_EQ(module_hash(module), hash);
  module.ptx.replace(module.ptx.find("ret"), 3, "trap");
  EXPECT_NE(module_hash(module), hash);
  EXPECT_NE(module_hash(module_with("", {7, 1})), hash);
}

// elect.sync came with 8.0; the header asks for less or for more.
TEST(Verdict, FindsTheLowestVersion) {
  BP_NEEDS("BP_PTXAS");
  const Ptxas ptxas(test::path("BP_PTXAS"));
  const std::string body = ".reg .pred p;\nelect.sync _|p, 0xffffffff;\n";
  for (const auto minimum : {PtxVersion{7, 8}, PtxVersion{8, 0}, PtxVersion{8, 5}}) {
    const auto answer = lowest_verdict(ptxas, module_with(body, minimum), {{9, 0}, Suffix::none});
    EXPECT_TRUE(answer.accepted);
    EXPECT_EQ(answer.lowest, (PtxVersion{8, 0})) << to_string(minimum);
  }
  const auto refused = lowest_verdict(ptxas, module_with(body, {8, 0}), {{8, 9}, Suffix::none});
  EXPECT_FALSE(refused.accepted);
  EXPECT_THAT(refused.message, HasSubstr("requires .target sm_90 or higher"));
}

TEST(Verdict, AVersionThatTheAssemblerDoesNotHaveIsNoObstacle) {
  BP_NEEDS("BP_PTXAS");
  const auto answer = lowest_verdict(Ptxas(test::path("BP_PTXAS")), module_with("", {99, 0}),
                                     {{8, 0}, Suffix::none});
  EXPECT_TRUE(answer.accepted);
  EXPECT_EQ(answer.lowest, (PtxVersion{7, 0}));
}

TEST(Toolkits, WhatIsKnownIsNotJudgedAgain) {
  BP_NEEDS("BP_PTXAS");
  const std::vector<Ptxas> assemblers{Ptxas(test::path("BP_PTXAS"))};
  std::vector<MatrixModule> modules{module_with("", {7, 0}, "b"), module_with("", {7, 0}, "a")};
  std::size_t judged = 0;
  const auto judge = [&](const ToolkitTable& present) {
    return judge_with_toolkits(assemblers, modules, present, 2,
                               [&](std::size_t, std::size_t all) { judged = all; });
  };
  auto table = judge({});
  const auto targets = table.toolkits.at(0).targets.size();
  EXPECT_EQ(judged, 2 * targets);
  EXPECT_EQ(table.features.at(0).id, "a");
  EXPECT_EQ(judge(table), table);
  EXPECT_EQ(judged, 0u);
  modules[0].minimum = {7, 1};
  EXPECT_NE(judge(table), table);
  EXPECT_EQ(judged, targets);
  table.toolkits[0].name = "ptxas 1.0.0";
  judge(table);
  EXPECT_EQ(judged, 2 * targets);
}

}  // namespace
}  // namespace bp
