// Target rules: parsing, order, who runs whose code, and every minimum `.version` against the real
// assembler.
#include "probes/registry/target.h"

#include <gmock/gmock.h>

#include <array>
#include <set>

#include "probes/assembly/log.h"
#include "probes/assembly/process.h"
#include "probes/assembly/ptxas.h"
#include "tests/support/paths.h"

namespace bp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Target target(std::string_view text) { return parse_target(text).value(); }
ComputeCapability cc(std::string_view text) { return parse_compute_capability(text).value(); }

TEST(Target, ParsesWhatItWrites) {
  for (const auto known : known_targets())
    EXPECT_EQ(parse_target(to_string(known)), known) << to_string(known);
}

TEST(Target, RefusesEverythingElse) {
  for (const auto* text :
       {"", "sm_", "sm_a", "sm_9", "sm_90b", "sm_90aa", "sm_90af", "compute_90", "SM_90", "sm_-90",
        "sm_90 ", " sm_90", "sm_9000", "sm_9.0", "90", "sm_9a0"})
    EXPECT_EQ(parse_target(text), std::nullopt) << text;
}

TEST(Target, ParsesVersionsAndCapabilities) {
  EXPECT_EQ(parse_ptx_version("8.7"), (PtxVersion{8, 7}));
  EXPECT_EQ(parse_compute_capability("12.1"), (ComputeCapability{12, 1}));
  for (const auto* text :
       {"", "8", "8.", ".7", "8.77", "8.7.1", "-8.7", "8.-7", "8.7 ", "a.b", "1000.1"}) {
    EXPECT_EQ(parse_ptx_version(text), std::nullopt) << text;
    EXPECT_EQ(parse_compute_capability(text), std::nullopt) << text;
  }
}

TEST(Target, VersionsCompareAsNumbers) {
  EXPECT_LT((PtxVersion{7, 8}), (PtxVersion{8, 0}));
  EXPECT_LT((PtxVersion{8, 7}), (PtxVersion{8, 8}));
  EXPECT_LT(cc("9.0"), cc("10.0"));
}

struct Runs {
  const char* image;
  const char* gpu;
  bool expected;
};

// CUDA Programming Guide, "Compute Capabilities" and "Family-Specific Features"; PTX ISA 9.x,
// ".target".
class RunsOn : public testing::TestWithParam<Runs> {};
TEST_P(RunsOn, FollowsTheRules) {
  const auto& [image, gpu, expected] = GetParam();
  EXPECT_EQ(runs_on(target(image), cc(gpu)), expected) << image << " on " << gpu;
}
INSTANTIATE_TEST_SUITE_P(Table, RunsOn,
                         testing::Values(
                             // plain: same major, same or later minor
                             Runs{"sm_80", "8.0", true}, Runs{"sm_80", "8.6", true},
                             Runs{"sm_86", "8.0", false}, Runs{"sm_80", "9.0", false},
                             Runs{"sm_90", "10.0", false}, Runs{"sm_100", "10.3", true},
                             Runs{"sm_103", "10.0", false}, Runs{"sm_100", "12.0", false},
                             Runs{"sm_120", "12.1", true}, Runs{"sm_121", "12.0", false},
                             Runs{"sm_100", "11.0", false},
                             // a: exactly its number
                             Runs{"sm_90a", "9.0", true}, Runs{"sm_100a", "10.0", true},
                             Runs{"sm_100a", "10.3", false}, Runs{"sm_120a", "12.1", false},
                             Runs{"sm_121a", "12.1", true}, Runs{"sm_121a", "12.0", false},
                             // f: the family, from its minor upwards
                             Runs{"sm_100f", "10.0", true}, Runs{"sm_100f", "10.3", true},
                             Runs{"sm_103f", "10.0", false}, Runs{"sm_103f", "10.3", true},
                             Runs{"sm_100f", "11.0", false}, Runs{"sm_110f", "11.0", true},
                             Runs{"sm_100f", "12.0", false}, Runs{"sm_120f", "12.1", true},
                             Runs{"sm_121f", "12.0", false}));

TEST(Target, TriesTheMostSpecificFirst) {
  EXPECT_THAT(targets_for(cc("12.1")),
              ElementsAre(target("sm_121a"), target("sm_121f"), target("sm_121")));
  EXPECT_THAT(targets_for(cc("9.0")), ElementsAre(target("sm_90a"), target("sm_90")));
  EXPECT_THAT(targets_for(cc("8.9")), ElementsAre(target("sm_89")));
}

TEST(Target, ProbesAnUnknownCapability) {
  EXPECT_THAT(targets_for(cc("13.0")),
              ElementsAre(target("sm_130a"), target("sm_130f"), target("sm_130")));
  EXPECT_FALSE(is_known(target("sm_130a")));
  EXPECT_EQ(minimum_ptx_version(target("sm_130a")), std::nullopt);
}

// cuda.h: CU_TARGET_COMPUTE_121A = CU_COMPUTE_ACCELERATED_TARGET_BASE (0x10000) + 121,
// ..._FAMILY_... 0x20000.
TEST(Target, NumbersThemAsTheDriverDoes) {
  EXPECT_EQ(jit_target(target("sm_90")), 90u);
  EXPECT_EQ(jit_target(target("sm_90a")), 0x1005au);
  EXPECT_EQ(jit_target(target("sm_121a")), 0x10079u);
  EXPECT_EQ(jit_target(target("sm_100f")), 0x20064u);
}

// --- against the assembler of this build
// -----------------------------------------------------------------------

const Ptxas& assembler() {
  static const Ptxas ptxas(test::path("BP_PTXAS"));
  return ptxas;
}

/// A module with an entry: the assembler does not compare version and target of an empty one.
std::string smallest_module(std::string_view version, Target target) {
  return ".version " + std::string(version) + "\n.target " + to_string(target) +
         "\n.address_size 64\n.visible .entry k()\n{\n\tret;\n}\n";
}

TEST(Target, KnowsWhatTheAssemblerLists) {
  BP_NEEDS("BP_PTXAS");
  const auto help =
      run_process({test::path("BP_PTXAS"), "--help"}, std::chrono::seconds(30)).output;
  const auto begin = help.find("--gpu-name");
  ASSERT_NE(begin, std::string::npos);
  const auto end = help.find("\n--", begin);
  std::set<std::string> listed;
  for (auto at = help.find("'sm_", begin); at < end; at = help.find("'sm_", at + 1))
    listed.insert(help.substr(at + 1, help.find('\'', at + 1) - at - 1));
  ASSERT_GT(listed.size(), 10u);
  std::set<std::string> known;
  for (const auto target : known_targets()) known.insert(to_string(target));
  // A newer assembler may list more (107 from 13.4 on), never less.
  if (assembler().name().starts_with("ptxas 13.0.")) {
    EXPECT_EQ(known, listed);
  } else {
    EXPECT_TRUE(std::ranges::includes(listed, known));
  }
}

class MinimumVersion : public testing::TestWithParam<Target> {};

TEST_P(MinimumVersion, IsTakenAndTheOneBelowIsNot) {
  BP_NEEDS("BP_PTXAS");
  const auto target = GetParam();
  const auto minimum = minimum_ptx_version(target);
  ASSERT_TRUE(minimum);
  EXPECT_TRUE(assembler().assemble(smallest_module(to_string(*minimum), target), target).accepted);
  if (to_string(target) == "sm_88" && assembler().name().starts_with("ptxas 13.0.")) {
    // 13.0 took it from 7.3 on, 13.1 and later from 9.0 on: the later rule is the one that always
    // works.
    EXPECT_TRUE(assembler().assemble(smallest_module("7.3", target), target).accepted);
    EXPECT_FALSE(assembler().assemble(smallest_module("7.2", target), target).accepted);
    return;
  }
  // Every version that there has been; a major has no common last minor.
  constexpr auto versions = std::to_array<PtxVersion>(
      {{6, 0}, {6, 1}, {6, 2}, {6, 3}, {6, 4}, {6, 5}, {7, 0}, {7, 1}, {7, 2},
       {7, 3}, {7, 4}, {7, 5}, {7, 6}, {7, 7}, {7, 8}, {8, 0}, {8, 1}, {8, 2},
       {8, 3}, {8, 4}, {8, 5}, {8, 6}, {8, 7}, {8, 8}, {9, 0}});
  const auto at = std::ranges::find(versions, *minimum);
  ASSERT_NE(at, versions.end());
  const auto below = to_string(*std::prev(at));
  const auto refused = assembler().assemble(smallest_module(below, target), target);
  EXPECT_FALSE(refused.accepted) << below;
  EXPECT_THAT(refused.log, HasSubstr("PTX .version " + below + " does not support .target"));
}
INSTANTIATE_TEST_SUITE_P(Known, MinimumVersion,
                         testing::ValuesIn(known_targets().begin(), known_targets().end()),
                         [](const auto& info) { return to_string(info.param); });

// What `runs_on` says of virtual code is also what the assembler does: PTX of an `f` target for a
// member.
TEST(Target, FamilyCodeAssemblesForItsMembers) {
  BP_NEEDS("BP_PTXAS");
  const auto takes = [](const char* ptx, const char* image) {
    return assembler().assemble(smallest_module("9.0", target(ptx)), target(image)).accepted;
  };
  EXPECT_TRUE(takes("sm_100f", "sm_103f"));
  EXPECT_TRUE(takes("sm_120f", "sm_121a"));
  EXPECT_FALSE(takes("sm_100f", "sm_110f"));
  EXPECT_FALSE(takes("sm_121f", "sm_120f"));
  EXPECT_FALSE(takes("sm_120a", "sm_121a"));
}

}  // namespace
}  // namespace bp
