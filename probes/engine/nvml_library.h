// The library of NVML, by name of the call. The prototypes are declared here: not every toolkit
// package brings nvml.h. Source: NVML API Reference, "Initialization", "Device Queries".
#pragma once

#include <dlfcn.h>

#include <array>
#include <string>

namespace bp::nvml {

using Status = int;  // nvmlReturn_t
inline constexpr Status success = 0;
inline constexpr Status function_not_found = 13;  // NVML_ERROR_FUNCTION_NOT_FOUND
using Handle = struct HandleBody*;                // nvmlDevice_t

class Library {
 public:
  explicit Library(void* library) : library_(library) {}
  /// `path` empty: the loader's libnvidia-ml.so.1. nullptr inside if there is none.
  static Library open(const std::string& path) {
    const char* name = path.empty() ? "libnvidia-ml.so.1" : path.c_str();
    return Library(dlopen(name, RTLD_NOW | RTLD_LOCAL));
  }
  bool found() const { return library_ != nullptr; }

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
  std::string uuid(Handle device) const {
    std::array<char, 128> buffer{};
    const auto status =
        call("nvmlDeviceGetUUID", device, buffer.data(), static_cast<unsigned>(buffer.size() - 1));
    return status == success ? std::string(buffer.data()) : std::string{};
  }
  /// nvmlClocksEventReason* bits.
  Status clock_events(Handle device, unsigned long long& bits) const {
    const auto status = call("nvmlDeviceGetCurrentClocksEventReasons", device, &bits);
    if (status != function_not_found) return status;
    // the name before R535
    return call("nvmlDeviceGetCurrentClocksThrottleReasons", device, &bits);
  }

 private:
  void* library_;
};

}  // namespace bp::nvml
