// The time of single launches by CUDA events.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

#include "kernels/kernel.h"
#include "probes/driver/gpu.h"

namespace bp::bench {

/// Launches the runs in turn, each over inputs of its own, so that no launch finds in L2 what an
/// earlier one has read. Several launches are queued at a time behind one that is not timed: else
/// the time that the host needs for a launch would count where the launch is shorter than that.
class LaunchTimes {
 public:
  LaunchTimes(const Gpu& gpu, const std::vector<std::unique_ptr<KernelRun>>& runs,
              std::chrono::milliseconds timeout);
  ~LaunchTimes();
  LaunchTimes(const LaunchTimes&) = delete;
  LaunchTimes& operator=(const LaunchTimes&) = delete;

  /// Launches every run at least once and goes on until the clocks have had time to rise.
  void warm_up();
  /// Seconds of the next launch.
  double next();

 private:
  struct Events {
    CUevent begin = nullptr;
    CUevent end = nullptr;
  };
  static constexpr std::size_t most = 16;

  KernelRun& turn();
  void fill();

  const Gpu& gpu_;
  const std::vector<std::unique_ptr<KernelRun>>& runs_;
  std::chrono::milliseconds timeout_;
  std::size_t turn_ = 0;
  std::vector<Events> events_;
  std::size_t batch_ = 1;
  bool head_ = true;             // whether a batch begins with a launch that is not timed
  std::vector<double> waiting_;  // seconds, the last first
};

}  // namespace bp::bench
