// Exported functions that only surveys call: occupancy, limits, memory of every kind.
#include <algorithm>

#include "tests/fake_driver/calls.h"
#include "tests/fake_driver/surveys.h"

using namespace bp::fake;

extern "C" {

CUresult cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, CUfunction, int threads,
                                                     std::size_t shared_bytes) {
  return with_device([&](Device& device) {
    *blocks =
        static_cast<int>(ctas_per_sm(device, threads, static_cast<std::int64_t>(shared_bytes)));
    return CUDA_SUCCESS;
  });
}

CUresult cuOccupancyMaxActiveClusters(int* clusters, CUfunction, const CUlaunchConfig* config) {
  return with_device([&](Device& device) {
    const auto size = config->attrs[0].value.clusterDim.x;
    if (size > device.gpu.max_cluster) return CUDA_ERROR_INVALID_CLUSTER_SIZE;
    const auto sms = static_cast<unsigned>(device.attribute("multiprocessor_count", 1));
    *clusters = static_cast<int>(sms / size *
                                 ctas_per_sm(device, config->blockDimX, config->sharedMemBytes));
    return CUDA_SUCCESS;
  });
}

CUresult cuCtxSetLimit(CUlimit limit, std::size_t value) {
  return with_device([&](Device& device) {
    if (limit != CU_LIMIT_PERSISTING_L2_CACHE_SIZE) return CUDA_ERROR_INVALID_VALUE;
    const auto most = device.attribute("max_persisting_l2_cache_size", 0);
    device.persisting_l2 = std::min(value, static_cast<std::size_t>(most));
    return CUDA_SUCCESS;
  });
}

CUresult cuCtxGetLimit(std::size_t* value, CUlimit limit) {
  return with_device([&](Device& device) {
    if (limit != CU_LIMIT_PERSISTING_L2_CACHE_SIZE) return CUDA_ERROR_INVALID_VALUE;
    *value = device.persisting_l2;
    return CUDA_SUCCESS;
  });
}

CUresult cuMemAllocManaged(CUdeviceptr* address, std::size_t bytes, unsigned) {
  return with_device([&](Device& device) {
    if (device.attribute("managed_memory", 0) == 0) return CUDA_ERROR_NOT_SUPPORTED;
    const auto found = device.memory.allocate(bytes);
    if (!found) return CUDA_ERROR_OUT_OF_MEMORY;
    *address = *found;
    return CUDA_SUCCESS;
  });
}

CUresult cuMemHostRegister(void* host, std::size_t bytes, unsigned) {
  return with_device([&](Device& device) {
    if (device.attribute("host_register_supported", 0) == 0) return CUDA_ERROR_NOT_SUPPORTED;
    device.memory.lend(reinterpret_cast<CUdeviceptr>(host), bytes);
    return CUDA_SUCCESS;
  });
}

CUresult cuMemHostUnregister(void* host) {
  return with_device([&](Device& device) {
    const bool known = device.memory.take_back(reinterpret_cast<CUdeviceptr>(host));
    return known ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
  });
}

CUresult cuMemHostGetDevicePointer(CUdeviceptr* address, void* host, unsigned) {
  return with_device([&](Device&) {
    *address = reinterpret_cast<CUdeviceptr>(host);
    return CUDA_SUCCESS;
  });
}

CUresult cuDeviceCanAccessPeer(int* can, CUdevice, CUdevice) {
  *can = 0;  // as over PCIe without access between the two
  return CUDA_SUCCESS;
}

CUresult cuMemcpyPeerAsync(CUdeviceptr to, CUcontext to_context, CUdeviceptr from,
                           CUcontext from_context, std::size_t bytes, CUstream) {
  return with_device([&](Device&) {
    const auto target = reinterpret_cast<Device*>(to_context)->memory.find(to, bytes);
    const auto source = reinterpret_cast<Device*>(from_context)->memory.find(from, bytes);
    if (!target || !source) return CUDA_ERROR_INVALID_VALUE;
    std::ranges::copy(*source, target->begin());
    return CUDA_SUCCESS;
  });
}

}  // extern "C"
