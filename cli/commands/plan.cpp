#include "cli/commands/plan.h"

#include <algorithm>

#include "cli/commands/words.h"
#include "cli/output/glob.h"
#include "kernels/kernel.h"
#include "probes/counters/counters.h"
#include "probes/features/probe.h"
#include "probes/registry/feature.h"
#include "probes/registry/reason.h"
#include "probes/registry/survey.h"

namespace bp {
namespace {

bool quick(const RunOptions& options) { return options.level == "quick"; }
bool full(const RunOptions& options) { return options.level == "full"; }

bool selected(const RunOptions& options, std::string_view id) {
  return is_selected(id, options.only, options.skip);
}

/// What is counted: of the features that are probed or, where none of them can be, of all.
std::vector<std::string> counted(const std::vector<std::string>& probed) {
  std::vector<std::string> all;
  std::vector<std::string> chosen;
  for (const Feature& feature : features()) {
    const auto* probe = find_probe(feature.id);
    if (probe == nullptr || !countable(*probe, feature.family)) continue;
    all.emplace_back(feature.id);
    if (std::ranges::find(probed, feature.id) != probed.end()) chosen.emplace_back(feature.id);
  }
  return chosen.empty() ? all : chosen;
}

/// Why nothing is left to probe, and what to do where another level would have something.
std::string nothing_left(const RunOptions& options) {
  const auto chosen = [&](const auto& row) { return selected(options, row.id); };
  const std::string globs = options.only.empty()   ? "--skip leaves"
                            : options.skip.empty() ? "--only leaves"
                                                   : "--only and --skip leave";
  if (quick(options) && std::ranges::any_of(kernels(), chosen))
    return globs + " no feature, and --level quick probes nothing else: leave that level out";
  if (!full(options) && std::ranges::any_of(surveys(), chosen))
    return globs + " only sweeps and facts, which run at --level full: " +
           (quick(options) ? "give that" : "add --level full");
  return globs + " nothing to probe";
}

}  // namespace

Planned plan_run(const RunOptions& options) {
  std::vector<std::string> ids;
  for (const Feature& feature : features()) ids.emplace_back(feature.id);
  for (const Kernel& kernel : kernels()) ids.emplace_back(kernel.id);
  for (const SurveyRow& survey : surveys()) ids.emplace_back(survey.id);
  const std::string lists = "probes, kernels, surveys";
  for (const std::string& error :
       {unmatched("--only", options.only, ids, lists),
        unmatched("--skip", options.skip, ids, lists), wrong_gpu(options.gpus)}) {
    if (!error.empty()) return {{}, error};
  }
  Planned planned;
  ProbePlan& plan = planned.plan;
  plan.libcuda = options.libcuda;
  plan.gpus = options.gpus;
  plan.seed = options.seed;
  plan.quick = quick(options);
  plan.rates = full(options);
  plan.timeout =
      std::chrono::milliseconds(static_cast<std::int64_t>(options.timeout_seconds * 1000));
  for (const Feature& feature : features()) {
    if (find_probe(feature.id) != nullptr && selected(options, feature.id))
      plan.features.emplace_back(feature.id);
  }
  for (const Kernel& kernel : kernels()) {
    if (quick(options) || !selected(options, kernel.id)) continue;
    plan.kernels.push_back({std::string(kernel.id),
                            std::string(kernel.operation),
                            std::string(kernel.path),
                            {kernel.needs.begin(), kernel.needs.end()}});
  }
  for (const SurveyRow& survey : surveys()) {
    if (!full(options) || !selected(options, survey.id)) continue;
    if (survey.id == counters_survey) {
      plan.counters = {std::string(survey.id), counted(plan.features)};
      continue;
    }
    auto& list = survey.scope == SurveyScope::gpu    ? plan.surveys
                 : survey.scope == SurveyScope::pair ? plan.pair_surveys
                                                     : plan.host_surveys;
    list.emplace_back(survey.id);
  }
  // Status 0 after probing nothing would read as "all is well".
  if (plan.features.empty() && plan.kernels.empty() && plan.surveys.empty() &&
      plan.pair_surveys.empty() && plan.host_surveys.empty() && !plan.counters) {
    planned.error = nothing_left(options);
  }
  return planned;
}

void complete_results(ProbedGpu& gpu, const RunOptions& options) {
  std::vector<FeatureResult> all;
  for (const Feature& feature : features()) {
    const auto probed = std::ranges::find(gpu.features, feature.id, &FeatureResult::id);
    if (probed != gpu.features.end()) {
      all.push_back(std::move(*probed));
      continue;
    }
    const char* reason = find_probe(feature.id) == nullptr ? "no_probe" : "not_selected";
    all.push_back({std::string(feature.id), Status::not_run, make_reason(reason), {}});
  }
  gpu.features = std::move(all);

  std::vector<KernelResult> checks;
  for (const Kernel& kernel : kernels()) {
    const auto probed = std::ranges::find(gpu.kernels, kernel.id, &KernelResult::id);
    if (probed != gpu.kernels.end()) {
      checks.push_back(std::move(*probed));
      continue;
    }
    const char* reason =
        selected(options, kernel.id) && quick(options) ? "level_quick" : "not_selected";
    checks.push_back({std::string(kernel.id),
                      std::string(kernel.operation),
                      std::string(kernel.path),
                      Status::not_run,
                      make_reason(reason),
                      {},
                      {}});
  }
  gpu.kernels = std::move(checks);
}

std::vector<SurveyResult> complete_surveys(std::vector<ProbedGpu>& gpus,
                                           std::vector<SurveyResult> shared,
                                           const RunOptions& options) {
  std::vector<SurveyResult> all;
  const auto add = [&](std::vector<SurveyResult>& from, const SurveyRow& row,
                       std::vector<int> of_gpus) {
    bool found = false;
    for (SurveyResult& result : from) {
      if (result.id != row.id) continue;
      all.push_back(std::move(result));
      found = true;
    }
    if (found) return;
    const char* reason = full(options) ? "not_selected" : "level_full";
    all.push_back({.id = std::string(row.id),
                   .gpus = std::move(of_gpus),
                   .status = Status::not_run,
                   .reason = make_reason(reason)});
  };
  for (ProbedGpu& gpu : gpus) {
    for (const SurveyRow& row : surveys()) {
      if (row.scope == SurveyScope::gpu) add(gpu.surveys, row, {gpu.facts.index});
    }
  }
  for (const SurveyRow& row : surveys()) {
    if (row.scope == SurveyScope::host && !gpus.empty()) add(shared, row, {});
    if (row.scope == SurveyScope::pair && gpus.size() > 1) add(shared, row, {});
  }
  return all;
}

std::string command_text(const RunOptions& options) {
  std::string text = options.bare ? "blackwell-probe" : "blackwell-probe run";
  if (quick(options) || full(options)) text += " --level " + options.level;
  if (options.timeout_seconds != 10) append_seconds(text, "--timeout", options.timeout_seconds);
  append_words(text, "--only", options.only);
  append_words(text, "--skip", options.skip);
  append_words(text, "--gpu", options.gpus);
  append_words(text, "--target", options.targets);
  for (const auto& [name, member] : shape_numbers) {
    if (const auto& value = options.shape.*member)
      text += " " + option_of(name) + " " + std::to_string(*value);
  }
  if (!options.shape.kv_dtype.empty())
    text += " " + option_of("kv_dtype") + " " + options.shape.kv_dtype;
  append_words(text, "--model", options.models);
  if (options.seed != 1) text += " --seed " + std::to_string(options.seed);
  if (!options.libcuda.empty()) text += " --libcuda " + quoted(options.libcuda);
  return text;
}

}  // namespace bp
