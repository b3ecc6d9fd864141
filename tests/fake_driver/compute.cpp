#include "tests/fake_driver/compute.h"

#include <algorithm>
#include <cstring>

#include "probes/features/probe.h"
#include "tests/fake_driver/kernels.h"
#include "tests/fake_driver/surveys.h"
#include "tests/fake_driver/tensor_map.h"
#include "tests/fake_driver/trace.h"

namespace bp::fake {
namespace {

constexpr auto hang = std::chrono::seconds(30);

struct Parameters {
  CUdeviceptr in = 0;
  CUdeviceptr out = 0;
  unsigned launch_index = 0;
  const CUtensorMap* map = nullptr;
};

Parameters read_parameters(void** parameters) {
  Parameters p;
  std::memcpy(&p.in, parameters[0], sizeof p.in);
  std::memcpy(&p.out, parameters[1], sizeof p.out);
  std::memcpy(&p.launch_index, parameters[2], sizeof p.launch_index);
  p.map = static_cast<const CUtensorMap*>(parameters[3]);
  return p;
}

/// Cluster dimensions of the launch; {1, 1, 1} where the attribute is not set.
Dim3 cluster_of(const CUlaunchConfig& config) {
  for (unsigned i = 0; i < config.numAttrs; ++i) {
    const auto& attribute = config.attrs[i];
    if (attribute.id == CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION)
      return {attribute.value.clusterDim.x, attribute.value.clusterDim.y,
              attribute.value.clusterDim.z};
  }
  return {};
}

bool is_cooperative(const CUlaunchConfig& config) {
  return std::any_of(
      config.attrs, config.attrs + config.numAttrs, [](const CUlaunchAttribute& attribute) {
        return attribute.id == CU_LAUNCH_ATTRIBUTE_COOPERATIVE && attribute.value.cooperative != 0;
      });
}

bool same(Dim3 a, Dim3 b) { return a.x == b.x && a.y == b.y && a.z == b.z; }

/// The checks that the real driver makes before anything runs.
CUresult check_launch(const Device& device, const Function& function,
                      const CUlaunchConfig& config) {
  const Dim3 cluster = cluster_of(config);
  const unsigned cluster_size = cluster.x * cluster.y * cluster.z;
  const auto threads =
      static_cast<std::int64_t>(config.blockDimX) * config.blockDimY * config.blockDimZ;
  if (threads == 0 || threads > device.attribute("max_threads_per_block", 1024))
    return CUDA_ERROR_INVALID_VALUE;
  if (config.sharedMemBytes > static_cast<unsigned>(function.dynamic_shared_limit))
    return CUDA_ERROR_INVALID_VALUE;
  if (cluster_size == 0) return CUDA_ERROR_INVALID_VALUE;
  if (cluster_size == 1) return CUDA_SUCCESS;
  if (device.gpu.cc.major < 9) return CUDA_ERROR_NOT_SUPPORTED;
  if (cluster_size > (function.non_portable_cluster ? device.gpu.max_cluster : 8u))
    return CUDA_ERROR_INVALID_CLUSTER_SIZE;
  const bool whole = config.gridDimX % cluster.x == 0 && config.gridDimY % cluster.y == 0 &&
                     config.gridDimZ % cluster.z == 0;
  return whole ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

/// A launch with another shape than the probe declares would not compute what the probe says.
bool has_shape(const CUlaunchConfig& config, const LaunchShape& shape) {
  return same({config.gridDimX, config.gridDimY, config.gridDimZ}, shape.grid) &&
         same({config.blockDimX, config.blockDimY, config.blockDimZ}, shape.block) &&
         same(cluster_of(config), shape.cluster) && is_cooperative(config) == shape.cooperative &&
         config.sharedMemBytes == shape.dynamic_shared_bytes;
}

void store_element(std::span<std::uint8_t> out, Element element, std::size_t index, double value) {
  const auto put = [&](auto typed) {
    std::memcpy(out.data() + index * sizeof typed, &typed, sizeof typed);
  };
  switch (element) {
    case Element::u8:
      return put(static_cast<std::uint8_t>(static_cast<std::int64_t>(value)));
    case Element::u32:
      return put(static_cast<std::uint32_t>(static_cast<std::int64_t>(value)));
    case Element::s32:
      return put(static_cast<std::int32_t>(static_cast<std::int64_t>(value)));
    case Element::f32:
      return put(static_cast<float>(value));
    case Element::f64:
      return put(value);
  }
}

std::string behaviour(const Device& device, std::string_view feature) {
  const auto found = device.gpu.behave.find(std::string(feature));
  if (found != device.gpu.behave.end()) return found->second;
  // The kernels of tests/misbehaving do this on a real GPU.
  if (feature == "self_test.gpu_spin") return "spin";
  if (feature == "self_test.illegal_address") return "illegal_address";
  if (feature == "self_test.wrong_value") return "wrong";
  return "compute";
}

/// "deaf": a GPU that answers from the input before the last change, so that the planted fault has
/// no effect.
Bytes deaf_input(Device& device, const InstructionProbe& probe, std::span<const std::uint8_t> in) {
  Bytes& last = device.last_input[std::string(probe.feature)];
  Bytes corrupted = last;
  if (!corrupted.empty()) probe.fault.corrupt(std::span(corrupted));
  if (!corrupted.empty() && std::ranges::equal(corrupted, in)) return last;
  last.assign(in.begin(), in.end());
  return last;
}

CUresult compute_probe(Device& device, const InstructionProbe& probe, const CUlaunchConfig& config,
                       const Parameters& p) {
  const std::string how = behaviour(device, probe.feature);
  if (how == "refused" || !has_shape(config, probe.launch)) return CUDA_ERROR_INVALID_VALUE;
  if (how == "out_of_resources") return CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES;
  const auto in = device.memory.find(p.in, probe.input_bytes);
  const auto out =
      device.memory.find(p.out, probe.outputs * size_of(probe.element) + probe.scratch_bytes);
  const bool map_fits = !probe.tensor_map || describes(*p.map, *probe.tensor_map, p.in);
  if (!in || !out || !map_fits || how == "illegal_address") {
    device.sticky = CUDA_ERROR_ILLEGAL_ADDRESS;
    return CUDA_SUCCESS;
  }
  if (how == "spin") {  // the kernel's own input says for how many milliseconds
    std::uint64_t milliseconds = 0;
    std::memcpy(&milliseconds, in->data(), std::min(in->size(), sizeof milliseconds));
    device.busy_until = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
  }
  if (how == "hang") device.busy_until = std::chrono::steady_clock::now() + hang;
  if (p.launch_index + 1 < probe.launch.launches) return CUDA_SUCCESS;

  const Bytes input =
      how == "deaf" ? deaf_input(device, probe, *in) : Bytes(in->begin(), in->end());
  std::vector<double> values(probe.outputs);
  probe.reference(std::span<const std::uint8_t>(input), std::span<double>(values));
  if (how == "wrong" && !values.empty()) values[values.size() / 2] += 1;
  for (std::size_t i = 0; i < values.size(); ++i) store_element(*out, probe.element, i, values[i]);
  return CUDA_SUCCESS;
}

/// Clocks of each block, from the operations per clock and SM of the machine file.
CUresult compute_rate(Device& device, const InstructionProbe& probe, const CUlaunchConfig& config,
                      const Parameters& p) {
  const auto rate = device.gpu.clocks.find(std::string(probe.feature));
  if (rate == device.gpu.clocks.end() || !has_shape(config, probe.rate->launch))
    return CUDA_ERROR_INVALID_VALUE;
  const auto in = device.memory.find(p.in, probe.rate->input_bytes);
  const auto out = device.memory.find(p.out, std::size_t{8} * config.gridDimX);
  if (!in || !out) {
    device.sticky = CUDA_ERROR_ILLEGAL_ADDRESS;
    return CUDA_SUCCESS;
  }
  const auto clocks = static_cast<std::uint64_t>(
      static_cast<double>(probe.rate->operations_per_block) / rate->second);
  for (unsigned block = 0; block < config.gridDimX; ++block)
    std::memcpy(out->data() + std::size_t{8} * block, &clocks, sizeof clocks);
  return CUDA_SUCCESS;
}

}  // namespace

CUresult compute(Device& device, const Function& function, const CUlaunchConfig& config,
                 void** parameters) {
  trace("launch " + function.entry);
  if (const CUresult refused = check_launch(device, function, config); refused != CUDA_SUCCESS)
    return refused;
  for (const InstructionProbe* probe : probes()) {
    if (probe->entry == function.entry)
      return compute_probe(device, *probe, config, read_parameters(parameters));
    if (probe->rate && probe->rate->entry == function.entry)
      return compute_rate(device, *probe, config, read_parameters(parameters));
  }
  const Dim3 cluster = cluster_of(config);
  const CUresult survey = compute_survey(device, function, config, cluster.x, parameters);
  if (survey != CUDA_ERROR_NOT_SUPPORTED) return survey;
  return compute_kernel(device, function, config, parameters);
}

}  // namespace bp::fake
