// The instructions that the tensor pipes of the GPU executed while a probe's clocked loop ran, by
// hardware counter (CUPTI's range profiler). Evidence of the kind `counted`, beside the clock and
// the opcodes; it never decides a status. Runs in a worker of its own, the last of a GPU.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "probes/engine/engine.h"
#include "probes/features/probe.h"
#include "probes/registry/evidence.h"
#include "probes/registry/feature.h"
#include "probes/registry/survey.h"

namespace bp {

/// Whether the probe's instruction is one of the tensor pipes and says how often it is issued, or
/// is a tcgen05.mma: where it has no clocked loop, one launch of the probe itself is counted.
bool countable(const InstructionProbe& probe, Family family);

/// Called for each feature as soon as it is known what was counted.
using CountedSink = std::function<void(const std::string& feature, const Evidence& evidence)>;

/// The survey `counters_survey` over these features, on the engine's GPU. Throws Unusable if that
/// cannot be opened; anything that CUPTI refuses is the result: `blocked`, with reason and remedy.
SurveyResult count_instructions(Engine& engine, const EngineOptions& options,
                                const std::vector<std::string>& features,
                                const CountedSink& counted);

}  // namespace bp
