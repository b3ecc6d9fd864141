// A driver inside the test process: a table of functions that keeps device memory on the host and
// computes a launched probe with its own reference. What it does wrong is set by the test.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "probes/driver/gpu.h"
#include "probes/registry/target.h"

namespace bp::test {

/// What an assembler answers.
struct Answer {
  CUresult code = CUDA_SUCCESS;
  std::string log;
};
using Assembler = std::function<Answer(std::string_view ptx, std::optional<Target> target)>;

/// How the table behaves. One at a time in a process: functions of the driver have no state
/// argument.
struct Behaviour {
  ComputeCapability cc{9, 0};
  bool cubins_load = true;
  /// For PTX given to cuModuleLoadData and to cuLinkAddData; accepts everything if not set.
  Assembler assembler;
  /// What cuLinkComplete hands out for an accepted text; nothing if not set.
  std::function<std::vector<std::uint8_t>(std::string_view ptx)> linked;
  bool linked_loads = true;                                  // false: only the text itself loads
  std::function<CUresult(const std::string& entry)> launch;  // CUDA_SUCCESS if not set
  std::function<void(const std::string& feature, std::vector<double>& outputs)> alter;
  bool computes = true;              // false: a launch leaves the output as it was
  std::optional<CUresult> stream;    // of cuStreamQuery after a launch
  CUresult allocate = CUDA_SUCCESS;  // of cuMemAlloc
  std::optional<bool> mps;  // CU_DEVICE_ATTRIBUTE_MPS_ENABLED; unknown to the driver if not set
  double e4m3_rate = 1024;  // operations per clock and SM of mma_sync.e4m3; all others 1024
  std::map<std::string, double, std::less<>> rates;  // of a feature, before the above

  // What happened.
  std::vector<std::string> loaded;     // "cubin", "linked" or "ptx sm_90a", in order
  std::atomic<unsigned> assembled{0};  // texts given to the assembler
  unsigned freed_after_loss = 0;       // calls that free something although the GPU is lost
  bool lost = false;                   // set by the test's own functions
};

/// The table; it answers as `behaviour` says until the next call.
Driver table_driver(Behaviour& behaviour);

}  // namespace bp::test
