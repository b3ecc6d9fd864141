// The CUDA driver as a table of functions. Device code is reached only through this table: the real
// libcuda, the fake driver of the tests and, later, the simulator stand behind it.
//
// The binary links no CUDA library; `load` dlopens one. Only types come from cuda.h.
#pragma once

#include <cuda.h>

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "probes/registry/evidence.h"

namespace bp {

/// Driver functions by their unversioned names; each has the type of the header's declaration.
/// Required ones are never null after `load`; optional ones (newer than CUDA 12.0, or absent on
/// some platforms) may be.
struct DriverApi {
  decltype(&::cuInit) Init = nullptr;
  decltype(&::cuDriverGetVersion) DriverGetVersion = nullptr;
  decltype(&::cuGetErrorName) GetErrorName = nullptr;
  decltype(&::cuGetErrorString) GetErrorString = nullptr;
  decltype(&::cuDeviceGetCount) DeviceGetCount = nullptr;
  decltype(&::cuDeviceGet) DeviceGet = nullptr;
  decltype(&::cuDeviceGetName) DeviceGetName = nullptr;
  decltype(&::cuDeviceGetUuid) DeviceGetUuid = nullptr;
  decltype(&::cuDeviceGetPCIBusId) DeviceGetPCIBusId = nullptr;
  decltype(&::cuDeviceGetAttribute) DeviceGetAttribute = nullptr;
  decltype(&::cuDeviceTotalMem) DeviceTotalMem = nullptr;
  decltype(&::cuDevicePrimaryCtxRetain) DevicePrimaryCtxRetain = nullptr;
  decltype(&::cuDevicePrimaryCtxRelease) DevicePrimaryCtxRelease = nullptr;
  decltype(&::cuCtxSetCurrent) CtxSetCurrent = nullptr;
  decltype(&::cuMemGetInfo) MemGetInfo = nullptr;
  decltype(&::cuModuleLoadData) ModuleLoadData = nullptr;
  decltype(&::cuModuleUnload) ModuleUnload = nullptr;
  decltype(&::cuModuleGetFunction) ModuleGetFunction = nullptr;
  decltype(&::cuLinkCreate) LinkCreate = nullptr;
  decltype(&::cuLinkAddData) LinkAddData = nullptr;
  decltype(&::cuLinkComplete) LinkComplete = nullptr;
  decltype(&::cuLinkDestroy) LinkDestroy = nullptr;
  decltype(&::cuFuncSetAttribute) FuncSetAttribute = nullptr;
  decltype(&::cuLaunchKernelEx) LaunchKernelEx = nullptr;
  decltype(&::cuTensorMapEncodeTiled) TensorMapEncodeTiled = nullptr;
  decltype(&::cuTensorMapEncodeIm2col) TensorMapEncodeIm2col = nullptr;
  decltype(&::cuMemAlloc) MemAlloc = nullptr;
  decltype(&::cuMemFree) MemFree = nullptr;
  decltype(&::cuMemcpyHtoDAsync) MemcpyHtoDAsync = nullptr;
  decltype(&::cuMemcpyDtoHAsync) MemcpyDtoHAsync = nullptr;
  decltype(&::cuMemcpyDtoDAsync) MemcpyDtoDAsync = nullptr;
  decltype(&::cuMemsetD8Async) MemsetD8Async = nullptr;
  decltype(&::cuStreamCreate) StreamCreate = nullptr;
  decltype(&::cuStreamDestroy) StreamDestroy = nullptr;
  decltype(&::cuStreamQuery) StreamQuery = nullptr;
  decltype(&::cuStreamSynchronize) StreamSynchronize = nullptr;
  decltype(&::cuEventCreate) EventCreate = nullptr;
  decltype(&::cuEventDestroy) EventDestroy = nullptr;
  decltype(&::cuEventRecord) EventRecord = nullptr;
  decltype(&::cuEventSynchronize) EventSynchronize = nullptr;
  decltype(&::cuEventElapsedTime) EventElapsedTime = nullptr;
  // Of surveys, all optional.
  decltype(&::cuOccupancyMaxActiveClusters) OccupancyMaxActiveClusters = nullptr;
  decltype(&::cuOccupancyMaxActiveBlocksPerMultiprocessor)
      OccupancyMaxActiveBlocksPerMultiprocessor = nullptr;
  decltype(&::cuCtxSetLimit) CtxSetLimit = nullptr;
  decltype(&::cuCtxGetLimit) CtxGetLimit = nullptr;
  decltype(&::cuMemAllocManaged) MemAllocManaged = nullptr;
  decltype(&::cuMemHostRegister) MemHostRegister = nullptr;
  decltype(&::cuMemHostUnregister) MemHostUnregister = nullptr;
  decltype(&::cuMemHostGetDevicePointer) MemHostGetDevicePointer = nullptr;
  decltype(&::cuMemAllocAsync) MemAllocAsync = nullptr;
  decltype(&::cuMemFreeAsync) MemFreeAsync = nullptr;
  decltype(&::cuMemGetAllocationGranularity) MemGetAllocationGranularity = nullptr;
  decltype(&::cuMemAddressReserve) MemAddressReserve = nullptr;
  decltype(&::cuMemAddressFree) MemAddressFree = nullptr;
  decltype(&::cuMemCreate) MemCreate = nullptr;
  decltype(&::cuMemRelease) MemRelease = nullptr;
  decltype(&::cuMemMap) MemMap = nullptr;
  decltype(&::cuMemUnmap) MemUnmap = nullptr;
  decltype(&::cuMemSetAccess) MemSetAccess = nullptr;
  decltype(&::cuDeviceCanAccessPeer) DeviceCanAccessPeer = nullptr;
  decltype(&::cuDeviceGetP2PAttribute) DeviceGetP2PAttribute = nullptr;
  decltype(&::cuCtxEnablePeerAccess) CtxEnablePeerAccess = nullptr;
  decltype(&::cuCtxDisablePeerAccess) CtxDisablePeerAccess = nullptr;
  decltype(&::cuMemcpyPeerAsync) MemcpyPeerAsync = nullptr;
};

/// A loaded driver library. Keeps the library open for the life of the process: unloading libcuda
/// is unsafe.
///
/// The tests' fake driver is known by its export `blackwell_probe_fake_driver`, a `const char*
/// (*)()` that returns its machine id. It may also export `blackwell_probe_fake_file`, a `const
/// char* (*)(const char* path)` that stands for the machine's files: the text, "" for a device
/// node, null where there is no such file.
struct Driver {
  DriverApi api;
  std::string library;  // path of the file that answered
  std::string fake;     // machine id if the library is the tests' fake; else empty
  const char* (*fake_file)(const char* path) = nullptr;

  /// A small file of the machine that the driver runs on ("" for a device node); nullopt if there
  /// is none. Of a fake machine only what the fake answers: the machine under the tests must not
  /// show through.
  std::optional<std::string> file(const char* path) const;
};

/// Version of the kernel driver, e.g. "580.159.04", from /proc/driver/nvidia/version; empty if
/// unknown (WSL, Jetson).
std::string kernel_driver_version(const Driver& driver);

/// Loads `path`, or libcuda.so.1 where it is empty. A Reason (no_libcuda, stub_libcuda,
/// old_libcuda) if it cannot.
std::variant<Driver, Reason> load_driver(const std::string& path);

}  // namespace bp
