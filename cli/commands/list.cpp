#include "cli/commands/commands.h"
#include "cli/commands/listing.h"
#include "cli/commands/offline.h"
#include "cli/commands/tool.h"
#include "cli/output/outputs.h"
#include "probes/features/embedded.h"
#include "probes/registry/codec.h"

namespace bp {
namespace {

/// What is expected of the catalogue's kernels on targets that are not in hand.
Listing list_verdicts(const std::vector<Target>& targets, const Shape& shape,
                      std::string_view today) {
  Listing list{{{"target", "id", "operation", "verdict", "evidence", "nearest", "reason"}, {}}};
  for (const Target target : targets) {
    const TargetReport expected = expected_target(probe_pack(), target, shape, today);
    for (const BackendResult& backend : expected.backends) {
      const std::string verdict(to_string(backend.verdict));
      const auto or_null = [](const std::string& text) {
        return text.empty() ? Json(nullptr) : Json(text);
      };
      const std::string evidence(backend.evidence ? to_string(*backend.evidence) : "");
      list.table.rows.push_back({expected.target, backend.id, backend.operation, verdict, evidence,
                                 backend.nearest, backend.reason});
      list.json.push_back({{"id", backend.id},
                           {"target", expected.target},
                           {"project", backend.project},
                           {"operation", backend.operation},
                           {"kind", "kernel"},  // no other row gets a verdict
                           {"verdict", verdict},
                           {"reason", backend.reason},
                           {"evidence", or_null(evidence)},
                           {"nearest", or_null(backend.nearest)},
                           {"notes", backend.notes},
                           {"versions", or_null(backend.versions)},
                           {"date", backend.date},
                           {"outdated", backend.outdated},
                           {"takes", or_null(backend.takes)}});
    }
  }
  return list;
}

/// What --target and the shape are for: one sentence about a use that means nothing.
std::string misused(const ListOptions& options) {
  if (!options.targets.empty() && options.what != "backends")
    return "--target is for list backends: " + options.what + " are the same for every target";
  if (!options.targets.empty() || options.shape == Shape{}) return {};
  return "Backends are judged for " + to_string(options.shape) +
         " on a target: add --target, for example --target sm_121";
}

}  // namespace

ExitStatus run_list(const ListOptions& options) {
  const TargetChoice choice = choose_targets(options.targets);
  const std::string wrong = misused(options);
  if (!wrong.empty() || !choice.error.empty()) {
    complain(wrong.empty() ? choice.error : wrong);
    return ExitStatus::usage;
  }
  auto outputs = open_outputs(options.output, table_formats(), Print::unasked);
  if (const auto* error = std::get_if<std::string>(&outputs)) {
    complain(*error);
    return ExitStatus::usage;
  }
  const Listing list = choice.targets.empty()
                           ? list_of(options.what)
                           : list_verdicts(choice.targets, options.shape, now_utc());
  const auto bytes = [&](const Output& output) {
    if (output.format == "json") return list.json.dump(2) + "\n";
    if (output.format == "csv") return to_csv(list.table);
    return to_text(list.table);
  };
  return write_outputs(std::get<std::vector<Output>>(outputs), bytes) ? ExitStatus::met
                                                                      : ExitStatus::incomplete;
}

}  // namespace bp
