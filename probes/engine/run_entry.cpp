#include "probes/engine/run_entry.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "probes/features/host.h"
#include "probes/registry/reason.h"

namespace bp {
namespace {

constexpr std::uint8_t poison = 0xa5;

CUtensorMapDataType type_of(TensorMap::Type type) {
  switch (type) {
    case TensorMap::Type::u8:
      return CU_TENSOR_MAP_DATA_TYPE_UINT8;
    case TensorMap::Type::u16:
      return CU_TENSOR_MAP_DATA_TYPE_UINT16;
    case TensorMap::Type::u32:
      return CU_TENSOR_MAP_DATA_TYPE_UINT32;
    case TensorMap::Type::f16:
      return CU_TENSOR_MAP_DATA_TYPE_FLOAT16;
    case TensorMap::Type::bf16:
      return CU_TENSOR_MAP_DATA_TYPE_BFLOAT16;
    case TensorMap::Type::f32:
      return CU_TENSOR_MAP_DATA_TYPE_FLOAT32;
  }
  return CU_TENSOR_MAP_DATA_TYPE_UINT8;
}

CUtensorMapSwizzle swizzle_of(TensorMap::Swizzle swizzle) {
  switch (swizzle) {
    case TensorMap::Swizzle::none:
      return CU_TENSOR_MAP_SWIZZLE_NONE;
    case TensorMap::Swizzle::b32:
      return CU_TENSOR_MAP_SWIZZLE_32B;
    case TensorMap::Swizzle::b64:
      return CU_TENSOR_MAP_SWIZZLE_64B;
    case TensorMap::Swizzle::b128:
      return CU_TENSOR_MAP_SWIZZLE_128B;
  }
  return CU_TENSOR_MAP_SWIZZLE_NONE;
}

CUtensorMap encode(const Gpu& gpu, const TensorMap& map, CUdeviceptr in) {
  const char* name = map.im2col ? "cuTensorMapEncodeIm2col" : "cuTensorMapEncodeTiled";
  if (map.im2col ? gpu.api().TensorMapEncodeIm2col == nullptr
                 : gpu.api().TensorMapEncodeTiled == nullptr) {
    throw Unlaunchable(make_reason("old_libcuda", name));
  }
  CUtensorMap parameter{};
  auto* address = reinterpret_cast<void*>(in + map.offset);
  const std::array<cuuint32_t, 5> element_strides{1, 1, 1, 1, 1};
  std::array<cuuint64_t, 5> dims{};
  std::array<cuuint64_t, 4> strides{};
  std::array<cuuint32_t, 5> box{};
  std::ranges::copy(map.dims, dims.begin());
  std::ranges::copy(map.strides, strides.begin());
  std::ranges::copy(map.box, box.begin());
  const auto result = map.im2col
                          ? gpu.api().TensorMapEncodeIm2col(
                                &parameter, type_of(map.type), map.rank, address, dims.data(),
                                strides.data(), map.im2col->lower.data(), map.im2col->upper.data(),
                                map.im2col->channels, map.im2col->pixels, element_strides.data(),
                                CU_TENSOR_MAP_INTERLEAVE_NONE, swizzle_of(map.swizzle),
                                CU_TENSOR_MAP_L2_PROMOTION_NONE, CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE)
                          : gpu.api().TensorMapEncodeTiled(
                                &parameter, type_of(map.type), map.rank, address, dims.data(),
                                strides.data(), box.data(), element_strides.data(),
                                CU_TENSOR_MAP_INTERLEAVE_NONE, swizzle_of(map.swizzle),
                                CU_TENSOR_MAP_L2_PROMOTION_NONE, CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE);
  gpu.check(result, name);
  return parameter;
}

Reason launch_reason(const DriverError& error, const LaunchShape& shape) {
  const bool resources =
      error.code == CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES || error.code == CUDA_ERROR_OUT_OF_MEMORY ||
      error.code == CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE ||
      error.code == CUDA_ERROR_INVALID_CLUSTER_SIZE ||
      (error.code == CUDA_ERROR_INVALID_VALUE && shape.dynamic_shared_bytes > 48 * 1024);
  return make_reason(resources ? "too_many_resources" : "launch_refused", error.name);
}

/// All launches of a shape with the entry's one signature (probes/features/device.cuh).
void launch_all(const Gpu& gpu, CUfunction function, const LaunchShape& shape, CUdeviceptr in,
                CUdeviceptr out, CUtensorMap& map) {
  for (unsigned index = 0; index < shape.launches; ++index) {
    std::array<void*, 4> parameters{&in, &out, &index, &map};
    try {
      launch(gpu, function, shape, parameters.data(), index);
    } catch (const DriverError& error) {
      if (error.sticky()) throw;
      throw Unlaunchable(launch_reason(error, shape));
    }
  }
}

CUfunction entry_of(const Module& module, std::string_view name) {
  try {
    return module.function(std::string(name).c_str());
  } catch (const DriverError& error) {
    if (error.sticky()) throw;
    throw Unlaunchable(make_reason("entry_missing", name));
  }
}

double element_at(std::span<const std::uint8_t> bytes, Element element, std::size_t index) {
  switch (element) {
    case Element::u8:
      return load<std::uint8_t>(bytes, index);
    case Element::u32:
      return load<std::uint32_t>(bytes, index);
    case Element::s32:
      return load<std::int32_t>(bytes, index);
    case Element::f32:
      return static_cast<double>(load<float>(bytes, index));
    case Element::f64:
      return load<double>(bytes, index);
  }
  return 0;
}

std::size_t output_bytes(const InstructionProbe& probe) {
  return probe.outputs * size_of(probe.element);
}

}  // namespace

EntryRunner::EntryRunner(const Gpu& gpu, const Module& module, const InstructionProbe& probe,
                         std::chrono::milliseconds timeout)
    : gpu_(gpu),
      probe_(probe),
      timeout_(timeout),
      function_(entry_of(module, probe.entry)),
      in_(gpu, probe.input_bytes),
      out_(gpu, output_bytes(probe) + probe.scratch_bytes) {}

std::vector<double> EntryRunner::run(std::span<const std::uint8_t> in) {
  std::vector<std::uint8_t> start(out_.size(), poison);
  std::fill(start.begin() + static_cast<std::ptrdiff_t>(output_bytes(probe_)), start.end(),
            std::uint8_t{0});
  in_.upload(in);
  out_.upload(start);
  CUtensorMap map{};
  if (probe_.tensor_map) map = encode(gpu_, *probe_.tensor_map, in_.address());
  launch_all(gpu_, function_, probe_.launch, in_.address(), out_.address(), map);
  gpu_.wait(timeout_);
  std::vector<std::uint8_t> bytes(output_bytes(probe_));
  out_.download(bytes);
  std::vector<double> values(probe_.outputs);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = element_at(bytes, probe_.element, i);
  return values;
}

std::vector<std::uint64_t> run_rate(const Gpu& gpu, const Module& module,
                                    const InstructionProbe& probe, std::uint64_t seed,
                                    std::chrono::milliseconds timeout, int rounds) {
  if (!probe.rate) return {};
  const auto& rate = *probe.rate;
  const std::size_t blocks =
      std::size_t{rate.launch.grid.x} * rate.launch.grid.y * rate.launch.grid.z;
  const auto function = entry_of(module, rate.entry);
  std::vector<std::uint8_t> input(rate.input_bytes);
  probe.random(std::span<std::uint8_t>(input), seed);
  DeviceBuffer in(gpu, input.size());
  // The loop may keep its results alive in the probe's own output area behind the clocks.
  DeviceBuffer out(
      gpu, std::max(blocks * sizeof(std::uint64_t), output_bytes(probe) + probe.scratch_bytes));
  in.upload(input);
  out.fill(0);
  CUtensorMap map{};
  std::vector<std::uint64_t> best;
  // The first launch fills the instruction cache and wakes the clocks; the fastest of the rest is
  // disturbed least.
  for (int round = 0; round < rounds; ++round) {
    launch_all(gpu, function, rate.launch, in.address(), out.address(), map);
    gpu.wait(timeout);
    std::vector<std::uint8_t> bytes(blocks * sizeof(std::uint64_t));
    out.download(bytes);
    std::vector<std::uint64_t> clocks(blocks);
    for (std::size_t i = 0; i < blocks; ++i) clocks[i] = load<std::uint64_t>(bytes, i);
    if (best.empty() || std::ranges::max(clocks) < std::ranges::max(best)) best = std::move(clocks);
  }
  return best;
}

}  // namespace bp
