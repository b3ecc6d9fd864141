// What a launched kernel does: the reference of its probe, computed from the device buffers.
#pragma once

#include <cuda.h>

#include "tests/fake_driver/device.h"

namespace bp::fake {

/// Runs one launch on `device`. Errors of the launch itself are returned; a fault of the kernel is
/// left in `device.sticky`, as a GPU reports it later.
CUresult compute(Device& device, const Function& function, const CUlaunchConfig& config,
                 void** parameters);

}  // namespace bp::fake
