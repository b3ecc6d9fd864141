// NVML through a handful of its functions. The prototypes are declared here: not every toolkit
// package brings nvml.h. Source: NVML API Reference, "Initialization", "Device Queries".
#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "probes/engine/engine.h"
#include "probes/registry/reason.h"

namespace bp {
namespace {

using Status = int;  // nvmlReturn_t
constexpr Status success = 0;
using Handle = struct HandleBody*;  // nvmlDevice_t

struct Memory {  // nvmlMemory_t
  unsigned long long total, free, used;
};

struct FabricInfo {  // nvmlGpuFabricInfo_t
  std::array<unsigned char, 16> cluster_uuid;
  Status status;
  unsigned clique;
  unsigned char state;
};

class Nvml {
 public:
  explicit Nvml(void* library) : library_(library) {}

  template <typename... Parameters>
  Status call(const char* name, Parameters... parameters) const {
    using Function = Status (*)(Parameters...);
    const auto function = reinterpret_cast<Function>(dlsym(library_, name));
    return function == nullptr ? function_not_found : function(parameters...);
  }
  std::string text(Status status) const {
    if (status == function_not_found) return "this NVML does not have the call";
    using Function = const char* (*)(Status);
    const auto function = reinterpret_cast<Function>(dlsym(library_, "nvmlErrorString"));
    const char* text = function == nullptr ? nullptr : function(status);
    return text == nullptr ? "NVML error " + std::to_string(status) : std::string(text);
  }
  static constexpr Status function_not_found = 13;  // NVML_ERROR_FUNCTION_NOT_FOUND

 private:
  void* library_;
};

/// Builds the list of facts of one device: a value, or null with NVML's own words.
class Facts {
 public:
  Facts(const Nvml& nvml, Handle device) : nvml_(nvml), device_(device) {}

  void add(std::string key, Status status, FactValue value) {
    const bool good = status == success;
    facts_.push_back({.key = std::move(key),
                      .value = good ? std::move(value) : FactValue{},
                      .by = "NVML",
                      .absent = good ? std::string{} : nvml_.text(status)});
  }
  void text(std::string key, const char* call) {
    std::array<char, 128> buffer{};
    const auto status =
        nvml_.call(call, device_, buffer.data(), static_cast<unsigned>(buffer.size() - 1));
    add(std::move(key), status, std::string(buffer.data()));
  }
  void milliwatts(std::string key, const char* call) {
    unsigned value = 0;
    const auto status = nvml_.call(call, device_, &value);
    add(std::move(key), status, static_cast<double>(value) / 1000.0);
  }
  void clock(std::string key, const char* call, int type) {
    unsigned value = 0;
    const auto status = nvml_.call(call, device_, type, &value);
    add(std::move(key), status, std::int64_t{value});
  }
  void enabled(std::string key, const char* call) {
    int value = 0;
    const auto status = nvml_.call(call, device_, &value);
    add(std::move(key), status, std::string(value != 0 ? "Enabled" : "Disabled"));
  }
  /// Calls that give a current and a pending mode; the current one is the fact.
  void current_of_two(std::string key, const char* call) {
    int current = 0;
    int pending = 0;
    const auto status = nvml_.call(call, device_, &current, &pending);
    add(std::move(key), status, std::string(current != 0 ? "Enabled" : "Disabled"));
  }
  std::vector<Fact> take() { return std::move(facts_); }

 private:
  const Nvml& nvml_;
  Handle device_;
  std::vector<Fact> facts_;
};

constexpr auto compute_modes = std::to_array<std::string_view>(
    {"Default", "Exclusive_Thread", "Prohibited", "Exclusive_Process"});
constexpr auto fabric_states =
    std::to_array<std::string_view>({"Not supported", "Not started", "In progress", "Completed"});

template <std::size_t n>
std::string name_of(const std::array<std::string_view, n>& names, unsigned value) {
  return value < n ? std::string(names[value]) : "unknown value " + std::to_string(value);
}

/// nvmlClocksEventReason* bits, as nvidia-smi words them.
std::string throttle_reasons(unsigned long long bits) {
  struct Bit {
    unsigned long long mask;
    std::string_view name;
  };
  constexpr auto names = std::to_array<Bit>({{0x1, "gpu_idle"},
                                             {0x2, "applications_clocks_setting"},
                                             {0x4, "sw_power_cap"},
                                             {0x8, "hw_slowdown"},
                                             {0x10, "sync_boost"},
                                             {0x20, "sw_thermal_slowdown"},
                                             {0x40, "hw_thermal_slowdown"},
                                             {0x80, "hw_power_brake_slowdown"},
                                             {0x100, "display_clock_setting"}});
  std::string text;
  for (const auto& bit : names) {
    if ((bits & bit.mask) == 0) continue;
    if (!text.empty()) text += ", ";
    text += bit.name;
  }
  return text.empty() ? "none" : text;
}

std::vector<Fact> device_facts(const Nvml& nvml, Handle device) {
  Facts facts(nvml, device);
  facts.text("nvml_product_name", "nvmlDeviceGetName");
  // GB10 and Jetson share the host's memory: NVML answers "Not Supported", with zeroes in the
  // structure.
  Memory memory{};
  const auto memory_status = nvml.call("nvmlDeviceGetMemoryInfo", device, &memory);
  constexpr unsigned long long mib = 1024 * 1024;
  facts.add("nvml_fb_total_mib", memory_status, static_cast<std::int64_t>(memory.total / mib));
  facts.add("nvml_fb_free_mib", memory_status, static_cast<std::int64_t>(memory.free / mib));
  facts.clock("nvml_max_sm_clock_mhz", "nvmlDeviceGetMaxClockInfo", 1);   // NVML_CLOCK_SM
  facts.clock("nvml_max_mem_clock_mhz", "nvmlDeviceGetMaxClockInfo", 2);  // NVML_CLOCK_MEM
  facts.clock("nvml_sm_clock_mhz", "nvmlDeviceGetClockInfo", 1);
  facts.clock("nvml_mem_clock_mhz", "nvmlDeviceGetClockInfo", 2);
  facts.milliwatts("nvml_power_limit_w", "nvmlDeviceGetEnforcedPowerLimit");
  facts.milliwatts("nvml_default_power_limit_w", "nvmlDeviceGetPowerManagementDefaultLimit");
  facts.current_of_two("nvml_ecc_mode", "nvmlDeviceGetEccMode");
  facts.current_of_two("nvml_mig_mode", "nvmlDeviceGetMigMode");
  facts.enabled("nvml_persistence_mode", "nvmlDeviceGetPersistenceMode");
  unsigned mode = 0;
  const auto mode_status = nvml.call("nvmlDeviceGetComputeMode", device, &mode);
  facts.add("nvml_compute_mode", mode_status, name_of(compute_modes, mode));
  unsigned long long reasons = 0;
  auto reasons_status = nvml.call("nvmlDeviceGetCurrentClocksEventReasons", device, &reasons);
  if (reasons_status == Nvml::function_not_found) {  // the name before R535
    reasons_status = nvml.call("nvmlDeviceGetCurrentClocksThrottleReasons", device, &reasons);
  }
  facts.add("nvml_clocks_throttle_reasons", reasons_status, throttle_reasons(reasons));
  FabricInfo fabric{};
  const auto fabric_status = nvml.call("nvmlDeviceGetGpuFabricInfo", device, &fabric);
  facts.add("nvml_fabric_state", fabric_status, name_of(fabric_states, fabric.state));
  facts.add("nvml_fabric_status", fabric_status,
            fabric.state == 3 ? nvml.text(fabric.status) : std::string("N/A"));
  return facts.take();
}

std::string device_uuid(const Nvml& nvml, Handle device) {
  std::array<char, 128> buffer{};
  const auto status = nvml.call("nvmlDeviceGetUUID", device, buffer.data(),
                                static_cast<unsigned>(buffer.size() - 1));
  return status == success ? std::string(buffer.data()) : std::string{};
}

}  // namespace

NvmlFacts read_nvml(const std::string& library) {
  NvmlFacts facts;
  const std::string name = library.empty() ? "libnvidia-ml.so.1" : library;
  void* handle = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    facts.problem = make_reason("no_nvml");
    return facts;
  }
  const Nvml nvml(handle);
  if (const auto status = nvml.call("nvmlInit_v2"); status != success) {
    facts.problem = make_reason("nvml_error", nvml.text(status));
    return facts;
  }
  std::array<char, 96> version{};
  if (nvml.call("nvmlSystemGetDriverVersion", version.data(),
                static_cast<unsigned>(version.size() - 1)) == success) {
    facts.driver_version = version.data();
  }
  unsigned count = 0;
  if (const auto status = nvml.call("nvmlDeviceGetCount_v2", &count); status != success) {
    facts.problem = make_reason("nvml_error", nvml.text(status));
  }
  for (unsigned i = 0; i < count; ++i) {
    Handle device = nullptr;
    if (nvml.call("nvmlDeviceGetHandleByIndex_v2", i, &device) != success) continue;
    facts.gpus.push_back({device_uuid(nvml, device), device_facts(nvml, device)});
  }
  nvml.call("nvmlShutdown");
  return facts;
}

}  // namespace bp
