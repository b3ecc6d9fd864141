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
  std::string message;  // of a refusal
};
using Controls = std::map<const InstructionProbe*, Control>;

/// Targets of other GPUs than `own` for which the embedded toolkit takes the probe.
std::vector<Target> control_targets(const Pack& pack, const InstructionProbe& probe, Target own);

/// Runs the controls of all probes, those that share a target in one call; a group that fails, one
/// by one. `serial`: on this thread. A probe that is not in the answer is unreachable.
Controls run_controls(const DriverAssembler& assembler, const Pack& pack, Probes probes, Target own,
                      bool serial);

}  // namespace bp
