// The matrix as the installed driver's assembler judges it, asked in a process of its own.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/supervisor/process.h"
#include "probes/registry/evidence.h"
#include "probes/registry/target.h"

namespace bp {

struct DriverMatrix {
  std::vector<MatrixRow> rows;          // targets that the driver does not know are left out
  std::optional<Reason> problem;        // there is no driver, or it has no assembler
  std::vector<std::string> not_judged;  // sentences: a feature that ended or held up its process
};

/// A process that breaks costs the feature that it was judging; another one goes on. Must be called
/// from the main thread, see WorkerProcess.
DriverMatrix judge_with_driver(const std::string& libcuda, const std::vector<std::string>& features,
                               const std::vector<Target>& targets,
                               const WorkerProgram& program = {own_program, {"__matrix"}});

}  // namespace bp
