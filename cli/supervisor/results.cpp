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
  if (!plan.bench) return;
  for (const PlannedBench& planned : plan.bench->items) {
    if (const auto* row = std::get_if<BenchRow>(&planned.what)) {
      results_.bench.rows.push_back(*row);
      results_.bench.rows.back().reason = interrupted;
    } else {
      BenchYardstick yardstick = std::get<BenchYardstick>(planned.what);
      yardstick.reason = interrupted;
      auto& all = results_.bench.yardsticks;
      if (std::ranges::find(all, yardstick.id, &BenchYardstick::id) == all.end())
        all.push_back(std::move(yardstick));
    }
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

void Results::store(BenchRow row) {
  const std::string item = item_of(row);
  const auto found = std::ranges::find(results_.bench.rows, item, item_of);
  if (found == results_.bench.rows.end()) return;
  *found = std::move(row);
  ended(item, found->status);
}

void Results::store(const std::string& item, const BenchYardstick& yardstick) {
  auto& all = results_.bench.yardsticks;
  const auto found = std::ranges::find(all, yardstick.id, &BenchYardstick::id);
  if (found == all.end()) return;
  merge(*found, yardstick);
  ended(item, yardstick.status);
}

void Results::ended(const std::string& item, Status status) {
  if (status == Status::crashed || status == Status::timed_out) ended_badly_.push_back(item);
  if (progress_.bench) progress_.bench(results_.facts.index, item, status);
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
  if (fail_bench(item, status, reason)) return;
  store(SurveyResult{.id = item, .gpus = {}, .status = status, .reason = reason});
}

bool Results::fail_bench(const std::string& item, Status status, const Reason& reason) {
  if (!plan_.bench) return false;
  const auto planned = std::ranges::find(plan_.bench->items, item, &PlannedBench::item);
  if (planned == plan_.bench->items.end()) return false;
  auto failed = planned->what;
  std::visit(
      [&](auto& what) {
        what.status = status;
        what.reason = reason;
      },
      failed);
  if (auto* row = std::get_if<BenchRow>(&failed)) {
    store(std::move(*row));
  } else {
    store(item, std::get<BenchYardstick>(failed));
  }
  return true;
}

bool Results::nothing_ended() const {
  const auto open = [](const auto& result) { return result.status == Status::not_run; };
  return std::ranges::all_of(results_.features, open) &&
         std::ranges::all_of(results_.kernels, open) &&
         std::ranges::all_of(results_.surveys, open) &&
         std::ranges::all_of(results_.bench.rows, open) &&
         std::ranges::all_of(results_.bench.yardsticks, open);
}

const FeatureResult* Results::feature(std::string_view id) const {
  const auto found = std::ranges::find(results_.features, id, &FeatureResult::id);
  return found == results_.features.end() ? nullptr : &*found;
}

}  // namespace bp
