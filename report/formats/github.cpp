#include "report/formats/github.h"

#include <vector>

#include "report/formats/github_annotations.h"
#include "report/formats/subjects.h"
#include "report/formats/summary.h"

namespace bp {
namespace {

using github::Annotation;
using github::Level;

/// GitHub shows so many of each level of one step: "Usage limits" of its documentation.
constexpr std::size_t most_of_a_level = 10;

Level level_of(Tone tone) {
  switch (tone) {
    case Tone::broken:
      return Level::error;
    case Tone::bad:
      return Level::warning;
    default:
      return Level::notice;
  }
}

void add_broken(std::vector<Annotation>& list, const ReportSubject& subject,
                const FeatureResult& result) {
  if (tone(result.status) != Tone::broken) return;
  const std::string why = why_not(result);
  list.push_back({Level::error,
                  result.id + ": " + std::string(words(result.status)) + ", " + title(subject),
                  why.empty() ? std::string(meaning(result.status)) : why});
}

void add_at_risk(std::vector<Annotation>& list, const ReportSubject& subject) {
  std::vector<std::string> ids;
  for (const BackendResult& backend : subject.backends) {
    if (backend.verdict == Verdict::at_risk) ids.push_back(backend.id);
  }
  if (ids.empty()) return;
  list.push_back({Level::warning, "Backends at risk, " + title(subject),
                  listed(ids, 10) + ": " + std::string(meaning(Verdict::at_risk)) + "."});
}

void add_subject(std::vector<Annotation>& list, const ReportSubject& subject) {
  if (subject.gpu != nullptr && subject.gpu->facts.problem)
    list.push_back({Level::error, title(subject), subject.gpu->facts.problem->sentence + "."});
  for (const FeatureResult& feature : subject.features) add_broken(list, subject, feature);
  for (const KernelResult& kernel : subject.kernels) add_broken(list, subject, result_of(kernel));
  // A target is nobody's machine.
  if (subject.gpu != nullptr) add_at_risk(list, subject);
  const Summary summary = summarise(subject);
  list.push_back({Level::notice, title(subject),
                  summary.headline + ". " + summary.features + " " + summary.kernels});
}

void add_targets(std::vector<Annotation>& list, const std::vector<TargetReport>& targets) {
  std::string text;
  for (const TargetReport& target : targets)
    text += (text.empty() ? "" : ", ") + target.target + ": " + running_of_all(target.backends);
  list.push_back({Level::notice, "Known backends that are expected to run", text});
}

/// The last one that is shown says how many are not.
std::vector<Annotation> shown(const std::vector<Annotation>& all) {
  std::vector<Annotation> list;
  for (const Level level : {Level::error, Level::warning, Level::notice}) {
    std::vector<Annotation> same;
    for (const Annotation& annotation : all) {
      if (annotation.level == level) same.push_back(annotation);
    }
    if (same.size() > most_of_a_level) {
      const std::size_t more = same.size() - (most_of_a_level - 1);
      same.resize(most_of_a_level - 1);
      same.push_back({level, "and " + std::to_string(more) + " more",
                      "The step summary and the report have them all."});
    }
    list.insert(list.end(), same.begin(), same.end());
  }
  return list;
}

}  // namespace

std::string serialise_github(const Report& report, const Style&) {
  std::vector<Annotation> list;
  for (const Alert& alert : alerts(report))
    list.push_back({level_of(alert.tone), alert.title, alert.text});
  const bool one_by_one = report.targets.size() <= few_targets;
  for (const ReportSubject& subject : subjects(report)) {
    if (subject.gpu != nullptr || one_by_one) add_subject(list, subject);
  }
  if (!one_by_one) add_targets(list, report.targets);
  return github::write(shown(list));
}

}  // namespace bp
