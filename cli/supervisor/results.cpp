#include "cli/supervisor/results.h"

#include <algorithm>

#include "probes/registry/reason.h"
#include "probes/registry/target.h"

namespace bp {

Results::Results(const ProbePlan& plan, const ProbeProgress& progress, GpuFacts facts)
    : plan_(plan), progress_(progress) {
  results_.target = to_string(targets_for(facts.cc).front());
  results_.facts = std::move(facts);
  const Reason interrupted = make_reason("interrupted");
  for (const std::string& id : plan.features) {
    results_.features.push_back({id, Status::not_run, interrupted, {}});
  }
  for (const PlannedKernel& kernel : plan.kernels) {
    results_.kernels.push_back(
        {kernel.id, kernel.operation, kernel.path, Status::not_run, interrupted, {}, {}});
  }
  for (const std::string& id : plan.surveys) {
    results_.surveys.push_back({.id = id, .gpus = {results_.facts.index}, .reason = interrupted});
  }
  if (plan.counters) {
    results_.surveys.push_back(
        {.id = plan.counters->survey, .gpus = {results_.facts.index}, .reason = interrupted});
  }
}

template <typename Result>
const Result* Results::place(std::vector<Result>& list, Result result) {
  const auto found = std::ranges::find(list, result.id, &Result::id);
  if (found == list.end()) return nullptr;
  *found = std::move(result);
  if (found->status == Status::crashed || found->status == Status::timed_out)
    ended_badly_.push_back(found->id);
  return &*found;
}

void Results::store(FeatureResult result) {
  const auto* stored = place(results_.features, std::move(result));
  if (stored != nullptr && progress_.feature) progress_.feature(results_.facts.index, *stored);
}

void Results::store(KernelResult result) {
  const auto* stored = place(results_.kernels, std::move(result));
  if (stored != nullptr && progress_.kernel) progress_.kernel(results_.facts.index, *stored);
}

void Results::store(SurveyResult result) {
  result.gpus = {results_.facts.index};
  const auto* stored = place(results_.surveys, std::move(result));
  if (stored != nullptr && progress_.survey) progress_.survey(*stored);
}

void Results::add(const std::string& feature, Evidence evidence) {
  const auto found = std::ranges::find(results_.features, feature, &FeatureResult::id);
  if (found == results_.features.end()) return;
  if (found->status == Status::supported || found->status == Status::emulated)
    found->evidence.push_back(std::move(evidence));
}

void Results::fail(const std::string& item, Status status, const Reason& reason) {
  if (feature(item) != nullptr) return store(FeatureResult{item, status, reason, {}});
  const auto kernel = std::ranges::find(plan_.kernels, item, &PlannedKernel::id);
  if (kernel != plan_.kernels.end())
    return store(KernelResult{item, kernel->operation, kernel->path, status, reason, {}, {}});
  store(SurveyResult{.id = item, .gpus = {}, .status = status, .reason = reason});
}

bool Results::nothing_ended() const {
  const auto open = [](const auto& result) { return result.status == Status::not_run; };
  return std::ranges::all_of(results_.features, open) &&
         std::ranges::all_of(results_.kernels, open) && std::ranges::all_of(results_.surveys, open);
}

const FeatureResult* Results::feature(std::string_view id) const {
  const auto found = std::ranges::find(results_.features, id, &FeatureResult::id);
  return found == results_.features.end() ? nullptr : &*found;
}

}  // namespace bp
