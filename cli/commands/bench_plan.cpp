#include "cli/commands/bench_plan.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <utility>

#include "cli/command_line/names.h"
#include "cli/commands/words.h"
#include "cli/output/glob.h"
#include "cli/output/nearest.h"
#include "cli/output/table.h"
#include "kernels/kernel.h"
#include "probes/features/probe.h"

namespace bp {
namespace {

/// KernelWork::unit can be one of these; a path's kernels use those that begin with its name.
constexpr auto units =
    std::to_array<std::string_view>({"mma_sync.bf16", "mma_sync.e4m3", "wgmma.bf16", "wgmma.e4m3"});

std::string name_of(const Kernel& kernel, const KernelShape& shape) {
  return std::string(kernel.id) + "/" + shape.name;
}

/// The whole kernel, or a shape of it.
bool filtered(const BenchOptions& options, const Kernel& kernel, const KernelShape& shape) {
  return is_selected(name_of(kernel, shape), options.filter, {}) ||
         is_selected(kernel.id, options.filter, {});
}

bool of_models(const BenchOptions& options, const KernelShape& shape) {
  return options.models.empty() || std::ranges::any_of(shape.models, [&](std::string_view model) {
           return std::ranges::find(options.models, model) != options.models.end();
         });
}

using ChosenShape = std::pair<const Kernel*, KernelShape>;

/// Kernel by kernel.
std::vector<ChosenShape> chosen_shapes(const BenchOptions& options) {
  std::vector<ChosenShape> chosen;
  for (const Kernel& kernel : kernels()) {
    if (kernel.shapes == nullptr) continue;
    for (const KernelShape& shape : kernel.shapes()) {
      if (filtered(options, kernel, shape) && of_models(options, shape))
        chosen.emplace_back(&kernel, shape);
    }
  }
  return chosen;
}

/// Shape by shape of an operation: what its paths take is compared, so they run one after the
/// other, over the same inputs.
std::vector<ChosenShape> side_by_side(const std::vector<ChosenShape>& chosen) {
  const auto first = [&](const auto& same) { return std::ranges::find_if(chosen, same); };
  std::map<std::tuple<std::ptrdiff_t, std::ptrdiff_t, std::size_t>, ChosenShape> order;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const auto& [kernel, shape] = chosen[i];
    const auto operation = [&, of = kernel->operation](const ChosenShape& other) {
      return other.first->operation == of;
    };
    const auto both = [&, &name = shape.name](const ChosenShape& other) {
      return operation(other) && other.second.name == name;
    };
    order.emplace(std::tuple(first(operation) - chosen.begin(), first(both) - chosen.begin(), i),
                  chosen[i]);
  }
  std::vector<ChosenShape> found;
  for (auto& [place, one] : order) found.push_back(std::move(one));
  return found;
}

std::vector<Tuning> tunings_of(const BenchOptions& options, const Kernel& kernel) {
  std::vector<Tuning> tunings;
  if (options.tuning != "portable") tunings.push_back(Tuning::free);
  if (options.tuning != "free" && kernel.has_portable) tunings.push_back(Tuning::portable);
  return tunings;
}

std::string wrong_filter(const BenchOptions& options) {
  std::vector<std::string> ids;
  for (const Kernel& kernel : kernels()) {
    if (kernel.shapes == nullptr) continue;
    ids.emplace_back(kernel.id);
    for (const KernelShape& shape : kernel.shapes()) ids.push_back(name_of(kernel, shape));
  }
  return unmatched("--filter", options.filter, ids, "kernels");
}

std::string wrong_model(const BenchOptions& options) {
  const auto known = words_of(model_names());
  for (const std::string& model : options.models) {
    if (std::ranges::find(known, model) == known.end())
      return "--model " + model + " is no model of `list models`" + suggestion(model, known);
  }
  return {};
}

std::string nothing_left(const BenchOptions& options) {
  if (options.tuning == "portable" && options.filter.empty() && options.models.empty())
    return "no kernel has a portable tuning";
  std::string flags;
  const auto add = [&](bool given, const std::string& flag) {
    if (given) flags += (flags.empty() ? "" : " with ") + flag;
  };
  add(!options.filter.empty(), "--filter");
  add(!options.models.empty(), "--model");
  add(options.tuning != "all", "--tuning " + options.tuning);
  return flags + " leaves nothing to time (see blackwell-probe bench --list)";
}

void add_yardsticks(const std::vector<std::string_view>& paths, const std::string& suffix,
                    std::vector<PlannedBench>& items) {
  const auto add = [&](std::string_view id, std::vector<std::string> needs) {
    items.push_back(
        {std::string(id) + suffix, BenchYardstick{.id = std::string(id)}, std::move(needs)});
  };
  add(copy_yardstick, {});
  add(cublas_yardstick, {});
  for (const std::string_view unit : units) {
    if (std::ranges::find(paths, unit.substr(0, unit.find('.'))) != paths.end())
      add(unit, {std::string(unit)});
  }
}

}  // namespace

PlannedRows plan_bench(const BenchOptions& options) {
  for (const std::string& error :
       {wrong_filter(options), wrong_model(options), wrong_gpu(options.gpus)}) {
    if (!error.empty()) return {{}, error};
  }
  std::vector<PlannedBench> rows;
  std::vector<std::string_view> paths;
  std::vector<std::string> needs;
  const auto need = [&](const std::string& feature) {
    if (find_probe(feature) != nullptr && std::ranges::find(needs, feature) == needs.end())
      needs.push_back(feature);
  };
  for (const auto& [chosen, shape] : side_by_side(chosen_shapes(options))) {
    const Kernel& kernel = *chosen;
    for (const Tuning tuning : tunings_of(options, kernel)) {
      BenchRow row{.kernel = std::string(kernel.id),
                   .operation = std::string(kernel.operation),
                   .path = std::string(kernel.path),
                   .shape = shape.name,
                   .tuning = std::string(to_string(tuning))};
      const std::string item = item_of(row);
      rows.push_back({item, std::move(row), {kernel.needs.begin(), kernel.needs.end()}});
      if (std::ranges::find(paths, kernel.path) == paths.end()) paths.push_back(kernel.path);
      for (const std::string& feature : rows.back().needs) need(feature);
    }
  }
  if (rows.empty()) return {{}, nothing_left(options)};
  PlannedRows planned;
  ProbePlan& plan = planned.plan;
  plan.libcuda = options.libcuda;
  plan.gpus = options.gpus;
  plan.seed = options.seed;
  plan.quick = true;
  plan.timeout =
      std::chrono::milliseconds(static_cast<std::int64_t>(options.timeout_seconds * 1000));
  plan.bench = {.items = {}, .warm = options.warm, .least_seconds = options.least_seconds};
  std::vector<PlannedBench>& items = plan.bench->items;
  add_yardsticks(paths, "", items);
  for (const PlannedBench& yardstick : items) {
    for (const std::string& feature : yardstick.needs) need(feature);
  }
  items.insert(items.end(), rows.begin(), rows.end());
  add_yardsticks(paths, " again", items);
  plan.features = std::move(needs);
  return planned;
}

std::string listed_shapes(const BenchOptions& options) {
  std::string text;
  for (const auto& [kernel, shape] : chosen_shapes(options)) {
    if (tunings_of(options, *kernel).empty()) continue;
    text += name_of(*kernel, shape);
    for (const std::string_view model : shape.models)
      text.append(model == shape.models.front() ? "  " : ", ").append(model);
    text += '\n';
  }
  return text;
}

std::string command_text(const BenchOptions& options) {
  std::string text = "blackwell-probe bench";
  append_words(text, "--filter", options.filter);
  append_words(text, "--model", options.models);
  if (options.tuning != "all") text += " --tuning " + options.tuning;
  if (options.warm) text += " --warm";
  if (options.least_seconds != BenchOptions{}.least_seconds)
    append_seconds(text, "--min-time", options.least_seconds);
  if (options.timeout_seconds != BenchOptions{}.timeout_seconds)
    append_seconds(text, "--timeout", options.timeout_seconds);
  append_words(text, "--gpu", options.gpus);
  if (options.seed != 1) text += " --seed " + std::to_string(options.seed);
  if (!options.libcuda.empty()) text += " --libcuda " + quoted(options.libcuda);
  return text;
}

}  // namespace bp
