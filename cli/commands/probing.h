// From the flags of `run` to the report on this machine, before it is redacted: for every command
// that probes.
#pragma once

#include <string>
#include <variant>

#include "cli/commands/options.h"
#include "cli/output/exit_status.h"
#include "cli/supervisor/supervisor.h"
#include "report/model/report.h"
#include "report/models/model.h"

namespace bp {

/// What flags ask for: made before anything is opened or started, so that a wrong flag costs
/// nothing.
class Probing {
 public:
  /// The sentence says what is wrong with the flags.
  static std::variant<Probing, std::string> plan(const RunOptions& options);

  struct Probed {
    Report report;
    RunConditions conditions;  // output_failed is the caller's to set
  };
  /// Probes, with progress on standard error. The sentence says that a GPU was asked for that is
  /// not here. `interrupts` must live until the results are written.
  std::variant<Probed, std::string> probe(Interrupts& interrupts) const;

 private:
  Probing(RunOptions options, ProbePlan plan, std::vector<Target> targets,
          std::vector<Model> models);
  RunOptions options_;
  ProbePlan plan_;
  std::vector<Target> targets_;
  std::vector<Model> models_;
};

}  // namespace bp
