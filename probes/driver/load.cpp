#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iterator>

#include "probes/driver/driver_api.h"
#include "probes/registry/reason.h"

namespace bp {
namespace {

/// First of the given exports. Newest first: the older ones have the same signature.
template <typename Function>
void find(void* library, Function& function, std::initializer_list<const char*> exports) {
  for (const char* name : exports) {
    if (void* address = dlsym(library, name); address != nullptr) {
      function = reinterpret_cast<Function>(address);
      return;
    }
  }
}

/// Exports behind the macros of cuda.h. Where CUDA 12.8 or 13 renamed one (cuEventElapsedTime_v2),
/// drivers since R525 have the older one of the same signature.
DriverApi read_table(void* library) {
  DriverApi api;
  const auto get = [library](auto& function, std::initializer_list<const char*> exports) {
    find(library, function, exports);
  };
  get(api.Init, {"cuInit"});
  get(api.DriverGetVersion, {"cuDriverGetVersion"});
  get(api.GetErrorName, {"cuGetErrorName"});
  get(api.GetErrorString, {"cuGetErrorString"});
  get(api.DeviceGetCount, {"cuDeviceGetCount"});
  get(api.DeviceGet, {"cuDeviceGet"});
  get(api.DeviceGetName, {"cuDeviceGetName"});
  get(api.DeviceGetUuid, {"cuDeviceGetUuid_v2", "cuDeviceGetUuid"});  // v2 knows MIG slices
  get(api.DeviceGetPCIBusId, {"cuDeviceGetPCIBusId"});
  get(api.DeviceGetAttribute, {"cuDeviceGetAttribute"});
  get(api.DeviceTotalMem, {"cuDeviceTotalMem_v2"});
  get(api.DevicePrimaryCtxRetain, {"cuDevicePrimaryCtxRetain"});
  get(api.DevicePrimaryCtxRelease, {"cuDevicePrimaryCtxRelease_v2", "cuDevicePrimaryCtxRelease"});
  get(api.CtxSetCurrent, {"cuCtxSetCurrent"});
  get(api.MemGetInfo, {"cuMemGetInfo_v2"});
  get(api.ModuleLoadData, {"cuModuleLoadData"});
  get(api.ModuleUnload, {"cuModuleUnload"});
  get(api.ModuleGetFunction, {"cuModuleGetFunction"});
  get(api.LinkCreate, {"cuLinkCreate_v2"});
  get(api.LinkAddData, {"cuLinkAddData_v2"});
  get(api.LinkComplete, {"cuLinkComplete"});
  get(api.LinkDestroy, {"cuLinkDestroy"});
  get(api.FuncSetAttribute, {"cuFuncSetAttribute"});
  get(api.LaunchKernelEx, {"cuLaunchKernelEx"});
  get(api.TensorMapEncodeTiled, {"cuTensorMapEncodeTiled"});
  get(api.TensorMapEncodeIm2col, {"cuTensorMapEncodeIm2col"});
  get(api.MemAlloc, {"cuMemAlloc_v2"});
  get(api.MemFree, {"cuMemFree_v2"});
  get(api.MemcpyHtoDAsync, {"cuMemcpyHtoDAsync_v2"});
  get(api.MemcpyDtoHAsync, {"cuMemcpyDtoHAsync_v2"});
  get(api.MemcpyDtoDAsync, {"cuMemcpyDtoDAsync_v2"});
  get(api.MemsetD8Async, {"cuMemsetD8Async"});
  get(api.StreamCreate, {"cuStreamCreate"});
  get(api.StreamDestroy, {"cuStreamDestroy_v2"});
  get(api.StreamQuery, {"cuStreamQuery"});
  get(api.StreamSynchronize, {"cuStreamSynchronize"});
  get(api.EventCreate, {"cuEventCreate"});
  get(api.EventDestroy, {"cuEventDestroy_v2"});
  get(api.EventRecord, {"cuEventRecord"});
  get(api.EventSynchronize, {"cuEventSynchronize"});
  get(api.EventElapsedTime, {"cuEventElapsedTime_v2", "cuEventElapsedTime"});
  get(api.OccupancyMaxActiveClusters, {"cuOccupancyMaxActiveClusters"});
  get(api.OccupancyMaxActiveBlocksPerMultiprocessor,
      {"cuOccupancyMaxActiveBlocksPerMultiprocessor"});
  get(api.CtxSetLimit, {"cuCtxSetLimit"});
  get(api.CtxGetLimit, {"cuCtxGetLimit"});
  get(api.MemAllocManaged, {"cuMemAllocManaged"});
  get(api.MemHostRegister, {"cuMemHostRegister_v2"});
  get(api.MemHostUnregister, {"cuMemHostUnregister"});
  get(api.MemHostGetDevicePointer, {"cuMemHostGetDevicePointer_v2"});
  get(api.MemAllocAsync, {"cuMemAllocAsync"});
  get(api.MemFreeAsync, {"cuMemFreeAsync"});
  get(api.MemGetAllocationGranularity, {"cuMemGetAllocationGranularity"});
  get(api.MemAddressReserve, {"cuMemAddressReserve"});
  get(api.MemAddressFree, {"cuMemAddressFree"});
  get(api.MemCreate, {"cuMemCreate"});
  get(api.MemRelease, {"cuMemRelease"});
  get(api.MemMap, {"cuMemMap"});
  get(api.MemUnmap, {"cuMemUnmap"});
  get(api.MemSetAccess, {"cuMemSetAccess"});
  get(api.DeviceCanAccessPeer, {"cuDeviceCanAccessPeer"});
  get(api.DeviceGetP2PAttribute, {"cuDeviceGetP2PAttribute"});
  get(api.CtxEnablePeerAccess, {"cuCtxEnablePeerAccess"});
  get(api.CtxDisablePeerAccess, {"cuCtxDisablePeerAccess"});
  get(api.MemcpyPeerAsync, {"cuMemcpyPeerAsync"});
  return api;
}

/// Name of the first required function that is missing; null if none. Not required:
/// cuDeviceGetUuid, cuDeviceGetPCIBusId (missing on some platforms), cuTensorMapEncodeTiled
/// (only TMA needs it) and what only surveys need.
const char* missing_function(const DriverApi& api) {
  const auto required = std::to_array<std::pair<bool, const char*>>({
      {api.Init != nullptr, "cuInit"},
      {api.DriverGetVersion != nullptr, "cuDriverGetVersion"},
      {api.GetErrorName != nullptr, "cuGetErrorName"},
      {api.GetErrorString != nullptr, "cuGetErrorString"},
      {api.DeviceGetCount != nullptr, "cuDeviceGetCount"},
      {api.DeviceGet != nullptr, "cuDeviceGet"},
      {api.DeviceGetName != nullptr, "cuDeviceGetName"},
      {api.DeviceGetAttribute != nullptr, "cuDeviceGetAttribute"},
      {api.DeviceTotalMem != nullptr, "cuDeviceTotalMem_v2"},
      {api.DevicePrimaryCtxRetain != nullptr, "cuDevicePrimaryCtxRetain"},
      {api.DevicePrimaryCtxRelease != nullptr, "cuDevicePrimaryCtxRelease_v2"},
      {api.CtxSetCurrent != nullptr, "cuCtxSetCurrent"},
      {api.MemGetInfo != nullptr, "cuMemGetInfo_v2"},
      {api.ModuleLoadData != nullptr, "cuModuleLoadData"},
      {api.ModuleUnload != nullptr, "cuModuleUnload"},
      {api.ModuleGetFunction != nullptr, "cuModuleGetFunction"},
      {api.LinkCreate != nullptr, "cuLinkCreate_v2"},
      {api.LinkAddData != nullptr, "cuLinkAddData_v2"},
      {api.LinkComplete != nullptr, "cuLinkComplete"},
      {api.LinkDestroy != nullptr, "cuLinkDestroy"},
      {api.FuncSetAttribute != nullptr, "cuFuncSetAttribute"},
      {api.LaunchKernelEx != nullptr, "cuLaunchKernelEx"},
      {api.MemAlloc != nullptr, "cuMemAlloc_v2"},
      {api.MemFree != nullptr, "cuMemFree_v2"},
      {api.MemcpyHtoDAsync != nullptr, "cuMemcpyHtoDAsync_v2"},
      {api.MemcpyDtoHAsync != nullptr, "cuMemcpyDtoHAsync_v2"},
      {api.MemcpyDtoDAsync != nullptr, "cuMemcpyDtoDAsync_v2"},
      {api.MemsetD8Async != nullptr, "cuMemsetD8Async"},
      {api.StreamCreate != nullptr, "cuStreamCreate"},
      {api.StreamDestroy != nullptr, "cuStreamDestroy_v2"},
      {api.StreamQuery != nullptr, "cuStreamQuery"},
      {api.StreamSynchronize != nullptr, "cuStreamSynchronize"},
      {api.EventCreate != nullptr, "cuEventCreate"},
      {api.EventDestroy != nullptr, "cuEventDestroy_v2"},
      {api.EventRecord != nullptr, "cuEventRecord"},
      {api.EventSynchronize != nullptr, "cuEventSynchronize"},
      {api.EventElapsedTime != nullptr, "cuEventElapsedTime"},
  });
  const auto gap = std::ranges::find(required, false, &std::pair<bool, const char*>::first);
  return gap == required.end() ? nullptr : gap->second;
}

/// The file that holds `address`, links resolved; `fallback` if the loader does not say.
std::string file_of(const void* address, const std::string& fallback) {
  Dl_info info{};
  if (dladdr(address, &info) == 0 || info.dli_fname == nullptr) return fallback;
  std::error_code error;
  const auto path = std::filesystem::canonical(info.dli_fname, error);
  return error ? std::string(info.dli_fname) : path.string();
}

/// The toolkit keeps its link-time stub in a folder of this name.
bool lies_in_stubs(const std::string& path) {
  const std::filesystem::path parts(path);
  return std::ranges::any_of(parts, [](const auto& part) { return part == "stubs"; });
}

}  // namespace

std::variant<Driver, Reason> load_driver(const std::string& path) {
  const std::string name = path.empty() ? "libcuda.so.1" : path;
  void* library = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    const char* message = dlerror();
    const std::string text = message == nullptr ? name : message;
    if (!path.empty()) {  // the driver may well be installed: this file is what is wrong
      return Reason{"no_libcuda", "The file that --libcuda names cannot be loaded: " + text,
                    "Name a libcuda.so.1 of the NVIDIA driver, or leave --libcuda out to load the "
                    "one that is installed."};
    }
    // Plainly absent needs no detail; anything else (wrong architecture, a missing dependency)
    // does.
    const bool absent = text.starts_with(name) && text.ends_with("No such file or directory");
    return make_reason("no_libcuda", absent ? std::string_view{} : std::string_view(text));
  }
  Driver driver;
  driver.api = read_table(library);
  driver.library = file_of(dlsym(library, "cuInit"), name);
  if (lies_in_stubs(driver.library)) return make_reason("stub_libcuda", driver.library);
  if (const char* gap = missing_function(driver.api)) return make_reason("old_libcuda", gap);
  using FakeId = const char* (*)();
  if (const auto fake = reinterpret_cast<FakeId>(dlsym(library, "blackwell_probe_fake_driver"))) {
    const char* id = fake();
    driver.fake = id == nullptr || *id == '\0' ? "unnamed" : id;
    driver.fake_file =
        reinterpret_cast<decltype(driver.fake_file)>(dlsym(library, "blackwell_probe_fake_file"));
  }
  return driver;
}

std::optional<std::string> Driver::file(const char* path) const {
  if (!fake.empty()) {
    const char* text = fake_file == nullptr ? nullptr : fake_file(path);
    if (text == nullptr) return std::nullopt;
    return std::string(text);
  }
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (error || !std::filesystem::exists(status)) return std::nullopt;
  if (!std::filesystem::is_regular_file(status)) return std::string{};
  std::ifstream in(path, std::ios::binary);
  std::string text(4096, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

// First line: "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.159.04  Release Build
// ...".
std::string kernel_driver_version(const Driver& driver) {
  const auto text = driver.file("/proc/driver/nvidia/version");
  if (!text) return {};
  const std::string line = text->substr(0, text->find('\n'));
  std::size_t at = 0;
  while (at < line.size()) {
    const auto end = std::min(line.find(' ', at), line.size());
    const std::string word = line.substr(at, end - at);
    const bool digits =
        std::ranges::all_of(word, [](unsigned char c) { return std::isdigit(c) != 0 || c == '.'; });
    if (digits && word.find('.') != std::string::npos &&
        std::isdigit(static_cast<unsigned char>(word[0])))
      return word;
    at = end + 1;
  }
  return {};
}

}  // namespace bp
