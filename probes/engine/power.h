// Clocks, power and slowdowns of one GPU while something is measured: a thread asks NVML every few
// milliseconds. Nothing waits for it for long, and nothing is lost without it.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "probes/registry/power.h"

namespace bp {

class PowerMonitor {
 public:
  /// Of the GPU with this UUID, through `library` (empty: the loader's libnvidia-ml.so.1). After
  /// `patience` without an answer NVML is not asked again; its start counts.
  explicit PowerMonitor(std::string uuid, std::string library = {},
                        std::chrono::milliseconds patience = std::chrono::seconds(2));
  ~PowerMonitor();
  PowerMonitor(const PowerMonitor&) = delete;
  PowerMonitor& operator=(const PowerMonitor&) = delete;

  /// One sample is taken before it comes back, one more in end(), and others between.
  void begin(std::string phase);
  PowerWindow end();

 private:
  struct State;
  std::shared_ptr<State> state_;  // outlived by a thread that is stuck in the driver
};

}  // namespace bp
