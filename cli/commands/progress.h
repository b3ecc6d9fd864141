// What people see on standard error while probes run.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "cli/output/terminal.h"
#include "cli/supervisor/supervisor.h"

namespace bp {

class ProgressDisplay {
 public:
  explicit ProgressDisplay(std::size_t items) : items_(items) {}

  /// `meanwhile` is done while the driver starts.
  ProbeProgress progress(std::function<void()> meanwhile) {
    return {.waiting =
                [this, meanwhile = std::move(meanwhile)] {
                  line_.show("starting the driver ...");
                  meanwhile();
                },
            .opened = [this](const GpuFacts&) { ++gpus_; },
            .started = [this](int gpu, const std::string& item) { show(gpu, item); },
            .feature = [this](int gpu, const FeatureResult& result) { ended(gpu, result.id); },
            .kernel = [this](int gpu, const KernelResult& result) { ended(gpu, result.id); },
            .survey =
                [this](const SurveyResult& result) {
                  ended(result.gpus.empty() ? 0 : result.gpus.front(), result.id);
                }};
  }
  void clear() { line_.clear(); }

 private:
  void ended(int gpu, const std::string& item) {
    ++ended_;
    show(gpu, item);
  }
  void show(int gpu, const std::string& item) {
    line_.show(std::to_string(ended_) + "/" + std::to_string(items_ * gpus_) + "  GPU " +
               std::to_string(gpu) + "  " + item);
  }

  StatusLine line_;
  std::size_t items_;
  std::size_t gpus_ = 0;
  std::size_t ended_ = 0;
};

}  // namespace bp
