#include "cli/commands/gate_names.h"

#include <algorithm>
#include <set>

#include "cli/output/glob.h"
#include "cli/output/nearest.h"
#include "kernels/kernel.h"
#include "probes/features/probe.h"
#include "probes/registry/feature.h"
#include "probes/registry/operation.h"
#include "report/backends/catalogue.h"

namespace bp {
namespace {

using gate::About;

/// Kernels that may come can be named, each by itself, before they are there: nothing is known of
/// them, and that is what the gate says.
bool may_come(About about, std::string_view id) {
  const std::size_t dot = id.rfind('.');
  if (about != About::kernel || dot == id.npos) return false;
  const std::string_view operation = id.substr(0, dot), path = id.substr(dot + 1);
  if (!operation.starts_with("mla.") && !operation.starts_with("dsa.")) return false;
  return find_operation(operation) != nullptr && (path == "tcgen05" || path == "block_scaled");
}

template <typename Results>
void add_ids(std::vector<std::string>& names, const Results& results) {
  for (const auto& result : results) names.push_back(result.id);
}

bool is_glob(const std::string& id) { return id.find_first_of("*?") != std::string::npos; }

std::string where_to_look(About about) {
  switch (about) {
    case About::feature:
      return " (see blackwell-probe list probes)";
    case About::kernel:
      return " (see blackwell-probe list kernels)";
    case About::backend:
      return " (see blackwell-probe list backends)";
    default:
      break;
  }
  std::string list;
  for (const std::string& name : gate::limit_names()) list += (list.empty() ? "" : ", ") + name;
  return " (one of " + list + ")";
}

[[noreturn]] void unknown_name(const gate::Statement& statement,
                               const std::vector<std::string>& valid) {
  const std::string what = std::string(to_string(statement.about));
  if (is_glob(statement.id))
    throw gate::RequirementError(
        statement.id_column, statement.id + " matches no " + what + where_to_look(statement.about));
  const std::string meant = suggestion(statement.id, valid);
  throw gate::RequirementError(statement.id_column,
                               "there is no " + what + " " + statement.id +
                                   (meant.empty() ? where_to_look(statement.about) : meant));
}

/// Ids of features that an expression of the catalogue speaks of.
void add_features(const Expression& expression, std::set<std::string>& ids) {
  if (expression.kind == Expression::Kind::feature) ids.insert(expression.name);
  for (const Expression& part : expression.parts) add_features(part, ids);
}

/// Kernels and surveys are among them, and features whatever they are needed for.
std::set<std::string> items_of(const std::vector<gate::Demand>& demands) {
  std::set<std::string> ids;
  for (const gate::Demand& demand : demands) {
    for (const gate::Statement* statement : statements_of(demand.requirement)) {
      for (const std::string& id : statement->ids) {
        if (statement->about == About::feature) ids.insert(id);
        if (statement->about == About::limit && id == "cluster_max")
          ids.emplace(gate::cluster_survey);
        if (const Kernel* kernel = find_kernel(id); statement->about == About::kernel && kernel) {
          ids.insert(id);
          ids.insert(kernel->needs.begin(), kernel->needs.end());
        }
        const Backend* backend = find_backend(embedded_catalogue(), id);
        if (statement->about == About::backend && backend && backend->needs)
          add_features(*backend->needs, ids);
      }
    }
  }
  return ids;
}

}  // namespace

gate::Names gate_names(const Report* stored) {
  gate::Names names;
  for (const Feature& feature : features()) names[About::feature].emplace_back(feature.id);
  for (const Kernel& kernel : kernels()) names[About::kernel].emplace_back(kernel.id);
  for (const Backend& backend : embedded_catalogue().backends) {
    if (backend.kind == BackendKind::kernel) names[About::backend].push_back(backend.id);
  }
  names[About::limit] = gate::limit_names();
  if (stored != nullptr) {
    for (const GpuReport& gpu : stored->gpus) {
      add_ids(names[About::feature], gpu.features);
      add_ids(names[About::kernel], gpu.kernels);
      add_ids(names[About::backend], gpu.backends);
    }
  }
  for (auto& [about, list] : names) {
    std::ranges::sort(list);
    const auto repeated = std::ranges::unique(list);
    list.erase(repeated.begin(), repeated.end());
  }
  return names;
}

void resolve_names(gate::Requirement& requirement, const gate::Names& names) {
  for (gate::Statement* statement : statements_of(requirement)) {
    const auto found = names.find(statement->about);
    if (found == names.end()) continue;  // driver, cuda ...: there is no id
    statement->ids.clear();
    for (const std::string& name : found->second) {
      if (name == statement->id || (is_glob(statement->id) && matches(statement->id, name)))
        statement->ids.push_back(name);
    }
    if (statement->ids.empty() && may_come(statement->about, statement->id))
      statement->ids.push_back(statement->id);
    if (statement->ids.empty()) unknown_name(*statement, found->second);
  }
}

std::vector<std::string> features_of(const std::vector<gate::Demand>& demands) {
  std::set<std::string> ids = items_of(demands);
  std::erase_if(ids, [](const std::string& id) { return find_feature(id) == nullptr; });
  return {ids.begin(), ids.end()};
}

RunOptions probing_for(const GateOptions& options, const std::vector<gate::Demand>& demands) {
  const bool everything = options.emit == "pytest-markers";
  std::set<std::string> ids = items_of(demands);
  const bool kernels =
      std::ranges::any_of(ids, [](const std::string& id) { return find_kernel(id) != nullptr; });
  RunOptions run;
  run.talk = options.talk;
  run.level = kernels || everything ? "default" : "quick";
  // Of all surveys only what is asked for: with everything they would take minutes.
  if (!everything && ids.contains(std::string(gate::cluster_survey))) run.level = "full";
  if (!demands.empty() && !everything) {
    // One feature at least: that a GPU cannot be used shows only when it is.
    const auto probed = std::ranges::find_if(
        features(), [](const Feature& feature) { return find_probe(feature.id) != nullptr; });
    if (probed != features().end()) ids.emplace(probed->id);
    run.only.assign(ids.begin(), ids.end());
  }
  run.gpus = options.gpus;
  run.timeout_seconds = options.timeout_seconds;
  run.libcuda = options.libcuda;
  run.shape = options.shape;
  return run;
}

}  // namespace bp
