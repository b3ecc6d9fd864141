// What the proofs need that a probe tests what it names: running a probe from altered PTX.
#pragma once

#include <string>
#include <string_view>

#include "probes/engine/engine.h"
#include "probes/engine/refusals.h"
#include "probes/features/probe.h"

namespace bp {

/// The text with every line that contains `change.line_with` replaced. "%0" .. "%3" in the
/// replacement are the operands of the instruction in that line. Throws PtxError if no line
/// matches.
std::string neutralised(std::string_view ptx, const Neutralise& change);

/// Executes and verifies the probe from this PTX text, whose header is already that of `target`.
FeatureResult run_with_ptx(Engine& engine, const InstructionProbe& probe, std::string_view ptx,
                           Target target, const EngineOptions& options = {});

}  // namespace bp
