// Declared facts of a machine and of a GPU. Absent is null plus a reason, never 0 or "N/A".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "probes/registry/evidence.h"
#include "probes/registry/target.h"

namespace bp {

using FactValue = std::variant<std::monostate, bool, std::int64_t, double, std::string>;

struct Fact {
  std::string key;     // "max_shared_memory_per_block_optin_bytes": unit in the name
  FactValue value;     // monostate: absent, see `absent`
  std::string by;      // "driver", "NVML", "/proc"
  std::string absent;  // why there is no value
  bool operator==(const Fact&) const = default;
};

/// One GPU as the driver enumerates it, before any probe ran.
struct GpuFacts {
  int index = 0;  // CUDA ordinal in this process
  std::string name;
  ComputeCapability cc;
  std::string uuid;  // identifying: removed by redaction
  std::string pci;   // identifying: removed by redaction
  std::vector<Fact> facts;
  std::optional<Reason> problem;  // set if the device could not be opened
  bool operator==(const GpuFacts&) const = default;
};

/// The driver of this machine, as one worker saw it.
struct DriverFacts {
  std::string library;              // path of the libcuda that answered; empty: none found
  std::string version;              // kernel driver, "580.159.04"; empty: unknown
  std::string cuda_version;         // cuDriverGetVersion as "13.0"
  std::optional<PtxVersion> ptx;    // newest PTX ISA version its assembler takes
  std::optional<std::string> fake;  // set by the fake driver of the tests: its machine id
  std::vector<std::string>
      changed_environment;  // "CUDA_CACHE_DISABLE=1", "CUDA_LAUNCH_BLOCKING removed"
  std::vector<std::string> injected_tools;  // a profiler's or sanitizer's injection that was kept
  std::optional<Reason> problem;            // set if there is no usable driver or device
  std::vector<GpuFacts> gpus;
  bool operator==(const DriverFacts&) const = default;
};

const Fact* find_fact(const std::vector<Fact>& facts, std::string_view key);
std::optional<double> number(const std::vector<Fact>& facts, std::string_view key);

}  // namespace bp
