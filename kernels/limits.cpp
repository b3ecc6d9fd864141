#include "kernels/limits.h"

#include <algorithm>

namespace bp {

GpuLimits limits_of(const Gpu& gpu, Tuning tuning) {
  GpuLimits limits{gpu.attribute(CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT),
                   gpu.attribute(CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN),
                   gpu.attribute(CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR)};
  if (tuning == Tuning::portable) {
    limits.shared_per_block_optin = std::min(limits.shared_per_block_optin, portable_shared_bytes);
    limits.shared_per_multiprocessor =
        std::min(limits.shared_per_multiprocessor, portable_shared_bytes + 1024);
  }
  return limits;
}

}  // namespace bp
