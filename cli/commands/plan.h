// From the flags of `run` to what is probed, and from there to the results of every item.
#pragma once

#include <string>
#include <vector>

#include "cli/commands/options.h"
#include "cli/supervisor/supervisor.h"

namespace bp {

struct Planned {
  ProbePlan plan;
  std::string error;  // a usage error: one sentence
};

Planned plan_run(const RunOptions& options);

/// Adds the items that were not probed, each with its reason, and puts all into registry order.
void complete_results(ProbedGpu& gpu, const RunOptions& options);

/// The surveys of all GPUs, then of pairs and of the host, each in registry order; those that were
/// not made with the reason.
std::vector<SurveyResult> complete_surveys(std::vector<ProbedGpu>& gpus,
                                           std::vector<SurveyResult> shared,
                                           const RunOptions& options);

/// The subcommand and the options that change results: "run --level quick".
std::string command_text(const RunOptions& options);

}  // namespace bp
