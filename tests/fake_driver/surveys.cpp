#include "tests/fake_driver/surveys.h"

#include <algorithm>
#include <cstring>

#include "probes/sweeps/cluster_launch.h"

namespace bp::fake {
namespace {

template <typename T>
T parameter(void** parameters, std::size_t index) {
  T value;
  std::memcpy(&value, parameters[index], sizeof value);
  return value;
}

/// `count` items at an address of the device or of the host, where the GPU may go.
template <typename T>
T* items(Device& device, CUdeviceptr address, std::size_t count) {
  if (!device.memory.find(address, count * sizeof(T)) &&
      device.attribute("pageable_memory_access", 0) == 0) {
    device.sticky = CUDA_ERROR_ILLEGAL_ADDRESS;
    return nullptr;
  }
  return reinterpret_cast<T*>(address);
}

void touch(Device& device, void** p) {
  const auto count = parameter<unsigned>(p, 1);
  auto* const words = items<unsigned>(device, parameter<CUdeviceptr>(p, 0), count);
  for (unsigned i = 0; words != nullptr && i < count; ++i) words[i] = words[i] * 2654435761u + i;
}

void shared_memory(Device& device, const CUlaunchConfig& config, void** p) {
  auto* const out = items<unsigned>(device, parameter<CUdeviceptr>(p, 0), 2);
  if (out == nullptr) return;
  const auto last = parameter<unsigned>(p, 3);
  out[0] = (parameter<unsigned>(p, 1) == 1 ? last : parameter<unsigned>(p, 2)) | last << 8;
  out[1] = config.sharedMemBytes;
}

void residency(Device& device, const CUlaunchConfig& config, void** p) {
  const auto places = parameter<unsigned>(p, 2);
  auto* const peak = items<unsigned>(device, parameter<CUdeviceptr>(p, 1), places);
  if (peak == nullptr) return;
  const auto sms = static_cast<unsigned>(device.attribute("multiprocessor_count", 1));
  std::fill_n(peak, std::min(sms, places), ctas_per_sm(device, config.blockDimX, 0));
}

void cluster_launch(Device& device, const CUlaunchConfig& config, unsigned cluster, void** p) {
  auto* const seen = items<ClusterCta>(device, parameter<CUdeviceptr>(p, 0), config.gridDimX);
  auto* const counters = items<unsigned>(device, parameter<CUdeviceptr>(p, 1), 4);
  if (seen == nullptr || counters == nullptr) return;
  const auto sms = static_cast<unsigned>(device.attribute("multiprocessor_count", 1));
  for (unsigned i = 0; i < config.gridDimX; ++i)
    seen[i] = {i / cluster, i % cluster, cluster, i % (std::max(1u, sms / cluster) * cluster)};
  counters[1] = sms / cluster * ctas_per_sm(device, config.blockDimX, config.sharedMemBytes);
}

}  // namespace

unsigned ctas_per_sm(const Device& device, std::int64_t threads, std::int64_t shared_bytes) {
  const auto reserved = device.attribute("reserved_shared_memory_per_block", 1024);
  const auto by_threads = device.attribute("max_threads_per_multiprocessor", 2048) / threads;
  const auto by_memory =
      device.attribute("max_shared_memory_per_multiprocessor", 102400) / (shared_bytes + reserved);
  return static_cast<unsigned>(
      std::min({device.attribute("max_blocks_per_multiprocessor", 16), by_threads, by_memory}));
}

CUresult compute_survey(Device& device, const Function& function, const CUlaunchConfig& config,
                        unsigned cluster, void** parameters) {
  if (function.entry == "bp_survey_touch") {
    touch(device, parameters);
  } else if (function.entry == "bp_survey_shared_memory") {
    shared_memory(device, config, parameters);
  } else if (function.entry == "bp_survey_residency") {
    residency(device, config, parameters);
  } else if (function.entry == "bp_survey_cluster_launch") {
    cluster_launch(device, config, cluster, parameters);
  } else {
    return CUDA_ERROR_NOT_SUPPORTED;
  }
  return CUDA_SUCCESS;
}

}  // namespace bp::fake
