#include "cli/output/output_name.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "cli/output/variables.h"

namespace bp {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

const NodeNames node7{.node = "node7.example.org", .rank = "3", .identify = false};

std::string path(const std::string& pattern, const NodeNames& names = node7) {
  const OutputName name = output_name(pattern, names);
  EXPECT_EQ(name.error, "");
  return name.path;
}

TEST(OutputNames, HoldAHashOfTheNodeThatIsTheSameOnEveryRun) {
  // Written down: files of an earlier version must be found again.
  EXPECT_EQ(path("report-%h.json"), "report-" + node_hash("node7") + ".json");
  EXPECT_EQ(node_hash("node7"), "01134c9f5247");
  EXPECT_EQ(node_hash("Node7.Example.org"), node_hash("node7"));
}

TEST(OutputNames, DifferWithTheNode) {
  std::set<std::string> hashes;
  for (int i = 0; i < 20'000; ++i) hashes.insert(node_hash("gpu-" + std::to_string(i)));
  EXPECT_EQ(hashes.size(), 20'000u);
  for (const std::string& hash : hashes) ASSERT_THAT(hash, MatchesRegex("[0-9a-f]{12}"));
  EXPECT_NE(node_hash("10.0.0.1"), node_hash("10.0.0.2")) << "nodes that are named by address";
}

TEST(OutputNames, HoldTheNameItselfOnlyWhenAsked) {
  EXPECT_THAT(path("%h"), Not(HasSubstr("node7")));
  NodeNames names = node7;
  names.identify = true;
  EXPECT_EQ(path("out/%h-%r.json", names), "out/node7-3.json");
  names.node = "../../etc/Pass wd;";
  EXPECT_EQ(path("%h", names), "______etc_pass_wd_") << "a name is no path";
}

TEST(OutputNames, APerCentSignIsWrittenTwice) {
  EXPECT_EQ(path("100%%.json"), "100%.json");
  EXPECT_EQ(path("plain.json"), "plain.json");
}

TEST(OutputNames, APlaceThatStandsForNothingIsAUsageError) {
  EXPECT_THAT(output_name("a%x.json", node7).error,
              HasSubstr("-o a%x.json: %x stands for nothing"));
  EXPECT_THAT(output_name("a%", node7).error, HasSubstr("% at the end stands for nothing"));
  EXPECT_THAT(output_name("%h", {}).error, HasSubstr("the name of this node is not known"));
  EXPECT_THAT(output_name("%r", {}).error, HasSubstr("leave %r out"));
}

class NodeVariables : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : node_variables) unsetenv(name);
    for (const char* name : rank_variables) unsetenv(name);
  }
  void TearDown() override { SetUp(); }
};

TEST_F(NodeVariables, TheLaunchersNameOfTheNodeComesFirst) {
  EXPECT_NE(node_names(false).node, "");
  setenv("NODE_NAME", "of-kubernetes", 1);
  EXPECT_EQ(node_names(false).node, "of-kubernetes");
  setenv("SLURMD_NODENAME", "of-slurm", 1);
  EXPECT_EQ(node_names(false).node, "of-slurm");
}

TEST_F(NodeVariables, ARankIsANumber) {
  EXPECT_EQ(node_names(false).rank, "");
  setenv("RANK", "../../x", 1);
  EXPECT_EQ(node_names(false).rank, "");
  setenv("RANK", "12", 1);
  EXPECT_EQ(node_names(false).rank, "12");
  setenv("SLURM_PROCID", "7", 1);
  EXPECT_EQ(node_names(false).rank, "7");
}

}  // namespace
}  // namespace bp
