// One assembler's verdict of one module for one target, with the smallest `.version` that it takes.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "probes/assembly/ptxas.h"
#include "probes/registry/target.h"

namespace bp {

struct ToolkitVerdict {
  bool accepted = false;
  PtxVersion lowest;    // smallest `.version` of the text that is accepted; refused: 0.0
  std::string message;  // deciding message of a refusal, verbatim
  bool operator==(const ToolkitVerdict&) const = default;
};

/// Assembles the text with the `.version` of the feature and the target; accepted, with each
/// smaller one until it is refused. A text that is refused is tried with the newest `.version`, so
/// that a header that is too old is not taken for the target's fault.
ToolkitVerdict lowest_verdict(const Ptxas& ptxas, const MatrixModule& module, Target target);

/// The `.version` before and behind this one in the PTX ISA's history; 0.0 before 4.0.
PtxVersion previous(PtxVersion version);
PtxVersion next(PtxVersion version);

}  // namespace bp
