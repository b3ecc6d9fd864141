// Width, marks and colours of the terminal report.
#include "report/formats/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <sstream>

#include "report/formats/clean.h"
#include "report/formats/summary.h"
#include "report/formats/text_page.h"
#include "tests/report/planted.h"
#include "tests/report/sample_reports.h"

namespace bp {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string without_colours(const std::string& text) {
  return std::regex_replace(text, std::regex("\x1b\\[[0-9;]*m"), "");
}

class Width : public ::testing::TestWithParam<int> {};

TEST_P(Width, NoLineIsWider) {
  for (Report report : {sample::h200(), sample::offline(), sample::troubled()}) {
    for (const std::string& planted :
         {std::string(), std::string(300, 'W'),
          std::string("\xe6\xbc\xa2\xe5\xad\x97") + std::string("\xe6\xbc\xa2\xe5\xad\x97")}) {
      if (!planted.empty()) test::plant(report, planted);
      for (const bool colour : {false, true}) {
        std::istringstream text(
            without_colours(serialise_text(report, Style{.width = GetParam(), .colour = colour})));
        for (std::string line; std::getline(text, line);) {
          EXPECT_LE(columns(line), GetParam()) << line;
          EXPECT_FALSE(line.ends_with(' ')) << line;
        }
      }
    }
  }
}
INSTANTIATE_TEST_SUITE_P(Columns, Width, ::testing::Values(40, 60, 80, 120, 200));

TEST(Text, WithoutColourThereIsNoEscape) {
  EXPECT_THAT(serialise_text(sample::h200(), Style{}), Not(HasSubstr("\x1b")));
}

TEST(Text, ColourChangesNothingButColour) {
  const std::string coloured = serialise_text(sample::h200(), Style{.width = 80, .colour = true});
  EXPECT_THAT(coloured, HasSubstr("\x1b[32m"));
  EXPECT_EQ(without_colours(coloured), serialise_text(sample::h200(), Style{.width = 80}));
}

TEST(Text, AsciiStyleHasOnlyAscii) {
  Report report = sample::h200();
  report.gpus[0].kernels.clear();  // its figure is in µs
  for (const unsigned char c : serialise_text(report, Style{.unicode = false})) ASSERT_LT(c, 0x80);
}

TEST(Text, TheSummaryIsTheStartOfTheWhole) {
  for (const Report& report : {sample::h200(), sample::offline(), sample::troubled()}) {
    const std::string summary = serialise_text(report, Style{.detail = Detail::summary});
    EXPECT_TRUE(serialise_text(report, Style{}).starts_with(summary));
    EXPECT_LT(std::ranges::count(summary, '\n'), 45);  // fits a screen
  }
}

TEST(Text, ManyTargetsAreOneLineEach) {
  Report report = sample::offline();
  const TargetReport desktop = report.targets[1];
  while (report.targets.size() < 14) report.targets.push_back(desktop);
  const std::string wide = serialise_text(report, Style{.width = 80, .detail = Detail::summary});
  EXPECT_THAT(
      wide,
      HasSubstr("sm_121   1/1       0/1       0/1       1/1       -         -         1 of 3\n"));
  EXPECT_LT(std::ranges::count(wide, '\n'), 35);
  const std::string narrow = serialise_text(report, Style{.width = 60, .detail = Detail::summary});
  EXPECT_THAT(narrow, HasSubstr("sm_121    mma.sync 1/1, wgmma 0/1, tcgen05 0/1, clusters"));
}

TEST(Text, ShowsWhichLibcudaAnswered) {
  EXPECT_THAT(serialise_text(sample::h200(), Style{}), HasSubstr("answered by"));
}

TEST(Text, TheShareOfOneLineIsTheMessageOfTheDriver) {
  const std::string text =
      serialise_text(sample::h200(), Style{.width = 200, .detail = Detail::summary});
  EXPECT_THAT(
      text, HasSubstr("unsupported: tcgen05.tmem, tcgen05.mma.f16 (Instruction 'tcgen05.alloc' not "
                      "supported on .target 'sm_90a')"));
  EXPECT_THAT(text, HasSubstr("emulated: mma_sync.e4m3 ("));
  EXPECT_THAT(text, HasSubstr("0.58 ratio"));
}

TEST(Page, WrapsAtSpacesAndBreaksLongWords) {
  Page page(Style{.width = 40});
  page.line(2, 4, {{"aaaa bbbb cccc dddd eeee ffff gggg hhhh iiii"}});
  page.line(0, 2, {{std::string(50, 'x')}});
  page.line(0, 2, {{"one\n  two"}});
  EXPECT_EQ(page.take(), "  aaaa bbbb cccc dddd eeee ffff gggg\n    hhhh iiii\n" +
                             std::string(38, 'x') + "\n  " + std::string(12, 'x') +
                             "\none\n    two\n");
}

TEST(Summary, StrongestOfANoIsTheEvidenceAgainst) {
  FeatureResult result{"tcgen05.tmem", Status::unsupported, {}, {}};
  result.evidence.resize(2);
  result.evidence[0].kind = EvidenceKind::assembled;
  result.evidence[0].against = true;
  result.evidence[1].kind = EvidenceKind::loaded;  // the positive control speaks for another target
  EXPECT_EQ(strongest_of_status(result), EvidenceKind::assembled);
  result.status = Status::supported;
  EXPECT_EQ(strongest_of_status(result), EvidenceKind::loaded);
}

TEST(Summary, FactsAreWrittenForPeople) {
  EXPECT_EQ(fact_text({"max_shared_memory_per_block_optin_bytes", std::int64_t{232448}, "", ""}),
            "227 KiB");
  EXPECT_EQ(fact_text({"total_memory_bytes", std::int64_t{150110011392}, "", ""}), "139.8 GiB");
  EXPECT_EQ(fact_text({"small_bytes", std::int64_t{100}, "", ""}), "100 bytes");
  EXPECT_EQ(fact_text({"clock_rate_khz", std::int64_t{1980000}, "", ""}), "1980 MHz");
  EXPECT_EQ(fact_text({"ecc_enabled", false, "", ""}), "no");
  EXPECT_EQ(fact_text({"fan", std::monostate{}, "NVML", "N/A"}), "not known: N/A");
  EXPECT_EQ(fact_label({"clock_rate_khz", std::monostate{}, "", ""}), "clock rate");
  EXPECT_EQ(listed(std::vector<std::string>{"a", "b", "c"}, 2), "a, b, c");
  EXPECT_EQ(listed(std::vector<std::string>{"a", "b", "c", "d"}, 2), "a, b and 2 more");
}

}  // namespace
}  // namespace bp
