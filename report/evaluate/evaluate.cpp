#include "report/evaluate/evaluate.h"

#include <algorithm>
#include <unordered_map>

#include "report/evaluate/verdict.h"
#include "report/evaluate/versions.h"

namespace bp {
namespace {

/// Older facts than this are marked: libraries change their gates from release to release.
constexpr int fresh_days = 120;

bool is_outdated(std::string_view read, std::optional<std::int64_t> today) {
  const auto day = days_of(read);
  return day && today && *today - *day > fresh_days;
}

bool is_emulated(const BackendResult& result) {
  return std::ranges::any_of(result.notes,
                             [](const std::string& note) { return note.starts_with("emulated"); });
}

struct Candidate {
  const Backend* row;
  BackendResult* result;
};
using Runners = std::unordered_map<std::string_view, std::vector<Candidate>>;

/// What runs, by each operation that it performs.
Runners runners_of(const std::vector<Candidate>& all) {
  Runners runners;
  for (const Candidate& candidate : all) {
    if (candidate.result->verdict != Verdict::runs) continue;
    runners[candidate.row->operation].push_back(candidate);
    for (const std::string& operation : candidate.row->also)
      runners[operation].push_back(candidate);
  }
  return runners;
}

/// The kernel that runs for the same operation: without emulation if there is one, of the same
/// project if there is one, made for it rather than for it too, else the first of the catalogue.
std::string nearest_runner(const BackendResult& result, const Runners& runners) {
  const auto candidates = runners.find(result.operation);
  if (candidates == runners.end()) return {};
  const auto rank = [&](const Candidate& candidate) {
    return (is_emulated(*candidate.result) ? 4 : 0) +
           (candidate.row->project == result.project ? 0 : 2) +
           (candidate.row->operation == result.operation ? 0 : 1);
  };
  return std::ranges::min_element(candidates->second, {}, rank)->result->id;
}

}  // namespace

Subject subject_of(const GpuReport& gpu, const DriverFacts& driver) {
  return {gpu.facts.cc,         true,           gpu.features,
          limits_of(gpu.facts), driver.version, driver.cuda_version};
}

Subject subject_of(ComputeCapability cc, const TargetReport& target) {
  return {cc, false, target.features, limits_of(cc)};
}

std::vector<BackendResult> evaluate(const Catalogue& catalogue, const Subject& subject,
                                    const Shape& shape, std::string_view today) {
  const Ground ground(subject, shape);
  const auto day = days_of(today);
  std::vector<BackendResult> results;
  results.reserve(catalogue.backends.size());
  std::vector<Candidate> candidates;
  candidates.reserve(catalogue.backends.size());
  for (const Backend& backend : catalogue.backends) {
    if (backend.kind != BackendKind::kernel) continue;
    BackendResult& result = results.emplace_back();
    result.id = backend.id;
    result.project = backend.project;
    result.operation = backend.operation;
    result.versions = backend.versions;
    result.date = backend.date;
    result.outdated = is_outdated(backend.date, day);
    result.takes = to_string(backend.takes);
    result.also = backend.also;
    decide(backend, ground, result);
    candidates.push_back({&backend, &result});
  }
  const Runners runners = runners_of(candidates);
  for (BackendResult& result : results) {
    if (result.verdict != Verdict::runs) result.nearest = nearest_runner(result, runners);
  }
  return results;
}

}  // namespace bp
