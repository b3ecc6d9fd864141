// A machine as its file describes it: what the fake driver answers. tests/machines/README.md is the
// format.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "probes/registry/target.h"

namespace bp::fake {

struct MachineError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct FakeGpu {
  std::string name;
  ComputeCapability cc;
  /// For a capability that no assembler knows: the one whose rules it follows.
  std::optional<ComputeCapability> stand_in;
  /// CU_DEVICE_ATTRIBUTE values under the keys of attributes.cpp; a missing one is an error to the
  /// caller.
  std::map<std::string, std::int64_t> attributes;
  std::uint64_t total_bytes = 0;
  std::uint64_t free_bytes = 0;
  int context_result = 0;  // of cuDevicePrimaryCtxRetain
  std::string uuid;        // 16 bytes as 32 hex digits
  std::string pci;
  /// Operations per clock and SM of each feature with a clocked loop.
  std::map<std::string, double> clocks;
  /// Feature -> what its launch does instead of computing: "wrong", "hang", "illegal_address",
  /// "refused".
  std::map<std::string, std::string> behave;
  /// Largest cluster that launches; more than 8 only with the non-portable attribute.
  unsigned max_cluster = 8;
  /// What NVML answers, see nvml/nvml.cpp.
  std::map<std::string, long long> nvml;
};

struct Machine {
  std::string id;
  std::string driver_version;  // "580.105.08", as NVML tells it; empty: it does not
  int nvml_result = 0;         // of nvmlInit
  int cuda_version = 0;        // as cuDriverGetVersion: 13000
  std::string assembler;       // "build" or a PyPI version of nvidia-cuda-nvcc-cu12
  bool jit_compiler = true;    // false: libnvidia-ptxjitcompiler is missing
  int newest_cubin_abi = 8;    // ELF ABI version; drivers before CUDA 13 take 7 at most
  int init_result = 0;         // of cuInit
  std::string init_behaviour;  // "", "abort", "segv", "hang"
  /// Text of the machine's files by path, "" for a device node; what is not here does not exist.
  std::map<std::string, std::string> files;
  std::vector<FakeGpu> gpus;
};

/// Reads a machine file; "extends" names another one of the same folder, whose keys it overrides.
Machine read_machine(const std::filesystem::path& file);

}  // namespace bp::fake
