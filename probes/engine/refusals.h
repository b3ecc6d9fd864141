// Judging refusals (DESIGN, "How a probe decides" 4): one assembler call for all, alone what that
// does not name, and a positive control for every no.
#pragma once

#include <atomic>
#include <functional>
#include <span>
#include <string>
#include <variant>

#include "probes/assembly/pack.h"
#include "probes/engine/assembler.h"
#include "probes/features/probe.h"
#include "probes/registry/evidence.h"

namespace bp {

/// The driver's assembler takes the text after all: the probe has to be executed from PTX.
struct Accepted {
  Target target;
};
/// `unsupported` or `blocked`.
using RefusalVerdict = std::variant<Accepted, FeatureResult>;

struct RefusalOptions {
  ComputeCapability gpu;
  bool serial = false;  // one feature at a time, no thread of its own for controls
  bool quick = false;   // controls by the assembler's checks, without machine code (controls.h)
  /// Probes whose text the embedded toolkit takes for this GPU but the driver refused: the
  /// toolkit's word cannot settle these.
  bool expected_accepted = false;
};

struct RefusalSink {
  std::function<void(const InstructionProbe& probe)> started;
  std::function<void(const InstructionProbe& probe, const RefusalVerdict& verdict)> decided;
};

/// Judges every probe; calls the sink on this thread. `stop` ends it early between two calls of the
/// assembler.
void judge_refused(const DriverAssembler& assembler, const Pack& pack,
                   std::span<const InstructionProbe* const> probes, const RefusalOptions& options,
                   const RefusalSink& sink, const std::atomic<bool>& stop);

/// What the driver says of one text alone or of several joined, without control: for comparing
/// both.
struct DriverJudgement {
  bool accepted = false;
  bool on_target = false;  // refused, and the feature's own instruction is blamed on the target
  bool named = true;       // false: the joined log does not speak of this feature
  std::string message;     // verbatim
  Trouble trouble = Trouble::none;
  bool operator==(const DriverJudgement&) const = default;
};
DriverJudgement judge_alone(const DriverAssembler& assembler, const Pack& pack,
                            const InstructionProbe& probe, Target target);
std::vector<DriverJudgement> judge_joined(const DriverAssembler& assembler, const Pack& pack,
                                          std::span<const InstructionProbe* const> probes,
                                          Target target);

}  // namespace bp
