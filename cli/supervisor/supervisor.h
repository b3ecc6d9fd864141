// Hands items to worker processes (this executable, `__worker`), watches their clocks and replaces
// the broken ones. Knows no CUDA: it sees lines of JSON and exit statuses (protocol.h).
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cli/supervisor/interrupts.h"
#include "cli/supervisor/process.h"
#include "probes/registry/bench.h"
#include "probes/registry/evidence.h"
#include "probes/registry/facts.h"
#include "probes/registry/survey.h"

namespace bp {

/// A kernel check, as the supervisor must know it to report on it when no worker can.
struct PlannedKernel {
  std::string id;
  std::string operation;
  std::string path;
  std::vector<std::string> needs;  // feature ids; not run where one of them is known to be missing
};

/// The counting of instructions, as one more survey: in a fresh worker after all else of a GPU.
struct PlannedCounters {
  std::string survey;
  /// Only those that turned out supported or emulated are counted, and those that were not probed.
  std::vector<std::string> features;
};

/// One thing that `bench` measures.
struct PlannedBench {
  std::string item;  // item_of() a row; of a yardstick, which is measured twice, any other name
  std::variant<BenchRow, BenchYardstick> what;  // as long as it was not measured
  std::vector<std::string> needs;               // of the row's kernel
};

struct BenchPlan {
  std::vector<PlannedBench> items;  // in the order in which they are measured
  bool warm = false;
  double least_seconds = 0.1;  // of launches that are timed, a row
};

struct ProbePlan {
  std::string libcuda;                 // --libcuda
  std::vector<std::string> gpus;       // --gpu N|UUID; empty: all
  std::vector<std::string> features;   // ids, after --only and --skip
  bool quick = false;                  // FeatureOptions of the engine: --level quick
  bool rates = false;                  // --level full: of features and kernels
  std::vector<PlannedKernel> kernels;  // empty at --level quick
  std::vector<std::string> surveys;    // of one GPU; these and those below only at --level full
  std::vector<std::string> pair_surveys;
  std::vector<std::string> host_surveys;
  std::optional<PlannedCounters> counters;
  std::optional<BenchPlan> bench;
  std::uint64_t seed = 1;
  std::chrono::milliseconds timeout{10000};  // per item, --timeout
};

struct ProbedGpu {
  GpuFacts facts;
  std::string target;
  std::vector<FeatureResult> features;  // in plan order, one for each id
  std::vector<KernelResult> kernels;    // in plan order
  std::vector<SurveyResult> surveys;    // in plan order
  BenchReport bench;                    // in plan order
};

struct ProbeOutcome {
  DriverFacts driver;                 // gpus emptied: see below
  std::vector<ProbedGpu> gpus;        // in the order of their ordinals
  std::vector<SurveyResult> surveys;  // of pairs of GPUs and of the host
  std::vector<std::string> log;       // what happened to workers, in order, without pids or times
  bool interrupted = false;        // SIGINT or SIGTERM: unfinished items are not_run (interrupted)
  std::vector<std::string> stuck;  // workers that did not die within the grace time (in the driver)
  std::optional<std::string>
      unknown_gpu;  // a --gpu that this machine does not have; nothing was probed
  std::vector<std::string> known_gpus;  // for the message about it: "0 (NVIDIA H200)"
};

/// Progress for people: called on this thread as results stream in.
struct ProbeProgress {
  std::function<void()>
      waiting;  // once, the first worker being under way: time for own preparations
  std::function<void(const GpuFacts& gpu)> opened;
  std::function<void(int gpu, const std::string& item)> started;
  std::function<void(int gpu, const FeatureResult& result)> feature;
  std::function<void(int gpu, const KernelResult& result)> kernel;
  std::function<void(const SurveyResult& result)> survey;
  std::function<void(int gpu, const std::string& item, Status status)> bench;
  std::function<void(const std::string& line)> noted;  // a line of the log, when it is written
};

/// Must be called from the main thread: workers die with the thread that started them.
/// The program ignores SIGPIPE: a worker may be gone when it is written to.
ProbeOutcome supervise(const ProbePlan& plan, const ProbeProgress& progress, Interrupts& interrupts,
                       const WorkerProgram& program = {});

}  // namespace bp
