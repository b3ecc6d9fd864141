// What is read by machines: CSV, JUnit, annotations, labels of nodes, metrics. Their consumers' own
// rules are applied in tests/formats.
#include <gmock/gmock.h>

#include <algorithm>
#include <regex>
#include <set>
#include <sstream>

#include "report/formats/clean.h"
#include "report/formats/format.h"
#include "tests/report/planted.h"
#include "tests/report/sample_reports.h"

namespace bp {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string as(const char* format, const Report& report) {
  return find_format(format)->serialise(report, {});
}

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> list;
  for (std::string line; std::getline(stream, line);) list.push_back(line);
  return list;
}

std::vector<Report> hostile_reports() {
  std::vector<Report> reports{sample::h200(), sample::offline(), sample::troubled(),
                              sample::bench(), Report{}};
  for (Report& report : reports) {
    for (const char* text :
         {"\"},x=\"1\n# a\r\n::error::b", "=cmd|' /C calc'!A0", "]]></x>\x1b[0m\xff"})
      test::plant(report, text);
  }
  return reports;
}

Report with_status(Status status) {
  Report report = sample::h200();
  report.gpus[0].features = {{"wgmma.bf16", status, {}, {}}};
  report.gpus[0].kernels.clear();
  return report;
}

TEST(MachineFormats, NoTextBecomesAControlCharacterOrALineOfItsOwn) {
  for (const Report& report : hostile_reports()) {
    for (const char* name : {"csv", "junit", "github", "nfd", "prom", "markdown"}) {
      const std::string text = as(name, report);
      for (std::string_view rest = text; !rest.empty();) {
        const char32_t code = next_code_point(rest);
        ASSERT_TRUE(code == '\n' || !is_hostile(code)) << name;
      }
      for (const std::string& line : lines_of(text)) {
        EXPECT_FALSE(std::string(name) == "github" && line.starts_with("::error::b")) << line;
        EXPECT_FALSE(std::string(name) == "prom" && line.starts_with("# a")) << line;
      }
    }
  }
}

TEST(Csv, HasALineForEachThingAndTheStrongestEvidence) {
  const Report report = sample::h200();
  const std::vector<std::string> lines = lines_of(as("csv", report));
  const GpuReport& gpu = report.gpus[0];
  std::size_t of_models = 0;
  for (const ModelReport& model : report.models) {
    of_models += model.cache.size() + model.sizes.size();
    for (const ModelNeed& need : model.needs) of_models += need.tensor_parallel.size();
  }
  EXPECT_EQ(lines.size(), 1 + of_models + gpu.features.size() + gpu.kernels.size() +
                              gpu.kernels[0].figures.size() + gpu.backends.size() +
                              gpu.rates.size());
  EXPECT_THAT(lines, testing::Contains(HasSubstr(",wgmma.bf16,,supported,counted,")));
  EXPECT_THAT(lines, testing::Contains(HasSubstr(
                         "gpu0,NVIDIA H200,backend,flashinfer.mla.cutlass,mla.dense_decode,"
                         "no_hardware,assembled,")));
  EXPECT_THAT(lines, testing::Contains(testing::EndsWith(
                         ",wgmma.bf16,,,launched,,,,4081.3,operations per clock and SM")));
  EXPECT_THAT(lines,
              testing::Contains(HasSubstr(
                  ",model_need,sample-v3.2,tp8 decode,runs,verified,,\"fallback: MLA decode, "
                  "dense, bf16\",flashinfer.mla.fa2,337.9,\"us a layer, estimate\"")));
}

TEST(Csv, NoCellIsAFormula) {
  Report report = sample::h200();
  report.gpus[0].facts.name = "=cmd|' /C calc'!A0";
  EXPECT_THAT(as("csv", report), HasSubstr(",'=cmd|' /C calc'!A0,"));
}

TEST(JUnit, OnlyARightResultOnAGpuPasses) {
  const std::string test =
      "<testcase name=\"wgmma.bf16\" classname=\"gpu0.features\" time=\"0.000\"";
  for (const Status status : {Status::supported, Status::emulated})
    EXPECT_THAT(as("junit", with_status(status)), HasSubstr(test + "/>"));
  const auto element = [&](Status status) {
    const std::string text = as("junit", with_status(status));
    const std::size_t at = text.find(test + ">\n      <");
    return at == std::string::npos ? "none" : text.substr(at + test.size() + 9, 7);
  };
  EXPECT_EQ(element(Status::wrong_result), "failure");
  EXPECT_EQ(element(Status::crashed), "error t");
  EXPECT_EQ(element(Status::timed_out), "error t");
  for (const Status status :
       {Status::unsupported, Status::blocked, Status::not_run, Status::assembles, Status::refused})
    EXPECT_EQ(element(status), "skipped") << to_string(status);
}

TEST(JUnit, WithoutAGpuSomethingFails) {
  Report report = sample::offline();
  report.targets.clear();
  EXPECT_THAT(as("junit", report), HasSubstr("<error type=\"no_libcuda\""));
  // The offline report is about other machines.
  EXPECT_THAT(as("junit", sample::offline()), Not(HasSubstr("<error")));
  EXPECT_THAT(as("junit", sample::offline()),
              Not(HasSubstr(
                  "<testcase name=\"wgmma.bf16\" classname=\"sm_100.features\" time=\"0.000\"/>")));
}

TEST(JUnit, SaysThatADriverIsFakeInEverySuite) {
  for (const std::string& line : lines_of(as("junit", sample::troubled()))) {
    const bool suite = line.find("<testsuite ") != std::string::npos;
    EXPECT_TRUE(!suite || line.find("name=\"fake_driver.") != std::string::npos) << line;
  }
}

TEST(Github, ShowsNoMoreThanGithubDoes) {
  Report report = sample::h200();
  for (FeatureResult& feature : report.gpus[0].features) feature.status = Status::wrong_result;
  while (report.gpus[0].features.size() < 50)
    report.gpus[0].features.push_back(report.gpus[0].features[0]);
  const std::vector<std::string> lines = lines_of(as("github", report));
  const auto count = [&](const char* level) {
    return std::ranges::count_if(lines,
                                 [&](const std::string& line) { return line.starts_with(level); });
  };
  EXPECT_EQ(count("::error "), 10);
  EXPECT_THAT(lines, testing::Contains(HasSubstr("::error title=and 41 more::")));
  EXPECT_GE(count("::notice "), 1);
}

TEST(Nfd, LabelsKeepTheSyntaxOfKubernetes) {
  // "Labels and Selectors" of its documentation: the name, and the value.
  const std::regex label(
      "([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)=([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9]"
      ")?)");
  for (Report& report : hostile_reports()) {
    report.driver.version = std::string(200, '-') + "580" + std::string(200, '.') + "1";
    for (GpuReport& gpu : report.gpus) {
      for (KernelResult& kernel : gpu.kernels) kernel.path += std::string(100, 'x');
    }
    for (const std::string& line : lines_of(as("nfd", report)))
      EXPECT_TRUE(line.starts_with("# Made by") || std::regex_match(line, label)) << line;
  }
}

TEST(Nfd, WhatIsNotKnownHasNoLabel) {
  EXPECT_THAT(as("nfd", with_status(Status::supported)), HasSubstr("blackwell-probe.wgmma=true\n"));
  EXPECT_THAT(as("nfd", with_status(Status::unsupported)),
              HasSubstr("blackwell-probe.wgmma=false\n"));
  for (const Status status : {Status::blocked, Status::not_run, Status::crashed, Status::timed_out})
    EXPECT_THAT(as("nfd", with_status(status)), Not(HasSubstr("blackwell-probe.wgmma=")))
        << to_string(status);
}

TEST(Nfd, ANoIsSaidOfWhatRanAlone) {
  const char* const wrong = "blackwell-probe.wrong-result=";
  Report report = with_status(Status::supported);
  EXPECT_THAT(as("nfd", report), HasSubstr(std::string(wrong) + "false\n"));
  for (const Status status :
       {Status::unsupported, Status::blocked, Status::not_run, Status::crashed})
    EXPECT_THAT(as("nfd", with_status(status)), Not(HasSubstr(wrong))) << to_string(status);
  // One that ran does not speak for one that did not come to its end, nor for another GPU.
  report.gpus[0].features.push_back({"tma.load", Status::timed_out, {}, {}});
  EXPECT_THAT(as("nfd", report), Not(HasSubstr(wrong)));
  report.gpus[0].features.pop_back();
  report.gpus.push_back(with_status(Status::blocked).gpus[0]);
  EXPECT_THAT(as("nfd", report), Not(HasSubstr(wrong)));
  report.gpus[1].features[0].status = Status::wrong_result;
  EXPECT_THAT(as("nfd", report), HasSubstr(std::string(wrong) + "true\n"));
  report = with_status(Status::supported);
  report.surveys = {{.id = "sweep.cluster_launch", .gpus = {0}, .status = Status::wrong_result}};
  EXPECT_THAT(as("nfd", report), HasSubstr(std::string(wrong) + "true\n"));
}

TEST(Nfd, GpusThatNobodySawAreNotCounted) {
  Report report = with_status(Status::blocked);
  report.gpus[0].facts.cc = {};
  const std::string text = as("nfd", report);
  EXPECT_THAT(text, HasSubstr("blackwell-probe.gpus=1\n"));
  EXPECT_THAT(text, Not(HasSubstr("compute-capability")));
  report.gpus.clear();
  report.driver.problem = Reason{"driver_mismatch", "It is another one", ""};
  EXPECT_THAT(as("nfd", report), Not(HasSubstr("blackwell-probe.gpus")));
}

TEST(Nfd, ALabelHoldsForEveryGpuOfTheNode) {
  Report report = with_status(Status::supported);
  report.gpus.push_back(report.gpus[0]);
  EXPECT_THAT(as("nfd", report), HasSubstr("blackwell-probe.wgmma=true\n"));
  report.gpus[1].features[0].status = Status::unsupported;
  EXPECT_THAT(as("nfd", report), HasSubstr("blackwell-probe.wgmma=some\n"));
  report.gpus[1].features[0].status = Status::blocked;
  EXPECT_THAT(as("nfd", report), Not(HasSubstr("blackwell-probe.wgmma=")));
  EXPECT_THAT(as("nfd", report), Not(HasSubstr("fake-driver")));
  EXPECT_THAT(as("nfd", sample::troubled()), HasSubstr("blackwell-probe.fake-driver=h200_r580\n"));
}

TEST(Prom, NoSampleTwice) {
  Report report = sample::h200();
  report.gpus.push_back(report.gpus[0]);  // the same ordinal: a report from elsewhere
  std::set<std::string> seen;
  for (const std::string& line : lines_of(as("prom", report)))
    EXPECT_TRUE(seen.insert(line.substr(0, line.rfind(' '))).second) << line;
}

TEST(Prom, ValuesOfLabelsAreEscaped) {
  Report report = sample::h200();
  report.gpus[0].facts.name = "a\"b\\c\nd";
  EXPECT_THAT(as("prom", report), HasSubstr("name=\"a\\\"b\\\\c\\\\nd\""));
}

TEST(Prom, TheTimeOfTheReportIsAValue) {
  EXPECT_THAT(as("prom", sample::h200()),
              HasSubstr("blackwell_probe_report_timestamp_seconds 1795348800\n"));
  for (const char* created :
       {"", "yesterday", "2026-13-40T00:00:00Z", "2026-11-22T12:00:00+00:00"}) {
    Report report = sample::h200();
    report.created = created;
    EXPECT_THAT(as("prom", report), Not(HasSubstr("report_timestamp"))) << created;
  }
}

}  // namespace
}  // namespace bp
