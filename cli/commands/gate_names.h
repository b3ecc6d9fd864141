// The ids that requirements may name: whether they exist, which of them a glob means, and what is
// probed for them.
#pragma once

#include <string>
#include <vector>

#include "cli/commands/options.h"
#include "report/gate/gate.h"
#include "report/model/report.h"

namespace bp {

/// Of this build, and of a stored report, which may be older or newer.
gate::Names gate_names(const Report* stored);

/// Fills in the ids of every statement. Throws gate::RequirementError about the first id that does
/// not exist, with the nearest that does.
void resolve_names(gate::Requirement& requirement, const gate::Names& names);

/// Features that requirements name, or that the kernels and backends need which they name.
std::vector<std::string> features_of(const std::vector<gate::Demand>& demands);

/// What a fresh run must probe for requirements: features, kernels with what they need, and the
/// survey of a limit. With none at all, every feature; for pytest's markers everything.
RunOptions probing_for(const GateOptions& options, const std::vector<gate::Demand>& demands);

}  // namespace bp
