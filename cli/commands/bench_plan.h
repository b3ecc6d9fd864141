// From the flags of `bench` to what is timed.
#pragma once

#include <string>

#include "cli/commands/options.h"
#include "cli/supervisor/supervisor.h"

namespace bp {

struct PlannedRows {
  ProbePlan plan;
  std::string error;  // a usage error: one sentence
};

/// The features that the kernels need, yardsticks, rows, yardsticks again.
PlannedRows plan_bench(const BenchOptions& options);

/// For --list: a row for each kernel and shape that was chosen, with the models that have it.
std::string listed_shapes(const BenchOptions& options);

/// The subcommand and the options that change results: "blackwell-probe bench --tuning free".
std::string command_text(const BenchOptions& options);

}  // namespace bp
