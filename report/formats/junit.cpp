#include "report/formats/junit.h"

#include <utility>

#include "report/formats/junit_writer.h"
#include "report/formats/subjects.h"
#include "report/formats/summary.h"

namespace bp {
namespace {

using junit::Outcome;
using junit::TestCase;
using junit::TestSuite;

/// A pass is a result that was right on a GPU. What an assembler says of a GPU not in hand is none.
Outcome outcome_of(Status status) {
  switch (status) {
    case Status::supported:
    case Status::emulated:
    case Status::measured:
      return Outcome::passed;
    case Status::wrong_result:
      return Outcome::failed;
    case Status::crashed:
    case Status::timed_out:
      return Outcome::error;
    default:
      return Outcome::skipped;
  }
}

std::string evidence_lines(const std::vector<Evidence>& list) {
  std::string text;
  for (const Evidence& item : list) {
    text.append(to_string(item.kind)).append(item.against ? ", against, " : ", ");
    text.append(source_text(item)).append(": ").append(item.text);
    if (item.value) text.append(" (").append(figure_text(*item.value, item.unit)).append(")");
    text += '\n';
  }
  return text;
}

std::string reason_lines(const Reason& reason) {
  std::string text = reason.sentence + ".";
  if (!reason.remedy.empty()) text += " " + reason.remedy;
  return text + " [" + reason.id + "]\n";
}

class JUnitReport {
 public:
  explicit JUnitReport(const Report& report) : report_(report) {}

  std::string write() {
    machine();
    for (const ReportSubject& subject : subjects(report_)) {
      TestSuite features = suite(subject, "features");
      for (const FeatureResult& feature : subject.features) add(features, feature);
      for (const BackendResult& backend : subject.backends) add(features, backend);
      suites_.push_back(std::move(features));
      if (!subject.kernels.empty()) {
        TestSuite kernels = suite(subject, "kernels");
        for (const KernelResult& kernel : subject.kernels) add(kernels, result_of(kernel));
        suites_.push_back(std::move(kernels));
      }
    }
    surveys();
    return junit::write(suites_);
  }

 private:
  /// Every list of results says so in its first line.
  std::string prefix() const { return report_.driver.fake ? "fake_driver." : ""; }

  TestSuite suite(const std::string& name) const {
    return {.name = prefix() + name, .timestamp = report_.created};
  }

  TestSuite suite(const ReportSubject& subject, const std::string& kind) const {
    TestSuite suite = this->suite(subject.id + "." + kind);
    suite.properties = {{"subject", title(subject)}, {"about", description(subject)}};
    return suite;
  }

  /// Whether there was a machine to test at all: without it, no case would fail where no GPU is.
  void machine() {
    TestSuite suite = this->suite("machine");
    const DriverFacts& driver = report_.driver;
    suite.properties = {{"blackwell-probe", report_.tool.version},
                        {"commit", report_.tool.commit},
                        {"command", report_.command},
                        {"driver", driver.version},
                        {"cuda", driver.cuda_version}};
    if (driver.fake) suite.properties.emplace_back("fake_driver", *driver.fake);
    // The offline report is not about this machine.
    const Outcome no_driver = report_.targets.empty() ? Outcome::error : Outcome::skipped;
    suite.cases.push_back(problem_case(suite.name, "driver", driver.problem, no_driver));
    for (const GpuReport& gpu : report_.gpus) {
      suite.cases.push_back(problem_case(suite.name, "gpu" + std::to_string(gpu.facts.index),
                                         gpu.facts.problem, Outcome::error));
    }
    TestCase complete{.classname = suite.name, .name = "complete"};
    if (!report_.complete) {
      complete.outcome = Outcome::error;
      complete.type = "incomplete";
      complete.message = "The run was interrupted, or something crashed or did not end in time.";
    }
    suite.cases.push_back(std::move(complete));
    for (const Alert& alert : alerts(report_))
      suite.output += alert.title + ": " + alert.text + "\n";
    for (const std::string& line : report_.log) suite.output += line + "\n";
    suites_.push_back(std::move(suite));
  }

  static TestCase problem_case(const std::string& suite, const std::string& name,
                               const std::optional<Reason>& problem, Outcome outcome) {
    TestCase test{.classname = suite, .name = name};
    if (!problem) return test;
    test.outcome = outcome;
    test.type = problem->id;
    test.message = problem->sentence;
    test.details = reason_lines(*problem);
    return test;
  }

  static void add(TestSuite& suite, const FeatureResult& result) {
    TestCase test{.classname = suite.name,
                  .name = result.id,
                  .outcome = outcome_of(result.status),
                  .type = std::string(to_string(result.status)),
                  .message = why_not(result)};
    if (test.message.empty()) test.message = meaning(result.status);
    std::string details = result.reason ? reason_lines(*result.reason) : "";
    details += evidence_lines(result.evidence);
    // A pass has no place for them in its case.
    if (test.outcome == Outcome::passed) {
      suite.output += result.id + ": " + std::string(words(result.status)) + "\n" + details;
    } else {
      test.details = std::move(details);
    }
    suite.cases.push_back(std::move(test));
  }

  /// Properties: a verdict is derived, and no test of the backend itself that could pass.
  static void add(TestSuite& suite, const BackendResult& backend) {
    std::string value(to_string(backend.verdict));
    if (!backend.reason.empty()) value += ": " + backend.reason;
    if (!backend.nearest.empty()) value += " Nearest that runs: " + backend.nearest + ".";
    suite.properties.emplace_back("backend." + backend.id, std::move(value));
  }

  void surveys() {
    if (report_.surveys.empty()) return;
    TestSuite suite = this->suite("surveys");
    for (const SurveyResult& survey : report_.surveys) {
      std::string id = survey.id;
      for (const int gpu : survey.gpus) id += ".gpu" + std::to_string(gpu);
      add(suite, {std::move(id), survey.status, survey.reason, survey.evidence});
    }
    suites_.push_back(std::move(suite));
  }

  const Report& report_;
  std::vector<TestSuite> suites_;
};

}  // namespace

std::string serialise_junit(const Report& report, const Style&) {
  return JUnitReport(report).write();
}

}  // namespace bp
