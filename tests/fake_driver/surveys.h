// What the device code of surveys computes on a machine.
#pragma once

#include <cuda.h>

#include "tests/fake_driver/device.h"

namespace bp::fake {

/// CTAs of a size that one SM of the machine holds.
unsigned ctas_per_sm(const Device& device, std::int64_t threads, std::int64_t shared_bytes);

/// CUDA_ERROR_NOT_SUPPORTED for an entry that is none of them.
CUresult compute_survey(Device& device, const Function& function, const CUlaunchConfig& config,
                        unsigned cluster, void** parameters);

}  // namespace bp::fake
