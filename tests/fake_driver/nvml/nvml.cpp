// A libnvidia-ml.so.1 for the same machine files: what NVML answers of each GPU, in the keys of its
// "nvml" object. A missing key is answered as GB10 and Jetson answer much of it:
// NVML_ERROR_NOT_SUPPORTED. Prototypes after the NVML API Reference; unlike CUDA, NVML does not
// look at CUDA_VISIBLE_DEVICES.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "tests/fake_driver/machine.h"

namespace {

using bp::fake::FakeGpu;
using bp::fake::Machine;

constexpr int success = 0;
constexpr int invalid_argument = 2;
constexpr int not_supported = 3;
constexpr int driver_not_loaded = 9;
constexpr int unknown = 999;

const Machine& machine() {
  static const Machine* const only = [] {
    const char* file = std::getenv("BLACKWELL_PROBE_FAKE_MACHINE");
    return new Machine(bp::fake::read_machine(file == nullptr ? "" : file));
  }();
  return *only;
}

int find(const void* device, const char* key, long long& value) {
  const auto& facts = static_cast<const FakeGpu*>(device)->nvml;
  const auto found = facts.find(key);
  if (found == facts.end()) return not_supported;
  value = found->second;
  return success;
}

template <typename T>
int number(const void* device, const char* key, T* out, long long factor = 1) {
  long long value = 0;
  const int status = find(device, key, value);
  if (status == success) *out = static_cast<T>(value * factor);
  return status;
}

int copy(const std::string& text, char* out, unsigned length) {
  if (text.empty()) return not_supported;
  std::snprintf(out, length, "%s", text.c_str());
  return success;
}

const char* clock_key(int type, bool maximum) {
  if (type == 1) return maximum ? "max_sm_clock_mhz" : "sm_clock_mhz";
  return maximum ? "max_mem_clock_mhz" : "mem_clock_mhz";
}

struct Memory {
  unsigned long long total, free, used;
};

struct AddressingMode {
  unsigned version, value;
};

struct FabricInfo {
  unsigned char cluster_uuid[16];
  int status;
  unsigned clique;
  unsigned char state;
};

}  // namespace

extern "C" {

int nvmlInit_v2() {
  try {
    return machine().nvml_result;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "fake NVML: %s\n", error.what());
    return unknown;
  }
}
int nvmlShutdown() { return success; }

const char* nvmlErrorString(int status) {
  switch (status) {
    case success:
      return "Success";
    case invalid_argument:
      return "Invalid Argument";
    case not_supported:
      return "Not Supported";
    case driver_not_loaded:
      return "Driver Not Loaded";
    case 18:
      return "Driver/library version mismatch";
    default:
      return "Unknown Error";
  }
}

int nvmlSystemGetDriverVersion(char* out, unsigned length) {
  return copy(machine().driver_version, out, length);
}

int nvmlDeviceGetCount_v2(unsigned* count) {
  *count = static_cast<unsigned>(machine().gpus.size());
  return success;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned index, const void** device) {
  if (index >= machine().gpus.size()) return invalid_argument;
  *device = &machine().gpus[index];
  return success;
}

int nvmlDeviceGetName(const void* device, char* out, unsigned length) {
  return copy(static_cast<const FakeGpu*>(device)->name, out, length);
}

int nvmlDeviceGetUUID(const void* device, char* out, unsigned length) {
  std::string uuid = static_cast<const FakeGpu*>(device)->uuid;
  for (const auto dash : {20U, 16U, 12U, 8U}) uuid.insert(dash, "-");
  return copy("GPU-" + uuid, out, length);
}

int nvmlDeviceGetMemoryInfo(const void* device, Memory* memory) {
  std::memset(memory, 0, sizeof *memory);  // as read on a GB10: zeroes beside the error
  constexpr long long mib = 1 << 20;
  const int status = number(device, "fb_total_mib", &memory->total, mib);
  return status == success ? number(device, "fb_free_mib", &memory->free, mib) : status;
}

int nvmlDeviceGetMaxClockInfo(const void* device, int type, unsigned* mhz) {
  return number(device, clock_key(type, true), mhz);
}
int nvmlDeviceGetClockInfo(const void* device, int type, unsigned* mhz) {
  return number(device, clock_key(type, false), mhz);
}
int nvmlDeviceGetEnforcedPowerLimit(const void* device, unsigned* milliwatts) {
  return number(device, "power_limit_w", milliwatts, 1000);
}
int nvmlDeviceGetPowerUsage(const void* device, unsigned* milliwatts) {
  return number(device, "power_draw_w", milliwatts, 1000);
}
int nvmlDeviceGetTemperature(const void* device, int, unsigned* celsius) {
  return number(device, "temperature_c", celsius);
}
int nvmlDeviceGetPowerManagementDefaultLimit(const void* device, unsigned* milliwatts) {
  return number(device, "default_power_limit_w", milliwatts, 1000);
}
int nvmlDeviceGetEccMode(const void* device, int* current, int* pending) {
  *pending = 0;
  return number(device, "ecc_mode", current);
}
int nvmlDeviceGetMigMode(const void* device, int* current, int* pending) {
  *pending = 0;
  return number(device, "mig_mode", current);
}
int nvmlDeviceGetPersistenceMode(const void* device, int* mode) {
  return number(device, "persistence_mode", mode);
}
int nvmlDeviceGetComputeMode(const void* device, unsigned* mode) {
  return number(device, "compute_mode", mode);
}
int nvmlDeviceGetCurrentClocksEventReasons(const void* device, unsigned long long* reasons) {
  return number(device, "clocks_event_reasons", reasons);
}
int nvmlDeviceGetTotalEccErrors(const void* device, int type, int counter,
                                unsigned long long* errors) {
  if (type != 1 || counter != 0) return invalid_argument;
  return number(device, "ecc_uncorrected_errors", errors);
}
int nvmlDeviceGetRemappedRows(const void* device, unsigned* corrected, unsigned* uncorrected,
                              unsigned* pending, unsigned* failed) {
  *corrected = *pending = *failed = 0;
  return number(device, "remapped_rows", uncorrected);
}
int nvmlDeviceGetAddressingMode(const void* device, AddressingMode* mode) {
  if (mode->version != 0x1000008) return invalid_argument;
  return number(device, "addressing_mode", &mode->value);
}
/// Of the machine; its first GPU tells it.
int nvmlSystemGetConfComputeState(unsigned (*state)[3]) {
  if (machine().gpus.empty()) return not_supported;
  return number(&machine().gpus.front(), "confidential_computing", &(*state)[1]);
}
int nvmlDeviceGetGpuFabricInfo(const void* device, FabricInfo* info) {
  std::memset(info, 0, sizeof *info);
  return number(device, "fabric_state", &info->state);
}

}  // extern "C"
