// The requirements of a command line and of a project's file, parsed.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "cli/commands/gate_names.h"
#include "cli/commands/options.h"
#include "report/gate/gate.h"

namespace bp {

/// Those of the command line, then those of the file. The text says what is wrong, with a caret
/// under a requirement: that is a usage error.
std::variant<std::vector<gate::Demand>, std::string> gate_demands(const GateOptions& options,
                                                                  const gate::Names& names);

}  // namespace bp
