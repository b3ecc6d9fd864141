// Time between two points of the GPU's stream, by the GPU's clock.
#pragma once

#include <chrono>

#include "probes/driver/gpu.h"

namespace bp {

class DeviceTimer {
 public:
  explicit DeviceTimer(const Gpu& gpu,
                       std::chrono::milliseconds timeout = std::chrono::seconds(60));
  ~DeviceTimer();
  DeviceTimer(const DeviceTimer&) = delete;
  void start();
  /// Waits (`timeout` at most: LaunchTimeout). Seconds since start().
  double stop();

 private:
  const Gpu& gpu_;
  std::chrono::milliseconds timeout_;
  CUevent begin_ = nullptr;
  CUevent end_ = nullptr;
};

/// Bytes read plus bytes written per second of a device-to-device copy of `bytes`, the median of
/// several: what the memory of this GPU gives to code that does nothing else, in this very run.
double copy_bandwidth(const Gpu& gpu, std::size_t bytes,
                      std::chrono::milliseconds timeout = std::chrono::seconds(60));

}  // namespace bp
