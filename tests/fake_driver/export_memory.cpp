// Exported functions: memory, streams, events. Copies are done at once; only kernels keep the
// device busy.
#include <algorithm>
#include <cstring>
#include <thread>

#include "tests/fake_driver/calls.h"
#include "tests/fake_driver/tensor_map.h"

using namespace bp::fake;
using Clock = std::chrono::steady_clock;

namespace {

struct FakeEvent {
  Clock::time_point at{};
};

/// A fault is seen when the device is asked whether it is done.
CUresult progress(const Device& device) {
  if (device.sticky != CUDA_SUCCESS) return device.sticky;
  return Clock::now() < device.busy_until ? CUDA_ERROR_NOT_READY : CUDA_SUCCESS;
}

/// Waits without the lock, as other threads may go on.
CUresult wait_for_device() {
  Clock::time_point until{};
  const CUresult result = with_device([&](Device& device) {
    until = device.busy_until;
    return CUDA_SUCCESS;
  });
  if (result == CUDA_SUCCESS) std::this_thread::sleep_until(until);
  return result;
}

}  // namespace

extern "C" {

CUresult cuMemAlloc(CUdeviceptr* address, std::size_t bytes) {
  return with_device([&](Device& device) {
    if (bytes == 0) return CUDA_ERROR_INVALID_VALUE;
    const auto found = device.memory.allocate(bytes);
    if (!found) return CUDA_ERROR_OUT_OF_MEMORY;
    *address = *found;
    return CUDA_SUCCESS;
  });
}

CUresult cuMemFree(CUdeviceptr address) {
  return with_device([&](Device& device) {
    return device.memory.release(address) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
  });
}

CUresult cuMemcpyHtoDAsync(CUdeviceptr to, const void* from, std::size_t bytes, CUstream) {
  return with_device([&](Device& device) {
    const auto target = device.memory.find(to, bytes);
    if (!target) return CUDA_ERROR_INVALID_VALUE;
    std::memcpy(target->data(), from, bytes);
    return CUDA_SUCCESS;
  });
}

CUresult cuMemcpyDtoHAsync(void* to, CUdeviceptr from, std::size_t bytes, CUstream) {
  return with_device([&](Device& device) {
    const auto source = device.memory.find(from, bytes);
    if (!source) return CUDA_ERROR_INVALID_VALUE;
    std::memcpy(to, source->data(), bytes);
    return CUDA_SUCCESS;
  });
}

CUresult cuMemcpyDtoDAsync(CUdeviceptr to, CUdeviceptr from, std::size_t bytes, CUstream) {
  return with_device([&](Device& device) {
    const auto target = device.memory.find(to, bytes);
    const auto source = device.memory.find(from, bytes);
    if (!target || !source) return CUDA_ERROR_INVALID_VALUE;
    std::memmove(target->data(), source->data(), bytes);
    return CUDA_SUCCESS;
  });
}

CUresult cuMemsetD8Async(CUdeviceptr to, unsigned char value, std::size_t count, CUstream) {
  return with_device([&](Device& device) {
    const auto target = device.memory.find(to, count);
    if (!target) return CUDA_ERROR_INVALID_VALUE;
    std::ranges::fill(*target, value);
    return CUDA_SUCCESS;
  });
}

CUresult cuStreamCreate(CUstream* stream, unsigned) {
  return with_device([&](Device& device) {
    *stream = reinterpret_cast<CUstream>(&device);  // all streams of a device are one
    return CUDA_SUCCESS;
  });
}

CUresult cuStreamDestroy(CUstream) {
  return with_device([](Device&) { return CUDA_SUCCESS; });
}

CUresult cuStreamQuery(CUstream) {
  return with_device([](Device& device) { return progress(device); });
}

CUresult cuStreamSynchronize(CUstream) { return wait_for_device(); }

CUresult cuEventCreate(CUevent* event, unsigned) {
  return with_device([&](Device&) {
    *event = reinterpret_cast<CUevent>(new FakeEvent);
    return CUDA_SUCCESS;
  });
}

CUresult cuEventDestroy(CUevent event) {
  delete reinterpret_cast<FakeEvent*>(event);
  return CUDA_SUCCESS;
}

CUresult cuEventRecord(CUevent event, CUstream) {
  return with_device([&](Device& device) {
    reinterpret_cast<FakeEvent*>(event)->at = std::max(Clock::now(), device.busy_until);
    return CUDA_SUCCESS;
  });
}

CUresult cuEventSynchronize(CUevent) { return wait_for_device(); }

CUresult cuEventElapsedTime(float* milliseconds, CUevent start, CUevent end) {
  return with_device([&](Device& device) {
    if (const CUresult result = progress(device); result != CUDA_SUCCESS) return result;
    const auto elapsed =
        reinterpret_cast<FakeEvent*>(end)->at - reinterpret_cast<FakeEvent*>(start)->at;
    *milliseconds = std::chrono::duration<float, std::milli>(elapsed).count();
    return CUDA_SUCCESS;
  });
}

CUresult cuTensorMapEncodeTiled(CUtensorMap* map, CUtensorMapDataType type, cuuint32_t rank,
                                void* address, const cuuint64_t* dims, const cuuint64_t* strides,
                                const cuuint32_t* box, const cuuint32_t*, CUtensorMapInterleave,
                                CUtensorMapSwizzle swizzle, CUtensorMapL2promotion,
                                CUtensorMapFloatOOBfill) {
  return with_device([&](Device& device) {
    // The driver API: "Tensor map objects are only supported on devices of compute capability 9.0
    // or higher".
    if (device.gpu.cc.major < 9) return CUDA_ERROR_NOT_SUPPORTED;
    return encode(*map, {.type = type,
                         .rank = rank,
                         .address = reinterpret_cast<CUdeviceptr>(address),
                         .dims = dims,
                         .strides = strides,
                         .box = box,
                         .swizzle = swizzle});
  });
}

CUresult cuTensorMapEncodeIm2col(CUtensorMap* map, CUtensorMapDataType type, cuuint32_t rank,
                                 void* address, const cuuint64_t* dims, const cuuint64_t* strides,
                                 const int* lower, const int* upper, cuuint32_t channels,
                                 cuuint32_t pixels, const cuuint32_t*, CUtensorMapInterleave,
                                 CUtensorMapSwizzle swizzle, CUtensorMapL2promotion,
                                 CUtensorMapFloatOOBfill) {
  return with_device([&](Device& device) {
    if (device.gpu.cc.major < 9) return CUDA_ERROR_NOT_SUPPORTED;
    bp::TensorMap::Im2col im2col{.channels = channels, .pixels = pixels};
    for (std::size_t i = 0; i + 2 < std::min<std::size_t>(rank, 5); ++i) {
      im2col.lower[i] = lower[i];
      im2col.upper[i] = upper[i];
    }
    return encode(*map, {.type = type,
                         .rank = rank,
                         .address = reinterpret_cast<CUdeviceptr>(address),
                         .dims = dims,
                         .strides = strides,
                         .swizzle = swizzle,
                         .im2col = im2col});
  });
}

}  // extern "C"
