// Sweeps and facts: read back as written, refused where they are damaged, shown safely.
#include "report/formats/surveys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "probes/registry/codec.h"
#include "probes/registry/reason.h"
#include "report/formats/html.h"
#include "report/formats/json.h"
#include "report/formats/text.h"
#include "report/redact/redact.h"
#include "tests/report/own_script.h"
#include "tests/report/sample_reports.h"

namespace bp {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr Style full{.width = 100, .colour = false, .unicode = true, .detail = Detail::full};

SurveyResult sweep() {
  return {.id = "sweep.cluster_launch",
          .gpus = {0},
          .status = Status::measured,
          .evidence = {{EvidenceKind::verified, false, "driver 1", "sm_90a", "ranks", {}, {}}},
          .values = {{"largest", std::int64_t{16}, "CTAs", EvidenceKind::verified, {}},
                     {"declared", {}, "B", EvidenceKind::declared, "the driver does not know"}},
          .columns = {{"cluster", "CTAs"}, {"launch", ""}, {"sms_reached", "SMs"}},
          .rows = {{{std::int64_t{1}, {}}, {std::string("launched"), {}}, {132.5, {}}},
                   {{std::int64_t{16}, {}}, {std::string("refused"), {}}, {{}, "not launched"}}}};
}

Report report_with(SurveyResult survey) {
  Report report = sample::h200();
  report.surveys = {std::move(survey)};
  return report;
}

TEST(Surveys, ComeBackAsTheyWere) {
  SurveyResult pair = sweep();
  pair.gpus = {0, 1};
  SurveyResult host{.id = "fact.host_memory",
                    .gpus = {},
                    .status = Status::timed_out,
                    .reason = make_reason("time_out")};
  for (const SurveyResult& result : {sweep(), pair, host}) {
    const Report report = report_with(result);
    EXPECT_TRUE(parse_report(serialise_json(report)) == report) << result.id;
  }
}

TEST(Surveys, AReportWithoutThemIsRead) {
  std::string text = serialise_json(sample::h200());
  const std::string key = " \"surveys\": [],\n";
  ASSERT_THAT(text, HasSubstr(key));
  text.erase(text.find(key), key.size());
  EXPECT_TRUE(parse_report(text) == sample::h200());
}

TEST(Surveys, WhatIsNoNumberIsAbsentWithAReason) {
  SurveyResult survey = sweep();
  survey.values[0].value = std::nan("");
  survey.rows[0][2].value = INFINITY;
  const SurveyResult read = decode_survey_result(encode(survey));
  EXPECT_EQ(read.values[0].value, FactValue{});
  EXPECT_THAT(read.values[0].absent, HasSubstr("not a finite number"));
  EXPECT_EQ(read.rows[0][2].value, FactValue{});
  EXPECT_THAT(read.rows[0][2].absent, HasSubstr("not a finite number"));
}

TEST(Surveys, DamagedOnesAreRefused) {
  const Json good = encode(sweep());
  const std::vector<std::function<void(Json&)>> damages{
      [](Json& j) { j["rows"][0].push_back(1); },
      [](Json& j) { j["rows"][0].erase(0); },
      [](Json& j) { j["rows"][0] = 7; },
      [](Json& j) { j["rows"][0][0] = Json::array(); },
      [](Json& j) {
        j["rows"][0][0] = {{"value", 3}, {"absent", "both"}};
      },
      [](Json& j) {
        j["rows"][0][0] = {{"value", nullptr}};
      },
      [](Json& j) { j["rows"][0][0] = UINT64_MAX; },
      [](Json& j) { j["columns"][0].erase("unit"); },
      [](Json& j) { j["values"][0]["kind"] = "certain"; },
      [](Json& j) { j["values"][0]["value"] = Json::object(); },
      [](Json& j) {
        j["gpus"] = {0, 1, 2};
      },
      [](Json& j) { j["gpus"] = {-1}; },
      [](Json& j) { j["gpus"] = 0; },
      [](Json& j) { j["status"] = "splendid"; },
      [](Json& j) { j.erase("rows"); },
  };
  for (std::size_t i = 0; i < damages.size(); ++i) {
    Json json = good;
    damages[i](json);
    EXPECT_THROW(decode_survey_result(json), DecodeError) << i;
  }
}

TEST(Surveys, AreShownAsTables) {
  const Report report = report_with(sweep());
  const std::string text = serialise_text(report, full);
  EXPECT_THAT(text, HasSubstr("cluster  launch    sms reached"));
  EXPECT_THAT(text, HasSubstr("16       refused   -"));
  EXPECT_THAT(text, HasSubstr("- not launched"));
  EXPECT_THAT(text, HasSubstr("declared: the driver does not know"));
  const std::string html = serialise_html(report);
  EXPECT_THAT(html, HasSubstr("Sweeps and facts"));
  EXPECT_THAT(html, HasSubstr("launched"));
  EXPECT_THAT(html, HasSubstr("not launched"));
}

TEST(Surveys, ABlockedOneSaysWhatToDo) {
  const Report report = report_with({.id = std::string(counters_survey),
                                     .gpus = {0},
                                     .status = Status::blocked,
                                     .reason = make_reason("counters_denied")});
  for (const std::string& text : {serialise_text(report, full), serialise_html(report)}) {
    EXPECT_THAT(text, HasSubstr("administrators"));
    EXPECT_THAT(text, HasSubstr("CAP_SYS_ADMIN"));
    EXPECT_THAT(text, HasSubstr("counters_denied"));
  }
}

TEST(Surveys, LeftOutByTheLevelTheyTakeNoSpace) {
  const Report report = report_with({.id = "sweep.residency",
                                     .gpus = {0},
                                     .status = Status::not_run,
                                     .reason = make_reason("level_full")});
  EXPECT_EQ(serialise_text(report, {}), serialise_text(sample::h200(), {}));
  EXPECT_EQ(serialise_html(report), serialise_html(sample::h200()));
}

TEST(Surveys, AnInvalidValueIsShownWithItsReasonAndComesBack) {
  SurveyResult survey = sweep();
  survey.values.push_back({"copy",
                           2875.5,
                           "GB/s",
                           EvidenceKind::launched,
                           {},
                           make_reason("throttled", "sw_power_cap")});
  const Report report = report_with(survey);
  EXPECT_TRUE(parse_report(serialise_json(report)) == report);
  for (const std::string& text : {serialise_text(report, full), serialise_html(report)}) {
    EXPECT_THAT(text, HasSubstr("invalid"));
    EXPECT_THAT(text, HasSubstr("sw_power_cap"));
  }
}

TEST(Surveys, HostileTextStaysText) {
  const std::string hostile = "</td><script>\x1b[31m\xe2\x80\xae";
  SurveyResult survey = sweep();
  survey.id = hostile;
  survey.values.push_back({hostile, hostile, hostile, EvidenceKind::inferred, {}});
  survey.values.push_back({hostile, {}, hostile, EvidenceKind::inferred, hostile});
  survey.values.push_back(
      {hostile, hostile, hostile, EvidenceKind::inferred, {}, Reason{hostile, hostile, hostile}});
  for (Column& column : survey.columns) column = {hostile, hostile};
  survey.rows[0][0].value = hostile;
  survey.rows[1][2].absent = hostile;
  const Report report = report_with(survey);
  const std::string html = serialise_html(report);
  EXPECT_THAT(test::without_own_script(html), Not(HasSubstr("<script")));
  for (const std::string& text : {html, serialise_text(report, full), serialise_json(report)}) {
    EXPECT_THAT(text, Not(HasSubstr("\x1b[31m")));
    EXPECT_THAT(text, Not(HasSubstr("\xe2\x80\xae")));
  }
}

TEST(Surveys, IdentifyingTextIsLeftOut) {
  SurveyResult survey = sweep();
  survey.rows[0][1].value = std::string("/home/ada/x");
  survey.rows[1][2].absent = "on ada-lovelace-pc";
  survey.values[1].absent = "/home/ada/y";
  survey.values[0].invalid = Reason{"throttled", "as /home/ada/z says", {}};
  const Report report =
      redact(report_with(survey),
             {.hosts = {"ada-lovelace-pc"}, .users = {"ada"}, .homes = {"/home/ada"}});
  EXPECT_THAT(serialise_json(report), Not(HasSubstr("ada")));
}

}  // namespace
}  // namespace bp
