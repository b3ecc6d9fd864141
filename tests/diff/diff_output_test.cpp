// What changed, as text, Markdown and JSON.
#include "report/diff/diff_output.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "report/formats/markdown.h"
#include "tests/report/planted.h"
#include "tests/report/sample_reports.h"

namespace bp {
namespace {

using testing::HasSubstr;
using testing::Not;

ReportDiff sample_diff() {
  Report after = sample::h200();
  after.gpus[0].features[0].status = Status::crashed;
  after.gpus[0].features[0].reason = Reason{"worker_died", "The worker process was killed", ""};
  after.driver.version = "1.2";
  return compare(sample::h200(), after);
}

TEST(DiffText, SaysWhatGotWorseFirst) {
  const std::string text = diff_text(sample_diff(), {.width = 120});
  EXPECT_THAT(text, HasSubstr("1 got worse, 0 got better, 1 other change.\n\nWorse: 1\n"));
  EXPECT_THAT(text, HasSubstr("→ crashed"));
  EXPECT_THAT(text, HasSubstr("The worker process was killed"));
  EXPECT_LT(text.find("Worse"), text.find("Other"));
  EXPECT_THAT(diff_text(compare(sample::h200(), sample::h200()), {}),
              HasSubstr("Nothing changed."));
}

TEST(DiffText, IsAsciiWhereTheTerminalIs) {
  for (const char c : diff_text(sample_diff(), {.width = 40, .unicode = false}))
    EXPECT_LT(static_cast<unsigned char>(c), 128);
}

TEST(DiffOutput, HostileTextsAreInert) {
  Report after = sample::troubled();
  test::plant(after, "<img src=x>|`a`\x1b[31m\xe2\x80\xae @user #1");
  const ReportDiff diff = compare(sample::h200(), after);
  const std::string markdown = diff_markdown(diff);
  for (const std::string& text : {markdown, diff_json(diff), diff_text(diff, {})}) {
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
    EXPECT_THAT(text, Not(HasSubstr("\xe2\x80\xae")));
  }
  EXPECT_THAT(markdown, Not(HasSubstr("<img")));
  EXPECT_THAT(markdown, Not(HasSubstr(" @user")));
}

TEST(DiffMarkdown, CanAlwaysBePosted) {
  Report after = sample::h200();
  for (int i = 0; i < 3000; ++i)
    after.gpus[0].features.push_back(
        {"feature.number" + std::to_string(i), Status::supported, std::nullopt, {}});
  EXPECT_LE(diff_markdown(compare(sample::h200(), after)).size(), markdown_limit);
}

TEST(DiffJson, CountsAndNamesEveryChange) {
  const auto json = nlohmann::json::parse(diff_json(sample_diff()));
  EXPECT_EQ(json.at("worse"), 1);
  EXPECT_EQ(json.at("other"), 1);
  EXPECT_EQ(json.at("changes").size(), 2U);
  EXPECT_EQ(json.at("changes")[0].at("trend"), "worse");
  EXPECT_EQ(json.at("changes")[0].at("after"), "crashed");
  EXPECT_EQ(json.at("noise"), default_noise);
}

}  // namespace
}  // namespace bp
