#include "report/gate/formats.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace bp::gate {
namespace {

using testing::HasSubstr;
using testing::Not;

std::vector<Result> results() {
  const auto result = [](const char* text, Outcome outcome, const char* reason) {
    Result row{.demand = {.text = text, .place = "--require"}, .outcome = outcome};
    row.finding.reason = reason;
    return row;
  };
  std::vector<Result> rows = {
      result("driver>=580", Outcome::met, "driver is 580.1"),
      result("feature:a>=verified", Outcome::not_met, "a: unsupported"),
      result("feature:b>=verified", Outcome::not_known, "b: blocked"),
      result("feature:c>=verified", Outcome::xfailed, "c: unsupported"),
      result("feature:d>=verified", Outcome::xpassed, "d: supported"),
      result("feature:e>=verified", Outcome::xpassed_lax, "e: supported"),
      result("all(cc=12.x, cc=12.1)", Outcome::no_such_gpu, "none"),
  };
  rows[0].finding.evidence = EvidenceKind::declared;
  rows[3].demand.xfail = "later";
  rows[1].demand.name = "the important one";
  return rows;
}

constexpr Judging judging{"0.1", "2026-11-23T12:00:00Z", 1};

TEST(GateFormats, TextHasOneLineForEachAndTheCounts) {
  const std::string text = to_text(results(), false);
  EXPECT_EQ(std::ranges::count(text, '\n'), 8);
  EXPECT_THAT(text, testing::StartsWith("met             driver>=580 "));
  EXPECT_THAT(text, HasSubstr("not met         the important one "));
  EXPECT_THAT(text, HasSubstr("c: unsupported [xfail: later]\n"));
  EXPECT_THAT(text, testing::EndsWith("7 requirements: 1 met, 1 not met, 1 not known, 1 xfailed, 1 "
                                      "XPASS (strict), 1 xpass, 1 no such GPU\n"));
  EXPECT_THAT(to_text(results(), true), HasSubstr("\x1b[31mnot met"));
}

TEST(GateFormats, JsonHoldsOutcomeReasonAndEvidence) {
  const auto json = nlohmann::json::parse(to_json(results(), judging));
  EXPECT_EQ(json["status"], 1);
  EXPECT_EQ(json["tool"]["version"], "0.1");
  const auto& rows = json["requirements"];
  ASSERT_EQ(rows.size(), 7u);
  EXPECT_EQ(rows[0]["outcome"], "met");
  EXPECT_EQ(rows[0]["evidence"], "declared");
  EXPECT_TRUE(rows[0]["name"].is_null());
  EXPECT_EQ(rows[1]["name"], "the important one");
  EXPECT_EQ(rows[2]["outcome"], "not_known");
  EXPECT_EQ(rows[3]["xfail"], "later");
  EXPECT_EQ(rows[3]["strict"], true);
}

TEST(GateFormats, JUnitCountsNoAnswerAsErrorAndNoSkipAsPass) {
  const std::string xml = to_junit(results(), judging);
  EXPECT_THAT(xml, HasSubstr("tests=\"7\""));
  EXPECT_THAT(xml, HasSubstr("failures=\"2\""));
  EXPECT_THAT(xml, HasSubstr("errors=\"1\""));
  EXPECT_THAT(xml, HasSubstr("skipped=\"2\""));
  EXPECT_THAT(xml, HasSubstr("not_known"));
}

TEST(GateFormats, GithubSeesErrorsForWhatDoesNotPass) {
  const std::string text = to_github(results());
  EXPECT_THAT(text, HasSubstr("::error title=not met%3A the important one"));
  EXPECT_THAT(text, HasSubstr("::error title=not known%3A feature%3Ab>=verified"));
  EXPECT_THAT(text, HasSubstr("::notice title=xfailed"));
  EXPECT_THAT(text, HasSubstr("::warning title=xpass%3A"));
  EXPECT_THAT(text, Not(HasSubstr("driver")));
}

TEST(GateFormats, HostileTextsStayText) {
  std::vector<Result> rows = results();
  rows[1].demand.name = "a\n::error::b\x1b[2J\xff]]><x>\"";
  rows[1].finding.reason = rows[1].demand.name;
  const std::string text = to_text(rows, false);
  EXPECT_EQ(std::ranges::count(text, '\n'), 8);
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(to_junit(rows, judging), Not(HasSubstr("<x>")));
  EXPECT_THAT(to_github(rows), Not(HasSubstr("\n::error::b")));
  EXPECT_NO_THROW(std::ignore = nlohmann::json::parse(to_json(rows, judging)));
}

}  // namespace
}  // namespace bp::gate
