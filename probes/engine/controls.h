// Positive controls: a refusal proves something only if the same assembler takes the same text for
// a target that has the feature.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "probes/engine/texts.h"

namespace bp {

struct Control {
  enum class Outcome {
    passed,
    refused,
    unreachable,  // the assembler knows no target that has the feature
  } outcome = Outcome::unreachable;
  Target target;
  std::string message = {};   // of a refusal
  bool checked_only = false;  // passed the assembler's checks; machine code was not made
};
using Controls = std::map<const InstructionProbe*, Control>;

/// Targets of other GPUs than `own` for which the embedded toolkit takes the probe.
std::vector<Target> control_targets(const Pack& pack, const InstructionProbe& probe, Target own);

struct ControlOptions {
  bool serial = false;  // on this thread
  /// Making machine code of texts that are accepted takes twenty times longer than checking them.
  /// So a refused instruction is planted at the end of each: the log must name these and nothing
  /// else.
  bool checks_only = false;
};

/// Runs the controls of all probes, those that share a target in one call; what a call does not
/// settle, one by one. A probe that is not in the answer is unreachable.
Controls run_controls(const DriverAssembler& assembler, const Pack& pack, Probes probes, Target own,
                      const ControlOptions& options);

}  // namespace bp
