// The environment section of the report: gathered beside the probes, and whatever hangs costs its
// own lines only.
#pragma once

#include <memory>
#include <vector>

#include "cli/environment/roots.h"
#include "probes/registry/facts.h"

namespace bp {

class EnvironmentReading {
 public:
  /// Starts to read, on threads of its own. CUDA and NVML are not touched.
  explicit EnvironmentReading(EnvironmentRoots roots = this_machine());
  /// Waits for what still reads, at most until the limit since the start.
  std::vector<Fact> facts() const;

 private:
  struct Jobs;
  std::shared_ptr<const Jobs> jobs_;
};

}  // namespace bp
