// Shared by the files of exported functions.
#pragma once

#include <cuda.h>

#include <mutex>

#include "tests/fake_driver/device.h"

namespace bp::fake {

/// Runs `body(device)` under the lock with the context of this thread; the results a driver gives
/// where there is no such context, and after a fault, come before it.
template <typename Body>
CUresult with_device(Body body) {
  const std::lock_guard guard(state().lock);
  if (!state().initialised) return CUDA_ERROR_NOT_INITIALIZED;
  Device* device = current_device();
  if (device == nullptr) return CUDA_ERROR_INVALID_CONTEXT;
  if (device->sticky != CUDA_SUCCESS) return device->sticky;
  return body(*device);
}

}  // namespace bp::fake
