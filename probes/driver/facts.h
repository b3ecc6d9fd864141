// What the driver and NVML declare of a GPU. Keys carry their unit; absent is null plus a reason.
#pragma once

#include "probes/driver/driver_api.h"
#include "probes/registry/facts.h"

namespace bp {

/// Name, capability, ids and every attribute of one device; needs cuInit, no context. A device that
/// answers nothing gets `problem`.
GpuFacts device_facts(const Driver& driver, int ordinal);

/// cuDriverGetVersion: 13000 is CUDA 13.0; nullopt if the driver does not say.
struct CudaVersion {
  int major = 0;
  int minor = 0;
  constexpr auto operator<=>(const CudaVersion&) const = default;
};
std::optional<CudaVersion> cuda_version(const Driver& driver);

/// Newest PTX ISA version of a CUDA release: PTX ISA 9.x, "Release Notes", table "PTX Release
/// History". A release newer than the table counts as the newest one in it.
std::optional<PtxVersion> ptx_of_cuda(CudaVersion version);

}  // namespace bp
