// Reading report.json back: what was written is what is read, and nothing from outside breaks it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "probes/registry/codec.h"
#include "report/formats/json.h"
#include "tests/report/golden.h"
#include "tests/report/sample_reports.h"
#include "tests/support/paths.h"

namespace bp {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string error_of(std::string_view text) {
  try {
    parse_report(text);
  } catch (const ReportError& error) {
    return error.what();
  }
  return "no error";
}

/// The H200 sample with one change made to its JSON.
template <typename Change>
std::string changed(Change change) {
  Json json = Json::parse(serialise_json(sample::h200()));
  change(json);
  return json.dump();
}

TEST(Parse, GivesBackWhatWasWritten) {
  for (const Report& report : {sample::h200(), sample::offline(), sample::troubled()}) {
    EXPECT_TRUE(parse_report(serialise_json(report)) == report);
  }
}

TEST(Parse, KeepsIdentifyingValuesAndExtremes) {
  Report report = sample::h200();
  report.redacted = false;
  report.seed = std::numeric_limits<std::uint64_t>::max();
  report.gpus[0].facts.uuid = "GPU-4d6f2a11-0000-4000-8000-123456789abc";
  report.gpus[0].facts.pci = "00000000:65:00.0";
  report.gpus[0].facts.facts.push_back(
      {"least", std::numeric_limits<std::int64_t>::min(), "driver", ""});
  report.gpus[0].facts.facts.push_back({"tiny", 5e-324, "driver", ""});
  report.gpus[0].facts.facts.push_back({"whole", 5.0, "driver", ""});
  report.log.push_back("quotes \" and \\ and control \x1b[31m and \xc3\xa9");
  EXPECT_TRUE(parse_report(serialise_json(report)) == report);
}

TEST(Parse, AValueThatIsNotFiniteBecomesNullWithAReason) {
  Report report = sample::h200();
  report.gpus[0].facts.facts = {{"rate", std::numeric_limits<double>::infinity(), "driver", ""}};
  const Fact read = parse_report(serialise_json(report)).gpus[0].facts.facts[0];
  EXPECT_TRUE(std::holds_alternative<std::monostate>(read.value));
  EXPECT_EQ(read.absent, "the value is not a finite number");
}

TEST(Parse, TakesTextThatIsNotUtf8) {
  Report report = sample::h200();
  report.log = {"cut in a character: \xe2\x82"};
  EXPECT_THAT(parse_report(serialise_json(report)).log[0],
              HasSubstr("cut in a character: \xef\xbf\xbd"));
}

TEST(Parse, IgnoresUnknownKeys) {
  const std::string text = changed([](Json& json) {
    json["future"] = {{"a", 1}};
    json["gpus"][0]["features"][0]["colour"] = "blue";
    json["driver"]["another"] = nullptr;
  });
  EXPECT_TRUE(parse_report(text) == sample::h200());
}

TEST(Parse, TakesReportsFromBeforeThereWereSelectors) {
  const Report old = parse_report(changed([](Json& json) {
    json.erase("shape");
    json.erase("catalogue");
    json["gpus"][0].erase("selectors");
  }));
  EXPECT_TRUE(old.gpus[0].selectors.empty());
  EXPECT_TRUE(old.shape == Shape());
  EXPECT_EQ(old.gpus[0].backends.size(), sample::h200().gpus[0].backends.size());
  EXPECT_EQ(old.gpus[0].backends[0].versions, "");
}

TEST(Parse, ARowOfTheCatalogueIsForEveryBackendOfItsId) {
  const Report report = parse_report(changed([](Json& json) {
    json["catalogue"] = Json::array({{{"id", "fa3"},
                                      {"versions", "2.8"},
                                      {"date", "2026-01-01"},
                                      {"outdated", true},
                                      {"takes", nullptr},
                                      {"also", Json::array()}},
                                     {{"id", "nobody"},
                                      {"versions", nullptr},
                                      {"date", nullptr},
                                      {"outdated", false},
                                      {"takes", nullptr},
                                      {"also", Json::array()}}});
  }));
  for (const BackendResult& backend : report.gpus[0].backends) {
    EXPECT_EQ(backend.outdated, backend.id == "fa3") << backend.id;
    EXPECT_EQ(backend.versions, backend.id == "fa3" ? "2.8" : "") << backend.id;
  }
}

TEST(Parse, AShapeIsOfNumbersThatAKernelCouldTake) {
  for (const Json& heads : {Json(0), Json(-1), Json(1.5), Json("16"), Json(1'000'001),
                            Json(std::numeric_limits<std::uint64_t>::max())}) {
    EXPECT_THAT(error_of(changed([&](Json& json) { json["shape"]["heads"] = heads; })),
                HasSubstr("\"heads\" is not a number of a shape"))
        << heads;
  }
  EXPECT_EQ(error_of(changed([](Json& json) { json["shape"]["heads"] = 16; })), "no error");
  EXPECT_THAT(error_of(changed([](Json& json) {
                json["gpus"][0]["selectors"][0]["steps"][0]["admitted"] = "perhaps";
              })),
              HasSubstr("gpus[0]: selectors[0]: steps[0]: \"admitted\""));
}

TEST(Parse, RefusesAnotherMajorVersionWithARemedy) {
  const auto versioned = [](const char* version) {
    return error_of(changed([&](Json& json) { json["schema_version"] = version; }));
  };
  EXPECT_EQ(versioned("2.0.0"),
            "This is not a report that this version reads: the report has schema version \"2.0.0\" "
            "and this "
            "program reads 1.x: use a newer blackwell-probe.");
  EXPECT_THAT(versioned("0.9.0"), HasSubstr("make the report again"));
  EXPECT_THAT(versioned("one"), HasSubstr("schema version \"one\""));
  EXPECT_EQ(versioned("1.99.0"), "no error");
}

TEST(Parse, SaysWhereTheReportIsWrong) {
  EXPECT_EQ(
      error_of(changed([](Json& json) { json["gpus"][0]["features"][2]["status"] = "fine"; })),
      "This is not a report that this version reads: gpus[0]: features[2]: \"status\" has the "
      "unknown "
      "value \"fine\".");
  EXPECT_THAT(error_of(changed([](Json& json) { json["seed"] = -1; })), HasSubstr("\"seed\""));
  EXPECT_THAT(error_of(changed([](Json& json) { json.erase("log"); })),
              HasSubstr("\"log\" is missing"));
  EXPECT_THAT(error_of(changed([](Json& json) { json["gpus"] = "none"; })),
              HasSubstr("\"gpus\" is not an array"));
  EXPECT_EQ(error_of("{\n \"a\": 1,\n x}"),
            "This is not a report: it is not valid JSON at line 3, column 2.");
  EXPECT_THAT(error_of(""), HasSubstr("not valid JSON at line 1, column 1"));
  EXPECT_THAT(error_of("[]"), HasSubstr("not an object"));
  EXPECT_THAT(error_of("null"), HasSubstr("not an object"));
}

TEST(Parse, ErrorsHoldNoControlCharactersAndStayShort) {
  const std::string error = error_of(changed([](Json& json) {
    json["gpus"][0]["features"][0]["status"] = "\x1b]0;title\x07" + std::string(100'000, 'x');
  }));
  EXPECT_THAT(error, Not(HasSubstr("\x1b")));
  EXPECT_THAT(error, HasSubstr("\\x1b]0;title\\x07"));
  EXPECT_LT(error.size(), 600u);
}

TEST(Parse, HasLimits) {
  EXPECT_THAT(error_of(std::string(max_report_bytes + 1, ' ')), HasSubstr("larger than 64 MiB"));
  EXPECT_THAT(error_of(std::string(100'000, '[')), HasSubstr("deeper than 32 levels"));
  EXPECT_THAT(error_of("[" + std::string(max_report_values + 1, ',')),
              HasSubstr("more than 4000000 values"));
  std::string keys = "{";
  for (int i = 0; i < 1000; ++i) keys += "\"k" + std::to_string(i) + "\":0,";
  EXPECT_THAT(error_of(keys), HasSubstr("more than 256 keys"));
  EXPECT_THAT(error_of("{\"schema_version\": 1e999}"), HasSubstr("number out of range"));
}

TEST(Parse, BracesInTextDoNotCount) {
  Report report = sample::h200();
  report.log = {std::string(1000, '[') + "\\\"" + std::string(1000, '{') + std::string(1000, ',')};
  EXPECT_TRUE(parse_report(serialise_json(report)) == report);
}

TEST(Parse, EveryTruncationIsRefused) {
  BP_NEEDS("BP_TEST_ROOT");
  const std::string text =
      test::read_file(test::path("BP_TEST_ROOT") + "/tests/report/golden/h200.json");
  ASSERT_TRUE(parse_report(text) == sample::h200());
  const std::size_t end = text.rfind('}');
  // Each reads all before its end: of the later ones a seventh is enough.
  for (std::size_t length = 0; length <= end; length += length < 4000 ? 1 : 7) {
    EXPECT_THROW(parse_report(std::string_view(text).substr(0, length)), ReportError) << length;
  }
}

// Not a fuzzer, but thousands of broken reports that a fuzzer would start with. In the sanitizer
// build a read past the end fails here.
TEST(Parse, MutationsGiveAReportOrAnError) {
  const std::string text = serialise_json(sample::troubled());
  std::mt19937_64 random(20261122);
  const auto below = [&](std::size_t limit) { return static_cast<std::size_t>(random() % limit); };
  constexpr std::string_view pieces[] = {"null",  "[]",      "{}",   "-1", "1e400",
                                         "\"\"",  "\\u0000", "\xff", "}",  "[[[",
                                         "true,", ":",       "\"\\", ",",  "9223372036854775808"};
  int accepted = 0, refused = 0;
  for (int round = 0; round < 4000; ++round) {
    std::string broken = text;
    for (std::size_t edits = 1 + below(4); edits > 0; --edits) {
      const std::size_t at = below(broken.size());
      switch (below(4)) {
        case 0:
          broken[at] = static_cast<char>(random());
          break;
        case 1:
          broken.erase(at, 1 + below(40));
          break;
        case 2:
          broken.insert(at, pieces[below(std::size(pieces))]);
          break;
        default:
          broken.insert(at, broken.substr(below(broken.size()), below(200)));
      }
    }
    try {
      const Report report = parse_report(broken);
      // What was accepted can be written and read again.
      EXPECT_TRUE(parse_report(serialise_json(report)) == report);
      ++accepted;
    } catch (const ReportError& error) {
      EXPECT_THAT(error.what(), Not(HasSubstr("\x1b")));
      ++refused;
    }
  }
  EXPECT_GT(accepted, 50);  // edits within texts
  EXPECT_GT(refused, 1000);
}

TEST(Json, KeysAreInTheOrderOfTheSchema) {
  BP_NEEDS("BP_TEST_ROOT");
  const Json schema = Json::parse(
      test::read_file(test::path("BP_TEST_ROOT") + "/report/schema/report.schema.json"));
  const Json report = Json::parse(serialise_json(sample::h200()));
  std::vector<std::string> want, have;
  for (const auto& [key, value] : schema["properties"].items()) want.push_back(key);
  for (const auto& [key, value] : report.items()) have.push_back(key);
  EXPECT_EQ(have, want);
}

}  // namespace
}  // namespace bp
