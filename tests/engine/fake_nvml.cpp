// An NVML that answers as on a DGX Spark: no memory figures, no power limit, ECC and MIG not
// supported (XuehaiPan/nvitop pull 208; NVIDIA API Reference for the codes).
#include <unistd.h>

#include <cstdlib>
#include <cstring>

namespace {
constexpr int success = 0;
constexpr int not_supported = 3;  // NVML_ERROR_NOT_SUPPORTED
struct Memory {
  unsigned long long total, free, used;
};
int copy(char* to, unsigned size, const char* text) {
  std::strncpy(to, text, size);
  return success;
}
}  // namespace

extern "C" {
int nvmlInit_v2() { return success; }
int nvmlShutdown() { return success; }
const char* nvmlErrorString(int status) {
  return status == not_supported ? "Not Supported" : "Success";
}
int nvmlSystemGetDriverVersion(char* text, unsigned size) { return copy(text, size, "580.142"); }
int nvmlDeviceGetCount_v2(unsigned* count) {
  *count = 1;
  return success;
}
int nvmlDeviceGetHandleByIndex_v2(unsigned, void** device) {
  *device = device;
  return success;
}
int nvmlDeviceGetName(void*, char* text, unsigned size) { return copy(text, size, "NVIDIA GB10"); }
int nvmlDeviceGetUUID(void*, char* text, unsigned size) { return copy(text, size, "GPU-0"); }
int nvmlDeviceGetMemoryInfo(void*, Memory* memory) {
  *memory = {};
  return not_supported;
}
int nvmlDeviceGetMaxClockInfo(void*, int type, unsigned* clock) {
  *clock = 3003;
  return type == 1 ? success : not_supported;
}
int nvmlDeviceGetEccMode(void*, int*, int*) { return not_supported; }
int nvmlDeviceGetMigMode(void*, int*, int*) { return not_supported; }
int nvmlDeviceGetEnforcedPowerLimit(void*, unsigned*) {
  while (std::getenv("BP_SPARK_NVML_HANGS") != nullptr) pause();
  return not_supported;
}
int nvmlDeviceGetComputeMode(void*, unsigned* mode) {
  *mode = 0;
  return success;
}
int nvmlDeviceGetCurrentClocksThrottleReasons(void*, unsigned long long* reasons) {
  *reasons = 0x24;
  return success;
}
}
