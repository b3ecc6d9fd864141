// Exported functions: initialisation, devices, contexts.
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/fake_driver/attributes.h"
#include "tests/fake_driver/calls.h"
#include "tests/fake_driver/trace.h"

namespace bp::fake {
namespace {

void misbehave(const std::string& how) {
  if (how.empty()) return;
  rlimit none{0, 0};  // a planned crash leaves no core file behind
  setrlimit(RLIMIT_CORE, &none);
  if (how == "abort") std::abort();
  if (how == "segv") {
    std::signal(SIGSEGV, SIG_DFL);  // a sanitizer's handler would make an exit of it
    std::raise(SIGSEGV);
  }
  if (how == "hang") {
    for (;;) pause();
  }
}

template <typename Body>
CUresult with_ordinal(int ordinal, Body body) {
  const std::lock_guard guard(state().lock);
  if (!state().initialised) return CUDA_ERROR_NOT_INITIALIZED;
  if (ordinal < 0 || static_cast<std::size_t>(ordinal) >= state().devices.size())
    return CUDA_ERROR_INVALID_DEVICE;
  return body(*state().devices[static_cast<std::size_t>(ordinal)]);
}

int hex_digit(char c) { return c >= 'a' ? c - 'a' + 10 : c >= 'A' ? c - 'A' + 10 : c - '0'; }

}  // namespace
}  // namespace bp::fake

using namespace bp::fake;

extern "C" {

/// What a real driver does not have: reports of this one say `driver: fake`.
const char* blackwell_probe_fake_driver() { return state().machine.id.c_str(); }

/// The machine's files, as far as they tell something about its driver.
const char* blackwell_probe_fake_file(const char* path) {
  const auto& files = state().machine.files;
  const auto found = files.find(path);
  return found == files.end() ? nullptr : found->second.c_str();
}

CUresult cuInit(unsigned flags) {
  trace("cuInit");
  if (flags != 0) return CUDA_ERROR_INVALID_VALUE;
  misbehave(state().machine.init_behaviour);
  if (state().machine.init_result != 0) return static_cast<CUresult>(state().machine.init_result);
  if (state().devices.empty()) return CUDA_ERROR_NO_DEVICE;
  const std::lock_guard guard(state().lock);
  state().initialised = true;
  return CUDA_SUCCESS;
}

CUresult cuDriverGetVersion(int* version) {
  if (version == nullptr) return CUDA_ERROR_INVALID_VALUE;
  *version = state().machine.cuda_version;
  return CUDA_SUCCESS;
}

CUresult cuGetErrorName(CUresult error, const char** text) {
  *text = error_name(error);
  return *text ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

CUresult cuGetErrorString(CUresult error, const char** text) {
  *text = error_text(error);
  return *text ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

CUresult cuDeviceGetCount(int* count) {
  if (!state().initialised) return CUDA_ERROR_NOT_INITIALIZED;
  *count = static_cast<int>(state().devices.size());
  return CUDA_SUCCESS;
}

CUresult cuDeviceGet(CUdevice* device, int ordinal) {
  return with_ordinal(ordinal, [&](Device&) {
    *device = ordinal;
    return CUDA_SUCCESS;
  });
}

CUresult cuDeviceGetName(char* name, int length, CUdevice ordinal) {
  return with_ordinal(ordinal, [&](Device& device) {
    if (length <= 0) return CUDA_ERROR_INVALID_VALUE;
    std::snprintf(name, static_cast<std::size_t>(length), "%s", device.gpu.name.c_str());
    return CUDA_SUCCESS;
  });
}

CUresult cuDeviceGetUuid(CUuuid* uuid, CUdevice ordinal) {
  return with_ordinal(ordinal, [&](Device& device) {
    for (std::size_t i = 0; i < 16 && 2 * i + 1 < device.gpu.uuid.size(); ++i)
      uuid->bytes[i] = static_cast<char>(16 * hex_digit(device.gpu.uuid[2 * i]) +
                                         hex_digit(device.gpu.uuid[2 * i + 1]));
    return CUDA_SUCCESS;
  });
}

CUresult cuDeviceGetPCIBusId(char* id, int length, CUdevice ordinal) {
  return with_ordinal(ordinal, [&](Device& device) {
    if (length <= 0) return CUDA_ERROR_INVALID_VALUE;
    std::snprintf(id, static_cast<std::size_t>(length), "%s", device.gpu.pci.c_str());
    return CUDA_SUCCESS;
  });
}

CUresult cuDeviceGetAttribute(int* value, CUdevice_attribute attribute, CUdevice ordinal) {
  return with_ordinal(ordinal, [&](Device& device) {
    const auto found = device.gpu.attributes.find(std::string(attribute_key(attribute)));
    // Not in the machine file: no dump of that machine holds it. A driver too old for it answers
    // the same.
    if (found == device.gpu.attributes.end()) return CUDA_ERROR_INVALID_VALUE;
    *value = static_cast<int>(found->second);
    return CUDA_SUCCESS;
  });
}

CUresult cuDeviceTotalMem(std::size_t* bytes, CUdevice ordinal) {
  return with_ordinal(ordinal, [&](Device& device) {
    *bytes = device.gpu.total_bytes;
    return CUDA_SUCCESS;
  });
}

CUresult cuDevicePrimaryCtxRetain(CUcontext* context, CUdevice ordinal) {
  trace("context");
  return with_ordinal(ordinal, [&](Device& device) {
    if (device.gpu.context_result != 0) return static_cast<CUresult>(device.gpu.context_result);
    ++device.retained;
    *context = reinterpret_cast<CUcontext>(&device);
    return CUDA_SUCCESS;
  });
}

CUresult cuDevicePrimaryCtxRelease(CUdevice ordinal) {
  return with_ordinal(ordinal, [&](Device& device) {
    if (device.retained == 0) return CUDA_ERROR_INVALID_CONTEXT;
    --device.retained;
    return CUDA_SUCCESS;
  });
}

CUresult cuCtxSetCurrent(CUcontext context) {
  const std::lock_guard guard(state().lock);
  if (!state().initialised) return CUDA_ERROR_NOT_INITIALIZED;
  auto* const wanted = reinterpret_cast<Device*>(context);
  const auto& devices = state().devices;
  const bool known =
      std::ranges::any_of(devices, [&](const auto& device) { return device.get() == wanted; });
  if (wanted != nullptr && (!known || wanted->retained == 0)) return CUDA_ERROR_INVALID_CONTEXT;
  current_device() = wanted;
  return CUDA_SUCCESS;
}

CUresult cuMemGetInfo(std::size_t* free_bytes, std::size_t* total) {
  return with_device([&](Device& device) {
    *free_bytes = device.memory.free_bytes();
    *total = device.gpu.total_bytes;
    return CUDA_SUCCESS;
  });
}

}  // extern "C"
