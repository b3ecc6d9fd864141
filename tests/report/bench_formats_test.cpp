// What `bench` measured, in the formats that people read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/formats/bench.h"
#include "report/formats/json.h"
#include "tests/report/sample_reports.h"

namespace bp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string written(const char* format, const Report& report) {
  return find_format(format)->serialise(report, Style{.width = 200});
}

TEST(BenchWords, AreTheFiguresOfTheRow) {
  const BenchReport bench = sample::bench().gpus[0].bench;
  EXPECT_THAT(bench_cells(bench, bench.rows[0]),
              ElementsAre("b128_h16_sq1_sk4096", "free", "200 µs", "", "3000", "0.73", "90.0",
                          "0.14", "memory"));
  EXPECT_THAT(bench_cells(bench, bench.rows[2]),
              ElementsAre("b128_h128_sq2_sk4096", "free", "1.50 ms", "2.00x wgmma", "400", "0.10",
                          "200", "0.31", "matrix"));
}

TEST(BenchWords, ThrottledSamplesAreMarked) {
  const BenchReport bench = sample::bench().gpus[0].bench;
  EXPECT_EQ(bench_note(bench.rows[0]), "");
  EXPECT_EQ(bench_note(bench.rows[3]),
            "throttled in 12 of 30 samples: sw_power_cap, hw_thermal_slowdown");
  EXPECT_THAT(yardstick_text(bench.yardsticks[0]),
              HasSubstr("throttled in 1 of 6 samples: sw_power_cap"));
}

TEST(BenchWords, WithoutATimeTheReasonStandsThere) {
  const BenchReport bench = sample::bench().gpus[0].bench;
  EXPECT_EQ(bench_note(bench.rows[5]),
            "wrong result: The output differs from the reference: request 3, out: 1 is not 2");
  EXPECT_THAT(yardstick_text(bench.yardsticks[1]), HasSubstr("libcublas.so.12 are not here"));
}

TEST(BenchWords, EachFormatSaysWhatFallingBackCosts) {
  const Report report = sample::bench();
  for (const char* format : {"text", "html", "markdown"}) {
    const std::string text = written(format, report);
    EXPECT_THAT(text, HasSubstr("2.00x wgmma")) << format;
    EXPECT_THAT(text, HasSubstr("4.00x wgmma")) << format;
  }
  EXPECT_THAT(written("text", report), HasSubstr("what it costs to fall back"));
  EXPECT_THAT(written("html", report), HasSubstr("what it costs to fall back"));
  const std::string csv = written("csv", report);
  EXPECT_THAT(csv, HasSubstr("b128_h128_sq2_sk4096 portable fallback_times"));
  EXPECT_THAT(csv, HasSubstr("times wgmma"));
  const std::string json = written("json", report);
  EXPECT_THAT(json, HasSubstr("\"fallback_from\": \"wgmma\""));
  EXPECT_THAT(json, HasSubstr("\"fallback_times\": 2.0"));
}

TEST(BenchWords, WithOnePathNothingIsSaidOfFallingBack) {
  Report report = sample::bench();
  std::erase_if(report.gpus[0].bench.rows, [](const BenchRow& row) {
    return row.path == "wgmma" || row.tuning == "portable";
  });
  EXPECT_THAT(written("text", report), Not(HasSubstr("fall back")));
}

TEST(BenchWords, EachFormatHasEveryRow) {
  const Report report = sample::bench();
  for (const char* format : {"text", "html", "markdown", "csv", "json"}) {
    const std::string text = written(format, report);
    for (const BenchRow& row : report.gpus[0].bench.rows) {
      EXPECT_THAT(text, HasSubstr(row.shape)) << format;
    }
    EXPECT_THAT(text, HasSubstr("sw_power_cap")) << format;
    EXPECT_THAT(text, HasSubstr("request 3, out: 1 is not 2")) << format;
  }
}

TEST(BenchWords, AReportOfARunSaysNothingOfIt) {
  for (const char* format : {"text", "html", "markdown", "csv", "json"}) {
    const std::string text = written(format, sample::h200());
    EXPECT_THAT(text, Not(HasSubstr("ardstick"))) << format;
    EXPECT_THAT(text, Not(HasSubstr("\"bench\""))) << format;
  }
}

TEST(BenchProm, HasAGaugeOfEachRowAndYardstick) {
  const std::string text = written("prom", sample::bench());
  const std::string row =
      "{gpu=\"0\",kernel=\"mla.dense_decode.mma_sync\",shape=\"b128_h128_sq2_sk4096\","
      "tuning=\"portable\",l2=\"cold\"} ";
  EXPECT_THAT(text, HasSubstr("blackwell_probe_bench_seconds" + row + "0.003\n"));
  EXPECT_THAT(text, HasSubstr("blackwell_probe_bench_operations_per_second" + row + "1e+14\n"));
  EXPECT_THAT(text, HasSubstr("blackwell_probe_bench_fallback_ratio" + row + "4\n"));
  EXPECT_THAT(text, HasSubstr("blackwell_probe_bench_throttled_ratio" + row + "0.4\n"));
  EXPECT_THAT(text, HasSubstr("blackwell_probe_bench_yardstick_per_second{gpu=\"0\","
                              "yardstick=\"copy\"} 4.1e+12\n"));
  EXPECT_THAT(text, HasSubstr("blackwell_probe_bench_rows{gpu=\"0\",status=\"measured\"} 7\n"));
  EXPECT_THAT(text, HasSubstr("bench_rows{gpu=\"0\",status=\"wrong_result\"} 1\n"));
  EXPECT_THAT(text, Not(HasSubstr("b128_h8_sq1_sk4096"))) << "a row without a time";
  EXPECT_THAT(text, Not(HasSubstr("yardstick=\"cublas.bf16\""))) << "it was not measured";
  EXPECT_THAT(written("prom", sample::h200()), Not(HasSubstr("bench")));
}

TEST(BenchFormats, TestReportsAndLabelsSayNothingOfSpeed) {
  Report without = sample::bench();
  without.gpus[0].bench = {};
  for (const char* format : {"junit", "nfd"})
    EXPECT_EQ(written(format, sample::bench()), written(format, without)) << format;
}

TEST(BenchJson, IsReadBack) {
  const Report report = sample::bench();
  EXPECT_EQ(parse_report(serialise_json(report)), report);
}

TEST(BenchJson, AWrongRowIsRefusedWithItsPlace) {
  std::string json = serialise_json(sample::bench());
  const std::string key = "\"tuning\": \"portable\"";
  const std::string from = json.find(key) == std::string::npos ? "\"tuning\":\"portable\"" : key;
  ASSERT_NE(json.find(from), std::string::npos);
  json.replace(json.find(from), from.size(), "\"tuning\": 7");
  try {
    parse_report(json);
    FAIL() << "it was read";
  } catch (const ReportError& error) {
    EXPECT_THAT(error.what(), HasSubstr("rows[1]: \"tuning\" is not a string"));
  }
}

}  // namespace
}  // namespace bp
