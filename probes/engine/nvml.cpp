// The facts that NVML tells of each GPU, through a handful of its functions.
#include <algorithm>
#include <array>
#include <cstring>

#include "probes/engine/engine.h"
#include "probes/engine/nvml_library.h"
#include "probes/registry/power.h"
#include "probes/registry/reason.h"

namespace bp {
namespace {

using nvml::Handle;
using nvml::Status;
using nvml::success;
using Nvml = nvml::Library;

struct Memory {  // nvmlMemory_t
  unsigned long long total, free, used;
};

struct FabricInfo {  // nvmlGpuFabricInfo_t
  std::array<unsigned char, 16> cluster_uuid;
  Status status;
  unsigned clique;
  unsigned char state;
};

struct AddressingMode {  // nvmlDeviceAddressingMode_t
  unsigned version =
      static_cast<unsigned>(sizeof(AddressingMode)) | 1U << 24U;  // NVML_STRUCT_VERSION(.., 1)
  unsigned value = 0;
};

struct ConfidentialComputing {  // nvmlConfComputeSystemState_t
  unsigned environment, feature, developer_tools_mode;
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

constexpr auto addressing_modes = std::to_array<std::string_view>({"None", "HMM", "ATS"});

/// What wears out or was switched on, and what the GPU does just now.
void state_facts(const Nvml& nvml, Handle device, Facts& facts) {
  facts.milliwatts("nvml_power_draw_w", "nvmlDeviceGetPowerUsage");
  unsigned celsius = 0;
  const auto celsius_status =
      nvml.call("nvmlDeviceGetTemperature", device, 0, &celsius);  // NVML_TEMPERATURE_GPU
  facts.add("nvml_temperature_celsius", celsius_status, std::int64_t{celsius});
  unsigned long long errors = 0;
  // NVML_MEMORY_ERROR_TYPE_UNCORRECTED, NVML_VOLATILE_ECC: since the driver was loaded
  const auto errors_status = nvml.call("nvmlDeviceGetTotalEccErrors", device, 1, 0, &errors);
  facts.add("nvml_ecc_uncorrected_errors", errors_status, static_cast<std::int64_t>(errors));
  unsigned corrected = 0, uncorrected = 0, pending = 0, failed = 0;
  const auto rows_status =
      nvml.call("nvmlDeviceGetRemappedRows", device, &corrected, &uncorrected, &pending, &failed);
  facts.add("nvml_remapped_rows", rows_status, std::int64_t{corrected} + uncorrected);
  AddressingMode mode;
  const auto mode_status = nvml.call("nvmlDeviceGetAddressingMode", device, &mode);
  facts.add("nvml_addressing_mode", mode_status, name_of(addressing_modes, mode.value));
  ConfidentialComputing confidential{};
  const auto confidential_status = nvml.call("nvmlSystemGetConfComputeState", &confidential);
  facts.add("nvml_confidential_computing", confidential_status,
            std::string(confidential.feature != 0 ? "Enabled" : "Disabled"));
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
  const auto reasons_status = nvml.clock_events(device, reasons);
  facts.add("nvml_clocks_throttle_reasons", reasons_status, listed(clock_events(reasons)));
  FabricInfo fabric{};
  const auto fabric_status = nvml.call("nvmlDeviceGetGpuFabricInfo", device, &fabric);
  facts.add("nvml_fabric_state", fabric_status, name_of(fabric_states, fabric.state));
  facts.add("nvml_fabric_status", fabric_status,
            fabric.state == 3 ? nvml.text(fabric.status) : std::string("N/A"));
  state_facts(nvml, device, facts);
  return facts.take();
}

}  // namespace

NvmlFacts read_nvml(const std::string& library) {
  NvmlFacts facts;
  const Nvml nvml = Nvml::open(library);
  if (!nvml.found()) {
    facts.problem = make_reason("no_nvml");
    return facts;
  }
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
    facts.gpus.push_back({nvml.uuid(device), device_facts(nvml, device)});
  }
  nvml.call("nvmlShutdown");
  return facts;
}

}  // namespace bp
