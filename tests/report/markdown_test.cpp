#include "report/formats/markdown.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <sstream>

#include "report/formats/markdown_fit.h"
#include "report/formats/markdown_text.h"
#include "tests/report/planted.h"
#include "tests/report/sample_reports.h"

namespace bp {
namespace {

using testing::HasSubstr;
using testing::Not;

Report with_gpus(std::size_t count, bool different) {
  Report report = sample::h200();
  const GpuReport one = report.gpus.front();
  report.gpus.clear();
  for (std::size_t i = 0; i < count; ++i) {
    report.gpus.push_back(one);
    report.gpus.back().facts.index = static_cast<int>(i);
    if (different) report.gpus.back().facts.name += " " + std::to_string(i);
  }
  return report;
}

/// Every line of a table has as many columns as its head.
void expect_whole_tables(const std::string& text) {
  std::istringstream stream(text);
  std::string line;
  std::ptrdiff_t columns = 0;
  while (std::getline(stream, line)) {
    const auto pipes = line.starts_with('|') ? std::ranges::count(line, '|') : 0;
    const bool goes_on = pipes > 0 && columns > 0;
    EXPECT_EQ(goes_on ? columns : pipes, pipes) << line;
    columns = pipes;
  }
}

std::ptrdiff_t times_in(const std::string& text, std::string_view part) {
  std::ptrdiff_t count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++count;
  return count;
}

TEST(Markdown, FitsAnIssueWhateverTheReport) {
  std::vector<Report> reports{sample::h200(),     sample::offline(),   sample::troubled(),
                              with_gpus(8, true), with_gpus(40, true), Report{}};
  for (Report& report : reports) {
    for (const char* text : {"", "|`@a#1<b>", "\xe2\x80\xae\xff"}) {
      test::plant(report, text + std::string(text[0] == '|' ? 20'000 : 0, '|'));
      const std::string markdown = serialise_markdown(report, {});
      EXPECT_LT(markdown.size(), 60'000u);
      EXPECT_TRUE(markdown.starts_with("<!-- For an issue on GitHub: paste this text"));
      expect_whole_tables(markdown);
      EXPECT_EQ(times_in(markdown, "<details>"), times_in(markdown, "</details>"));
    }
  }
}

TEST(Markdown, SaysWhatWasLeftOutAndHowToGetIt) {
  const std::string large = serialise_markdown(with_gpus(200, true), {});
  EXPECT_THAT(large, HasSubstr("more rows are left out"));
  EXPECT_THAT(large, HasSubstr("Left out to fit an issue: "));
  EXPECT_THAT(large, HasSubstr("more parts. Sweeps, evidence and messages in full are in "
                               "report.json: `blackwell-probe -o report.json"));
  EXPECT_THAT(serialise_markdown(sample::h200(), {}), Not(HasSubstr("eft out to fit")));
}

TEST(Markdown, ASlowGpuAmongAlikeOnesIsSeen) {
  Report report = with_gpus(2, false);
  report.gpus[0].rates = {{.feature = "mma_sync.f16", .operations = 1833}};
  report.gpus[1].rates = {{.feature = "mma_sync.f16", .operations = 458}};
  EXPECT_THAT(serialise_markdown(report, {}), HasSubstr("| `mma_sync.f16` | 458 to 1833 |"));
  report.gpus[0].rates.clear();
  EXPECT_THAT(serialise_markdown(report, {}), HasSubstr("| `mma_sync.f16` | 458 (1 of 2 GPUs) |"));
}

TEST(Markdown, GpusOfWhichTheSameIsSaidAreDescribedOnce) {
  const std::string same = serialise_markdown(with_gpus(8, false), {});
  EXPECT_EQ(times_in(same, "### GPU"), 1);
  EXPECT_THAT(same, HasSubstr("### GPU 0, 1, 2, 3, 4, 5, 6, 7: 8 × NVIDIA H200"));
  Report one_differs = with_gpus(8, false);
  one_differs.gpus[3].features[0].status = Status::wrong_result;
  const std::string different = serialise_markdown(one_differs, {});
  EXPECT_EQ(times_in(different, "### GPU"), 2);
  EXPECT_THAT(different, HasSubstr("- **wrong result**: `mma_sync.f16`"));
}

TEST(Markdown, ManyTargetsAreColumns) {
  Report report = sample::offline();
  while (report.targets.size() < 12) report.targets.push_back(report.targets.front());
  const std::string text = serialise_markdown(report, {});
  EXPECT_THAT(text, HasSubstr("### Expected, as assembled"));
  EXPECT_THAT(text, HasSubstr("Backends by target"));
  expect_whole_tables(text);
}

TEST(Markdown, SaysWhetherNamesAreInIt) {
  Report report = sample::h200();
  EXPECT_THAT(serialise_markdown(report, {}), HasSubstr("were left out of it"));
  report.redacted = false;
  EXPECT_THAT(serialise_markdown(report, {}), HasSubstr("read it first"));
}

TEST(MarkdownText, HoldsNoMarkup) {
  EXPECT_EQ(md::text("a|b"), "a&#124;b");
  EXPECT_EQ(md::text("<img src=x> & `c` *d* [e](f) ~g~ \\"),
            "&#60;img src=x&#62; &#38; &#96;c&#96; &#42;d&#42; &#91;e&#93;(f) &#126;g&#126; &#92;");
  EXPECT_EQ(md::text("mma_sync.e4m3 and _this_"), "mma_sync.e4m3 and &#95;this&#95;");
  EXPECT_EQ(md::text("two\nlines\x1b"), "two&#92;nlines&#92;x1b");
}

TEST(MarkdownText, MentionsAndLinksAreCode) {
  for (const char* text :
       {"@user", "#12", "GH-12", "https://example.org", "www.example.org", "$x$", "a@b.example"})
    EXPECT_EQ(md::text(text), "`" + std::string(text) + "`");
}

TEST(MarkdownText, CodeEndsWhereItShould) {
  EXPECT_EQ(md::code("wgmma.bf16"), "`wgmma.bf16`");
  EXPECT_EQ(md::code("a`b"), "<code>a&#96;b</code>");
  EXPECT_EQ(md::code("a|\\"), "<code>a&#124;&#92;</code>");
  EXPECT_EQ(md::code("`@x` <b>"), "<code>&#96;&#64;x&#96; &#60;b&#62;</code>");
  EXPECT_EQ(md::code(""), "");
  EXPECT_EQ(md::html_code("sm_90a</summary>"), "<code>sm_90a&#60;&#47;summary&#62;</code>");
}

TEST(MarkdownText, IsCutAtACharacter) {
  EXPECT_EQ(md::text("äöüß", 2), "äö…");
  EXPECT_EQ(md::text("äö", 2), "äö");
  EXPECT_LT(md::text(std::string(1'000'000, '|')).size(), 3000u);
}

TEST(MarkdownFit, GivesRoomByPriorityAndSharesWhatIsLeft) {
  const std::vector<std::string> rows(100, std::string(99, 'x') + "\n");
  const std::vector<md::Section> sections{
      {.name = "late", .priority = 1, .head = "L\n", .rows = rows},
      {.name = "first", .priority = 0, .head = "F\n", .rows = rows},
      {.name = "late too", .priority = 1, .head = "T\n", .rows = rows}};
  const auto rows_in = [&](std::size_t most) {
    const std::string text = md::fit(sections, most, "All is elsewhere.");
    EXPECT_LE(text.size(), most);
    return std::ranges::count(text, 'x') / 99;
  };
  EXPECT_EQ(rows_in(40'000), 300);
  EXPECT_EQ(rows_in(11'000), 101);  // one row of another is better than none
  const std::string shared = md::fit(sections, 15'000, "All is elsewhere.");
  EXPECT_LT(shared.find("L\n"), shared.find("F\n"));
  EXPECT_THAT(shared, HasSubstr("T\n"));
  const std::string small = md::fit(sections, 1'000, "All is elsewhere.");
  EXPECT_THAT(small, HasSubstr("Left out to fit an issue: late, late too. All is elsewhere."));
}

}  // namespace
}  // namespace bp
