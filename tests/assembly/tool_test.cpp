// The build step itself: what is made again and what is left alone, and its sentences on damage.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "probes/assembly/pack.h"
#include "probes/assembly/process.h"
#include "probes/features/embedded.h"
#include "tests/support/paths.h"

namespace bp {
namespace {

using testing::HasSubstr;

class Tool : public testing::Test {
 protected:
  void SetUp() override {
    BP_NEEDS("BP_ASSEMBLE");
    BP_NEEDS("BP_PTXAS");
    write("in.ptx", probe_pack().ptx("elect_sync"));
  }

  std::filesystem::path file(std::string_view name) const { return folder_.path() / name; }
  void write(std::string_view name, std::string_view bytes) const {
    std::ofstream(file(name), std::ios::binary) << bytes;
  }
  std::string read(std::string_view name) const {
    std::ifstream stream(file(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  }
  ProcessResult run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), test::path("BP_ASSEMBLE"));
    return run_process(arguments, std::chrono::seconds(60));
  }
  ProcessResult piece(const std::string& targets = "sm_80,sm_90a",
                      const std::string& stem = "elect_sync") const {
    return run({"piece", "--ptxas", test::path("BP_PTXAS"), "--ptx", file("in.ptx").string(),
                "--output", file("out.piece").string(), "--targets", targets, "--stem", stem});
  }
  /// Sets the piece's time stamp back, so that a rewrite shows whatever the clock's resolution.
  void age() const {
    std::filesystem::last_write_time(
        file("out.piece"), std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
  }
  bool rewritten() const {
    return std::filesystem::last_write_time(file("out.piece")) >
           std::filesystem::file_time_type::clock::now() - std::chrono::minutes(30);
  }

 private:
  PrivateFolder folder_;
};

TEST_F(Tool, LeavesAPieceAloneIfNothingChanged) {
  ASSERT_EQ(piece().status, 0);
  age();
  write("in.ptx", read("in.ptx"));  // newer, with the same text
  ASSERT_EQ(piece().status, 0);
  EXPECT_FALSE(rewritten());
}

TEST_F(Tool, MakesAPieceAgainForAnotherTextOrOtherTargets) {
  ASSERT_EQ(piece().status, 0);
  age();
  write("in.ptx", read("in.ptx") + "// changed\n");
  ASSERT_EQ(piece().status, 0);
  EXPECT_TRUE(rewritten());
  age();
  ASSERT_EQ(piece("sm_80,sm_90a,sm_120").status, 0);
  EXPECT_TRUE(rewritten());
}

TEST_F(Tool, MakesADamagedPieceAgain) {
  ASSERT_EQ(piece().status, 0);
  const auto whole = read("out.piece");
  write("out.piece", whole.substr(0, whole.size() / 2));
  EXPECT_NE(
      run({"merge", "--output", file("out.pack").string(), file("out.piece").string()}).status, 0);
  ASSERT_EQ(piece().status, 0);
  EXPECT_EQ(read("out.piece"), whole);
}

TEST_F(Tool, MergesToAPackThatSaysWhatTheAssemblerSaid) {
  ASSERT_EQ(piece("sm_80,sm_90a,sm_990").status, 0);
  ASSERT_EQ(
      run({"merge", "--output", file("out.pack").string(), file("out.piece").string()}).status, 0);
  const auto text = read("out.pack");
  const std::vector<std::uint8_t> bytes(text.begin(), text.end());
  const Pack pack(bytes);
  ASSERT_EQ(pack.assemblies().size(), 2u) << "sm_990 is no target of this assembler";
  EXPECT_TRUE(pack.assemblies()[0].on_target);
  EXPECT_EQ(pack.assemblies()[0].message, "Feature 'elect' requires .target sm_90 or higher");
  EXPECT_TRUE(pack.assemblies()[1].accepted);
  EXPECT_EQ(pack.ptx("elect_sync"), read("in.ptx"));
}

TEST_F(Tool, TakesAModuleThatIsNoProbe) {
  const auto made =
      run({"piece", "--ptxas", test::path("BP_PTXAS"), "--ptx", file("in.ptx").string(), "--output",
           file("out.piece").string(), "--targets", "sm_80,sm_90", "--module", "mla.something",
           "--ptx-version", "8.0"});
  ASSERT_EQ(made.status, 0) << made.output;
  ASSERT_EQ(
      run({"merge", "--output", file("out.pack").string(), file("out.piece").string()}).status, 0);
  const auto text = read("out.pack");
  const std::vector<std::uint8_t> bytes(text.begin(), text.end());
  const Pack pack(bytes);
  EXPECT_TRUE(pack.find("mla.something", parse_target("sm_90").value())->accepted);
  EXPECT_TRUE(pack.find("mla.something", parse_target("sm_80").value())->on_target);
}

TEST_F(Tool, SaysWhatIsWrong) {
  const auto stranger = piece("all", "no_such_probe");
  EXPECT_EQ(stranger.status, 1);
  EXPECT_THAT(stranger.output, HasSubstr("no probe describes the file no_such_probe.cu"));
  const auto nonsense = piece("sm_80,banana");
  EXPECT_EQ(nonsense.status, 1);
  EXPECT_THAT(nonsense.output, HasSubstr("`banana` in --targets is not a target"));
  write("in.ptx", "this is no PTX\n");
  const auto text = piece();
  EXPECT_EQ(text.status, 1);
  EXPECT_THAT(text.output, HasSubstr("not a PTX module"));
  EXPECT_FALSE(std::filesystem::exists(file("out.piece")));
}

}  // namespace
}  // namespace bp
