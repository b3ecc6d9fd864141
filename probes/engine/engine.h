// Runs inside a worker process: opens the driver, reads facts, decides features. Never prints,
// never exits. A sticky CUDA error poisons the process: `poisoned` then tells the worker to stop
// and be replaced.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "probes/registry/evidence.h"
#include "probes/registry/facts.h"
#include "probes/registry/survey.h"

namespace bp {

class Gpu;

class DriverAssembler;

struct EngineOptions {
  std::string libcuda;     // --libcuda PATH; empty: the loader's libcuda.so.1
  std::uint64_t seed = 1;  // of random inputs
  int gpu = 0;             // CUDA ordinal this worker keeps
  bool serial = false;     // no assembler threads: one item in flight at a time
  bool lazy = false;       // modules of libraries are loaded when they are used
  std::chrono::milliseconds timeout{
      10000};  // of one launch; the supervisor's own limit is a little longer
};

/// How deep to look.
struct FeatureOptions {
  bool quick = false;  // controls of refusals by the assembler's checks alone (controls.h)
  bool rates = false;  // report the rate of every clocked loop, not only judge by those that tell
                       // native from emulated
};

/// Called as soon as an item starts / ends; from the engine's threads, one call at a time.
struct FeatureSink {
  std::function<void(const std::string& feature)> started;
  std::function<void(const FeatureResult& result)> finished;
};

class Engine {
 public:
  /// Changes the process environment as DESIGN says (cache off, eager loading ...) before libcuda
  /// is loaded.
  explicit Engine(EngineOptions options);
  ~Engine();

  /// What is known before the driver is called for the first time: a driver that crashes or hangs
  /// in cuInit takes the process with it.
  DriverFacts load();

  /// cuInit, every device's attributes. Never throws for a broken driver: `problem` says why.
  DriverFacts enumerate();

  /// Decides the features in the fastest order (accepted ones are executed while the assembler
  /// judges the refused ones on its own thread). The context of options.gpu is opened on first use.
  void run_features(const std::vector<std::string>& features, const FeatureSink& sink,
                    const FeatureOptions& how = {});

  /// Measures one survey of the registry: on `gpus` (one, or a pair), or on the host where it is
  /// empty. Throws Unusable if a GPU cannot be opened, std::logic_error for an unknown id.
  SurveyResult measure(const std::string& survey, const std::vector<int>& gpus);

  bool poisoned() const;

  /// For kernels/: the open GPU of options.gpu. Throws Unusable (probes/driver/unusable.h) if it
  /// cannot be opened.
  Gpu& gpu();

  /// Newest `.version` that the driver's assembler takes, as it says itself (enumerate() only knows
  /// what goes with the CUDA version); nullopt: no assembler. Throws Unusable.
  std::optional<PtxVersion> newest_ptx();

  /// The assembler of the open GPU, for the proofs of proof.h. Throws Unusable.
  const DriverAssembler& assembler();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// NVML's facts of every GPU, in NVML order with their UUIDs, read without CUDA. Runs in a worker
/// of its own.
struct NvmlFacts {
  std::string driver_version;
  std::optional<Reason> problem;
  struct PerGpu {
    std::string uuid;
    std::vector<Fact> facts;
  };
  std::vector<PerGpu> gpus;
};
NvmlFacts read_nvml(const std::string& library = {});

}  // namespace bp
