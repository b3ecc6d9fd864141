// What a GPU gives to a block: driver attributes that the choice of a tile rests on.
#pragma once

#include "kernels/tuning.h"
#include "probes/driver/gpu.h"

namespace bp {

struct GpuLimits {
  int multiprocessors = 0;
  int shared_per_block_optin = 0;  // bytes
  int shared_per_multiprocessor = 0;
};

/// Of this GPU; under Tuning::portable those of its shared memory are of a GPU with 99 KiB a block
/// and 100 KiB an SM. Throws DriverError.
GpuLimits limits_of(const Gpu& gpu, Tuning tuning);

}  // namespace bp
