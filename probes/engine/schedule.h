// Deciding many features on one open GPU in the fastest order.
#pragma once

#include "probes/engine/engine.h"
#include "probes/engine/execute.h"

namespace bp {

struct ScheduleOptions {
  bool serial = false;
  bool quick = false;  // RefusalOptions
  ExecuteOptions execute;
};

/// Calls the sink for each feature, one call at a time. Ends early, with features left over, once
/// the GPU is lost.
void decide_features(const Gpu& gpu, const Pack& pack, const DriverAssembler& assembler,
                     const std::vector<std::string>& features, const ScheduleOptions& options,
                     const FeatureSink& sink);

}  // namespace bp
