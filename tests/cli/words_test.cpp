// Globs, nearest words, last words, the grid of the matrix.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/commands/matrix_grid.h"
#include "cli/output/glob.h"
#include "cli/output/nearest.h"
#include "cli/supervisor/last_words.h"

namespace bp {
namespace {

using testing::HasSubstr;
const std::vector<std::string> ids{"wgmma.bf16", "wgmma.e4m3", "tcgen05.mma.f16", "ldmatrix"};

TEST(Glob, Matches) {
  EXPECT_TRUE(matches("wgmma.*", "wgmma.bf16"));
  EXPECT_TRUE(matches("*", "anything.at.all"));
  EXPECT_TRUE(matches("tcgen05*", "tcgen05.mma.f16"));
  EXPECT_TRUE(matches("?dmatrix", "ldmatrix"));
  EXPECT_FALSE(matches("wgmma", "wgmma.bf16"));
  EXPECT_FALSE(matches("mma", "wgmma.bf16"));
}

TEST(Glob, SkipBeatsOnly) {
  const std::vector<std::string> only{"wgmma.*", "ldmatrix"};
  const std::vector<std::string> skip{"*.e4m3"};
  EXPECT_TRUE(is_selected("wgmma.bf16", only, skip));
  EXPECT_FALSE(is_selected("wgmma.e4m3", only, skip));
  EXPECT_TRUE(is_selected("ldmatrix", only, skip));
  EXPECT_FALSE(is_selected("tcgen05.mma.f16", only, skip));
  EXPECT_TRUE(is_selected("tcgen05.mma.f16", {}, skip));
}

std::string said_of(const char* flag, const char* glob) {
  return unmatched(flag, std::vector<std::string>{glob}, ids, "probes, kernels");
}

TEST(Glob, OneThatMatchesNothingIsNamedWithWhatWasMeant) {
  EXPECT_EQ(said_of("--only", "wgmma.*"), "");
  EXPECT_EQ(said_of("--only", "wgmma"), "--only wgmma matches no id; did you mean 'wgmma.*'?");
  EXPECT_EQ(said_of("--skip", "ldmatirx"), "--skip ldmatirx matches no id; did you mean ldmatrix?");
  EXPECT_EQ(said_of("--only", "wgma.*"), "--only wgma.* matches no id; did you mean wgmma.*?");
  EXPECT_EQ(said_of("--only", "tcgen05.mna.*"),
            "--only tcgen05.mna.* matches no id; did you mean tcgen05.mma.*?");
}

TEST(Glob, OneThatMatchesNothingIsNamedWithWhereToLook) {
  EXPECT_EQ(said_of("--skip", "zzz"),
            "--skip zzz matches no id (see blackwell-probe list probes, kernels)");
  EXPECT_EQ(said_of("--only", "nosuch.*"),
            "--only nosuch.* matches no id (see blackwell-probe list probes, kernels)");
}

TEST(Glob, AnEmptyOneIsSaidToBe) { EXPECT_EQ(said_of("--only", ""), "--only is empty"); }

TEST(Nearest, Distance) {
  EXPECT_EQ(edit_distance("", ""), 0u);
  EXPECT_EQ(edit_distance("abc", ""), 3u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("levle", "level"), 1u) << "a swap of neighbours";
}

TEST(Nearest, TheNearestOrNone) {
  const std::vector<std::string> flags{"--level", "--only", "--skip", "--libcuda"};
  EXPECT_EQ(nearest("--levle", flags), "--level");
  EXPECT_EQ(nearest("--onyl", flags), "--only");
  EXPECT_EQ(nearest("--zebra-crossing", flags), std::nullopt);
  EXPECT_EQ(nearest("x", std::vector<std::string>{}), std::nullopt);
  EXPECT_EQ(suggestion("--skpi", flags), "; did you mean --skip?");
  EXPECT_EQ(suggestion(std::string(100000, 'x'), flags), "");
}

TEST(Nearest, ASlipIsOneLetterOrTwoOfALongWord) {
  EXPECT_EQ(nearest("newset", std::vector<std::string>{"newest"}), "newest");
  EXPECT_EQ(nearest("sm_999", std::vector<std::string>{"sm_89", "sm_90"}), std::nullopt);
  EXPECT_EQ(nearest("99.9", std::vector<std::string>{"12.9"}), std::nullopt);
  EXPECT_EQ(nearest("ldmtrxi", std::vector<std::string>{"ldmatrix"}), "ldmatrix");
  EXPECT_EQ(nearest("lmdtrxi", std::vector<std::string>{"ldmatrix"}), std::nullopt);
  EXPECT_EQ(nearest("-x", std::vector<std::string>{"-o", "-h"}), std::nullopt);
}

TEST(LastWords, AreTheSameInEveryRun) {
  EXPECT_EQ(stable_last_words(""), "");
  EXPECT_EQ(stable_last_words("one\ntwo\n\nthree\nfour\n"), "two / three / four");
  EXPECT_EQ(stable_last_words("==1234==ERROR at 0x7ffdeadbeef, pid 77"),
            "==N==ERROR at 0xN, pid N");
  EXPECT_EQ(stable_last_words("\x1b[31mred\x1b[0m \xff"), "[31mred[0m ");
  EXPECT_LE(stable_last_words(std::string(10000, 'x')).size(), 403u);
}

MatrixRow row(const char* feature, const char* target, bool accepted) {
  return {feature, target, "ptxas 13.0.88", accepted ? Status::assembles : Status::refused, "", ""};
}

TEST(Grid, SaysWhichSuffixAFeatureNeeds) {
  const std::vector<MatrixRow> rows{row("one", "sm_90", true),   row("one", "sm_90a", true),
                                    row("two", "sm_90", false),  row("two", "sm_90a", true),
                                    row("one", "sm_121", false), row("one", "sm_121f", true),
                                    row("one", "sm_121a", true), row("two", "sm_121", false)};
  EXPECT_THAT(matrix_grid(rows, 80), HasSubstr("sm_     90  121\none     yes f\ntwo     a   -\n"));
}

TEST(Grid, MarksWhatTheAssemblerReplaced) {
  std::vector<MatrixRow> rows{row("one", "sm_89", true), row("one", "sm_90", true),
                              row("one", "sm_90a", true), row("one", "sm_120f", true)};
  rows[0].sass = "native: QMMA.16832.F32.E4M3.E4M3";
  rows[1].sass = rows[2].sass = "expanded: F2FP.F16.E4M3.UNPACK_B, HMMA.16816.F32";
  rows[3].sass = "helper: __cuda_syscall_x";
  EXPECT_THAT(matrix_grid(rows, 80), HasSubstr("one     yes ~   *f\n"));
}

TEST(Grid, DoesNotCallNativeWhatWasNotLookedAt) {
  std::vector<MatrixRow> rows{row("one", "sm_89", true), row("one", "sm_107", false),
                              row("one", "sm_107f", true)};
  rows[2].toolkit = "ptxas 13.5.37";
  EXPECT_THAT(matrix_grid(rows, 80), HasSubstr("one     yes f\n"));
  rows[0].sass = "native: QMMA";
  const std::string grid = matrix_grid(rows, 80);
  EXPECT_THAT(grid, HasSubstr("one     yes +f\n"));
  EXPECT_THAT(grid, HasSubstr("Judged by ptxas 13.0.88 and ptxas 13.5.37."));
}

TEST(Grid, FitsTheWidth) {
  std::vector<MatrixRow> rows;
  for (int number = 75; number < 125; ++number) {
    rows.push_back(
        row("a.feature.with.a.long.name", ("sm_" + std::to_string(number)).c_str(), true));
  }
  const std::string grid = matrix_grid(rows, 60);
  std::size_t start = 0;
  for (std::size_t end; (end = grid.find('\n', start)) != std::string::npos; start = end + 1) {
    if (grid.substr(start, 4) == "\nyes") break;
    if (grid.substr(start, 3) == "yes") break;  // the legend is a sentence
    EXPECT_LE(end - start, 60u);
  }
  EXPECT_THAT(grid, HasSubstr("124"));
}

}  // namespace
}  // namespace bp
