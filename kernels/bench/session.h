// One worker's part of `bench`: rows and yardsticks on one GPU.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "kernels/kernel.h"
#include "probes/engine/power.h"
#include "probes/registry/bench.h"

namespace bp::bench {

struct Settings {
  std::uint64_t seed = 1;
  std::chrono::milliseconds timeout{60000};  // of what is waited for
  bool warm = false;                         // the same inputs for every launch
  double least_seconds = 0.1;                // of launches that are timed, together
};

class Session {
 public:
  explicit Session(const Gpu& gpu);

  /// Compares the outputs with the reference, then times the launches. Never throws for trouble
  /// with the row: its status says so. Under a fake driver nothing is run.
  BenchRow row(const Kernel& kernel, const std::string& shape, Tuning tuning,
               const Settings& settings);
  /// `id`: see BenchYardstick. One value.
  BenchYardstick yardstick(const std::string& id, const Settings& settings);

 private:
  const KernelProblem& problem(const Kernel& kernel, std::size_t shape, const std::string& name,
                               std::uint64_t seed);
  void measure(const KernelProblem& problem, Tuning tuning, std::any& image,
               const Settings& settings, BenchRow& row);
  BenchClocks watched(const std::function<void()>& act);

  const Gpu& gpu_;
  PowerMonitor monitor_;
  /// Which inputs: the next row is often the same shape with another tuning, or of another path.
  struct Held {
    decltype(Kernel::make_problem) make = nullptr;
    std::string_view operation;
    std::string shape;
    std::uint64_t seed = 0;
    bool operator==(const Held&) const = default;
    bool same_inputs(const Held& other) const {
      return operation == other.operation && shape == other.shape && seed == other.seed;
    }
  };
  Held held_;
  std::unique_ptr<KernelProblem> problem_;
  // Of each kernel and tuning (KernelProblem::load).
  std::map<std::pair<std::string_view, Tuning>, std::any> images_;
};

}  // namespace bp::bench
