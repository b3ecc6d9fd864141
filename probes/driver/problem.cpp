#include "probes/driver/problem.h"

#include <algorithm>
#include <array>
#include <utility>

#include "probes/registry/reason.h"

namespace bp {
namespace {

/// Codes that mean the same wherever they come from.
constexpr auto plain = std::to_array<std::pair<CUresult, std::string_view>>({
    {CUDA_ERROR_OUT_OF_MEMORY, "out_of_memory"},
    {CUDA_ERROR_STUB_LIBRARY, "stub_libcuda"},
    {CUDA_ERROR_CALL_REQUIRES_NEWER_DRIVER, "old_libcuda"},
    {CUDA_ERROR_NO_DEVICE, "no_device"},
    {CUDA_ERROR_INVALID_DEVICE, "no_device"},
    {CUDA_ERROR_ECC_UNCORRECTABLE, "ecc_error"},
    {CUDA_ERROR_SYSTEM_NOT_READY, "fabric_not_ready"},
    {CUDA_ERROR_SYSTEM_DRIVER_MISMATCH, "driver_mismatch"},
    {CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE, "forward_compat"},
    {CUDA_ERROR_MPS_CONNECTION_FAILED, "mps_unavailable"},
    {CUDA_ERROR_MPS_RPC_FAILURE, "mps_unavailable"},
    {CUDA_ERROR_MPS_SERVER_NOT_READY, "mps_unavailable"},
    {CUDA_ERROR_MPS_MAX_CLIENTS_REACHED, "mps_unavailable"},
    {CUDA_ERROR_MPS_MAX_CONNECTIONS_REACHED, "mps_unavailable"},
    {CUDA_ERROR_MPS_CLIENT_TERMINATED, "mps_unavailable"},
});

/// The node is missing although the driver's control node is there: a half-passed-through
/// container, or the module nvidia_uvm is not loaded. (WSL and older Jetsons have neither.)
bool uvm_missing(const Driver& driver) {
  return driver.file("/dev/nvidiactl") && !driver.file("/dev/nvidia-uvm");
}

Reason by_code(const Driver& driver, CUresult code) {
  const auto row = std::ranges::find(plain, code, &std::pair<CUresult, std::string_view>::first);
  if (row != plain.end()) return make_reason(row->second);
  return make_reason("driver_error", error_name(driver.api, code));
}

}  // namespace

std::string error_name(const DriverApi& api, CUresult code) {
  const char* name = nullptr;
  if (api.GetErrorName != nullptr && api.GetErrorName(code, &name) == CUDA_SUCCESS &&
      name != nullptr)
    return name;
  return "CUDA error " + std::to_string(static_cast<int>(code));
}

bool is_sticky(CUresult code) {
  switch (code) {
    case CUDA_ERROR_DEINITIALIZED:
    case CUDA_ERROR_ECC_UNCORRECTABLE:
    case CUDA_ERROR_NVLINK_UNCORRECTABLE:
    case CUDA_ERROR_ILLEGAL_ADDRESS:
    case CUDA_ERROR_LAUNCH_TIMEOUT:
    case CUDA_ERROR_CONTEXT_IS_DESTROYED:
    case CUDA_ERROR_ASSERT:
    case CUDA_ERROR_HARDWARE_STACK_ERROR:
    case CUDA_ERROR_ILLEGAL_INSTRUCTION:
    case CUDA_ERROR_MISALIGNED_ADDRESS:
    case CUDA_ERROR_INVALID_ADDRESS_SPACE:
    case CUDA_ERROR_INVALID_PC:
    case CUDA_ERROR_LAUNCH_FAILED:
    case CUDA_ERROR_MPS_CLIENT_TERMINATED:
    case CUDA_ERROR_EXTERNAL_DEVICE:
    case CUDA_ERROR_UNKNOWN:
      return true;
    default:
      break;
  }
  // Not in every cuda.h since 12.0: CUDA_ERROR_TENSOR_MEMORY_LEAK and CUDA_ERROR_CONTAINED.
  return static_cast<int>(code) == 721 || static_cast<int>(code) == 226;
}

Reason init_problem(const Driver& driver, CUresult code) {
  switch (code) {
    case CUDA_ERROR_NO_DEVICE:
    case CUDA_ERROR_OPERATING_SYSTEM:
    case CUDA_ERROR_NOT_INITIALIZED:
    case CUDA_ERROR_UNKNOWN:
      if (uvm_missing(driver)) return make_reason("no_uvm");
      if (code == CUDA_ERROR_OPERATING_SYSTEM) return make_reason("device_denied");
      break;
    default:
      break;
  }
  return by_code(driver, code);
}

Reason context_problem(const Driver& driver, CUdevice device, CUresult code) {
  if (code == CUDA_ERROR_DEVICE_UNAVAILABLE || code == CUDA_ERROR_INVALID_DEVICE) {
    int mode = CU_COMPUTEMODE_DEFAULT;
    if (driver.api.DeviceGetAttribute(&mode, CU_DEVICE_ATTRIBUTE_COMPUTE_MODE, device) ==
        CUDA_SUCCESS) {
      if (mode == CU_COMPUTEMODE_EXCLUSIVE_PROCESS) return make_reason("exclusive_process");
      if (mode == CU_COMPUTEMODE_PROHIBITED) return make_reason("prohibited");
    }
  }
  return init_problem(driver, code);
}

}  // namespace bp
