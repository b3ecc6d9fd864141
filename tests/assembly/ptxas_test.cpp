#include "probes/assembly/ptxas.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "probes/assembly/log.h"
#include "probes/assembly/process.h"
#include "probes/assembly/rewrite.h"
#include "tests/support/paths.h"

namespace bp {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

Target target(std::string_view text) { return parse_target(text).value(); }

constexpr std::string_view elect = R"(.version 8.0
.target sm_90
.address_size 64
.visible .entry k()
{
	.reg .pred p;
	elect.sync _|p, 0xffffffff;
	ret;
}
)";

TEST(Ptxas, SaysWhatItIs) {
  BP_NEEDS("BP_PTXAS");
  const Ptxas ptxas(test::path("BP_PTXAS"));
  EXPECT_THAT(ptxas.name(), MatchesRegex("ptxas [0-9]+\\.[0-9]+\\.[0-9]+"));
  EXPECT_GE(ptxas.newest_ptx(), (PtxVersion{8, 7}));
  if (ptxas.name() == "ptxas 13.0.88") {
    EXPECT_EQ(ptxas.newest_ptx(), (PtxVersion{9, 0}));
  }
}

TEST(Ptxas, Assembles) {
  BP_NEEDS("BP_PTXAS");
  const auto output = Ptxas(test::path("BP_PTXAS")).assemble(elect, target("sm_90a"));
  EXPECT_TRUE(output.accepted) << output.log;
  ASSERT_GT(output.cubin.size(), 4u);
  EXPECT_EQ(output.cubin[1], 'E');
}

TEST(Ptxas, RefusesWithALogThatIsTheSameEveryTime) {
  BP_NEEDS("BP_PTXAS");
  const Ptxas ptxas(test::path("BP_PTXAS"));
  const auto text =
      ".version 8.0\n.target sm_80\n" + std::string(elect.substr(elect.find(".address_size")));
  const auto first = ptxas.assemble(text, target("sm_80"));
  EXPECT_FALSE(first.accepted);
  EXPECT_TRUE(first.cubin.empty());
  EXPECT_THAT(
      first.log,
      HasSubstr(
          "ptxas module.ptx, line 7; error   : Feature 'elect' requires .target sm_90 or higher"));
  EXPECT_EQ(ptxas.assemble(text, target("sm_80")).log, first.log);
}

// The controls of --level quick rest on this: all that is refused is named, the plant among it.
TEST(Ptxas, NamesAPlantedRefusalOnEveryTargetAndWhatElseItRefuses) {
  BP_NEEDS("BP_PTXAS");
  const Ptxas ptxas(test::path("BP_PTXAS"));
  const auto lines_named = [&](std::string_view body, Target on) {
    const auto text = ".version " + to_string(ptxas.newest_ptx()) + "\n.target " + to_string(on) +
                      "\n.address_size 64\n.visible .entry k()\n{\n\tbar.sync 0;\n" +
                      std::string(body) + "\n\tret;\n}\n";
    const auto output = ptxas.assemble(plant_refusal(text), on);
    EXPECT_FALSE(output.accepted) << to_string(on);
    std::set<std::size_t> lines;
    for (const auto& line : parse_log(output.log)) {
      if (line.line > 0 && line.severity >= LogLine::Severity::error) lines.insert(line.line);
    }
    return lines;
  };
  for (const auto on : known_targets()) {
    if (!ptxas.knows(on)) continue;
    EXPECT_THAT(lines_named("", on), testing::ElementsAre(8u)) << to_string(on);
    const bool hopper = on.cc.major == 9;
    EXPECT_THAT(
        lines_named(
            hopper ? "\ttcgen05.wait::ld.sync.aligned;" : "\twgmma.wait_group.sync.aligned 0;", on),
        testing::ElementsAre(7u, 8u))
        << to_string(on);
  }
}

TEST(Ptxas, KnowsItsTargets) {
  BP_NEEDS("BP_PTXAS");
  const Ptxas ptxas(test::path("BP_PTXAS"));
  EXPECT_TRUE(ptxas.knows(target("sm_90a")));
  EXPECT_TRUE(ptxas.knows(target("sm_120")));
  EXPECT_FALSE(ptxas.knows(target("sm_990a")));
}

TEST(Ptxas, MatrixIsInOrderAndLeavesUnknownTargetsOut) {
  BP_NEEDS("BP_PTXAS");
  const Ptxas ptxas(test::path("BP_PTXAS"));
  const MatrixModule modules[] = {{"one", std::string(elect), "elect.sync", {8, 0}},
                                  {"two", std::string(elect), "elect.sync", {8, 0}}};
  const Target targets[] = {target("sm_80"), target("sm_990a"), target("sm_90a")};
  const auto rows = matrix_with(ptxas, modules, targets, 3);
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows[0], (MatrixRow{"one", "sm_80", ptxas.name(), Status::refused, "",
                                "Feature 'elect' requires .target sm_90 or higher"}));
  EXPECT_EQ(rows[1], (MatrixRow{"one", "sm_90a", ptxas.name(), Status::assembles, "", "", "8.0"}));
  EXPECT_EQ(rows[3].feature, "two");
}

/// A program that plays an assembler badly.
class Impostor {
 public:
  explicit Impostor(std::string_view script) : path_(folder_.path() / "ptxas") {
    std::ofstream(path_) << "#!/bin/sh\n" << script;
    std::filesystem::permissions(path_, std::filesystem::perms::owner_all);
  }
  std::string path() const { return path_.string(); }

 private:
  PrivateFolder folder_;
  std::filesystem::path path_;
};

std::string problem(const std::string& path) {
  try {
    const Ptxas ptxas(path);
    return "none: " + ptxas.name();
  } catch (const PtxasError& error) {
    return error.what();
  }
}

constexpr std::string_view honest_version =
    "case $1 in --version) echo 'Cuda compilation tools, release 13.0, V13.0.88'; exit;; esac\n";

TEST(Ptxas, TellsWhatIsNoAssembler) {
  EXPECT_THAT(problem("/nonsense/ptxas"), HasSubstr("/nonsense/ptxas cannot be started"));
  EXPECT_THAT(problem("/bin/true"), HasSubstr("/bin/true is not a ptxas"));
  const Impostor silent(honest_version);
  EXPECT_THAT(problem(silent.path()), HasSubstr("does not say which PTX version it takes"));
}

TEST(Ptxas, ReportsACrashAndAHang) {
  const std::string base = std::string(honest_version) +
                           "case $1 in *version.ptx) echo \"ptxas x, line 1; fatal   : Unsupported "
                           ".version 99.9; current version is '9.0'\"; exit 255;; esac\n";
  const Impostor crashes(base + "kill -SEGV $$\n");
  EXPECT_THROW(Ptxas(crashes.path()).assemble(elect, target("sm_90a")), PtxasError);
  const Impostor hangs(base + "exec sleep 100\n");
  EXPECT_THROW(
      Ptxas(hangs.path()).assemble(elect, target("sm_90a"), std::chrono::milliseconds(200)),
      PtxasError);
  const Impostor lies(base + "exit 0\n");  // success, but no machine code
  EXPECT_THROW(Ptxas(lies.path()).assemble(elect, target("sm_90a")), PtxasError);
}

}  // namespace
}  // namespace bp
