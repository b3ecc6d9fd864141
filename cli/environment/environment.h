// The environment section of the report: gathered beside the probes, and whatever hangs costs its
// own lines only.
#pragma once

#include <memory>
#include <vector>

#include "cli/environment/roots.h"
#include "probes/registry/facts.h"

namespace bp {

/// Until the limit, or no longer, because the run was interrupted.
enum class Patience { limit, none };

class EnvironmentReading {
 public:
  /// Starts to read, on threads of its own. CUDA and NVML are not touched.
  explicit EnvironmentReading(EnvironmentRoots roots = this_machine());
  /// No program that it has started is left behind.
  ~EnvironmentReading();
  EnvironmentReading(const EnvironmentReading&) = delete;
  EnvironmentReading& operator=(const EnvironmentReading&) = delete;
  /// Waits for what still reads, at most until the limit since the start.
  std::vector<Fact> facts(Patience patience = Patience::limit) const;

 private:
  struct Jobs;
  std::shared_ptr<const Jobs> jobs_;
};

}  // namespace bp
