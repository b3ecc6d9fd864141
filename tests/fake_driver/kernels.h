// Kernels of kernels/: their entries are not probes.
#pragma once

#include <cuda.h>

#include "tests/fake_driver/device.h"

namespace bp::fake {

/// CUDA_ERROR_NOT_SUPPORTED for an entry that the fake cannot compute.
CUresult compute_kernel(Device& device, const Function& function, const CUlaunchConfig& config,
                        void** parameters);

}  // namespace bp::fake
