#include "probes/driver/gpu.h"

#include <algorithm>
#include <array>
#include <thread>

#include "probes/driver/link.h"
#include "probes/driver/problem.h"
#include "probes/registry/reason.h"

namespace bp {
namespace {

constexpr auto download_limit = std::chrono::seconds(60);

int read_attribute(const Driver& driver, CUdevice device, CUdevice_attribute attribute) {
  int value = 0;
  const auto result = driver.api.DeviceGetAttribute(&value, attribute, device);
  if (result != CUDA_SUCCESS) throw Unusable(context_problem(driver, device, result));
  return value;
}

}  // namespace

DriverError::DriverError(CUresult result, std::string error, const std::string& what_failed)
    : std::runtime_error(what_failed + ": " + error), code(result), name(std::move(error)) {}

bool DriverError::sticky() const { return is_sticky(code); }

Gpu::Gpu(const Driver& driver, int ordinal) : driver_(driver) {
  if (const auto result = api().DeviceGet(&device_, ordinal); result != CUDA_SUCCESS) {
    throw Unusable(init_problem(driver, result));
  }
  cc_ = {read_attribute(driver, device_, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR),
         read_attribute(driver, device_, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR)};
  if (const auto result = api().DevicePrimaryCtxRetain(&context_, device_);
      result != CUDA_SUCCESS) {
    throw Unusable(context_problem(driver, device_, result));
  }
  auto result = api().CtxSetCurrent(context_);
  if (result == CUDA_SUCCESS) result = api().StreamCreate(&stream_, CU_STREAM_NON_BLOCKING);
  if (result != CUDA_SUCCESS) {
    api().DevicePrimaryCtxRelease(device_);
    throw Unusable(context_problem(driver, device_, result));
  }
}

Gpu::~Gpu() {
  if (lost()) return;
  api().CtxSetCurrent(context_);
  api().StreamDestroy(stream_);
  api().DevicePrimaryCtxRelease(device_);
}

int Gpu::attribute(CUdevice_attribute attribute) const {
  int value = 0;
  check(api().DeviceGetAttribute(&value, attribute, device_), "cuDeviceGetAttribute");
  return value;
}

void Gpu::bind() const { check(api().CtxSetCurrent(context_), "cuCtxSetCurrent"); }

void Gpu::check(CUresult result, const char* call) const {
  if (result == CUDA_SUCCESS) return;
  if (is_sticky(result)) lost_ = true;
  throw DriverError(result, error_name(api(), result), call);
}

// Not cuStreamSynchronize: a kernel that never ends would take this thread with it.
void Gpu::wait(std::chrono::milliseconds limit) const {
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  auto pause = std::chrono::microseconds(50);
  while (true) {
    const auto result = api().StreamQuery(stream_);
    if (result == CUDA_SUCCESS) return;
    if (result != CUDA_ERROR_NOT_READY) check(result, "cuStreamQuery");
    const auto waited = Clock::now() - begin;
    if (waited > limit) {
      lost_ = true;
      throw LaunchTimeout("the GPU did not finish within " + std::to_string(limit.count()) + " ms");
    }
    if (waited < std::chrono::microseconds(300)) continue;  // most probes end here
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::microseconds(1000));
  }
}

DeviceBuffer::DeviceBuffer(const Gpu& gpu, std::size_t bytes) : gpu_(gpu), size_(bytes) {
  gpu_.check(gpu_.api().MemAlloc(&address_, std::max<std::size_t>(bytes, 1)), "cuMemAlloc");
}

DeviceBuffer::~DeviceBuffer() {
  if (!gpu_.lost()) gpu_.api().MemFree(address_);
}

void DeviceBuffer::fill(std::uint8_t value) {
  if (size_ == 0) return;
  gpu_.check(gpu_.api().MemsetD8Async(address_, value, size_, gpu_.stream()), "cuMemsetD8Async");
}

void DeviceBuffer::upload(std::span<const std::uint8_t> bytes, std::size_t offset) {
  if (offset > size_ || bytes.size() > size_ - offset)
    throw std::out_of_range("upload beyond the buffer");
  if (bytes.empty()) return;
  gpu_.check(
      gpu_.api().MemcpyHtoDAsync(address_ + offset, bytes.data(), bytes.size(), gpu_.stream()),
      "cuMemcpyHtoDAsync");
}

void DeviceBuffer::download(std::span<std::uint8_t> bytes, std::size_t offset) const {
  if (offset > size_ || bytes.size() > size_ - offset)
    throw std::out_of_range("download beyond the buffer");
  if (bytes.empty()) return;
  // A copy to pageable memory waits inside the driver: let the stream run dry under our clock
  // first.
  gpu_.wait(download_limit);
  gpu_.check(
      gpu_.api().MemcpyDtoHAsync(bytes.data(), address_ + offset, bytes.size(), gpu_.stream()),
      "cuMemcpyDtoHAsync");
  gpu_.wait(download_limit);
}

Module::Module(const Gpu& gpu, std::span<const std::uint8_t> image) : gpu_(gpu) {
  const auto result = gpu_.api().ModuleLoadData(&module_, image.data());
  if (result == CUDA_SUCCESS) return;
  try {
    gpu_.check(result, "cuModuleLoadData");
  } catch (DriverError& error) {
    // cuModuleLoadData gives no log: for text, the same assembler is asked again where it does.
    const std::string_view text(reinterpret_cast<const char*>(image.data()), image.size());
    if (!error.sticky() &&
        text.substr(0, text.find('\0')).find(".version") != std::string_view::npos) {
      error.log = link(gpu_, text.substr(0, text.find('\0')), std::nullopt).log;
    }
    throw;
  }
}

Module::~Module() {
  if (!gpu_.lost()) gpu_.api().ModuleUnload(module_);
}

CUfunction Module::function(const char* name) const {
  CUfunction function = nullptr;
  gpu_.check(gpu_.api().ModuleGetFunction(&function, module_, name), "cuModuleGetFunction");
  return function;
}

void launch(const Gpu& gpu, CUfunction function, const LaunchShape& shape, void** parameters,
            unsigned launch_index) {
  const auto& api = gpu.api();
  if (shape.dynamic_shared_bytes > 0) {
    gpu.check(api.FuncSetAttribute(function, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES,
                                   static_cast<int>(shape.dynamic_shared_bytes)),
              "cuFuncSetAttribute");
  }
  const auto& cluster = shape.cluster;
  const unsigned cluster_size = cluster.x * cluster.y * cluster.z;
  if (cluster_size > 8) {  // the portable limit, CUDA Programming Guide, "Thread Block Clusters"
    gpu.check(
        api.FuncSetAttribute(function, CU_FUNC_ATTRIBUTE_NON_PORTABLE_CLUSTER_SIZE_ALLOWED, 1),
        "cuFuncSetAttribute");
  }
  std::array<CUlaunchAttribute, 3> attributes{};
  unsigned count = 0;
  if (cluster_size > 1 || shape.set_cluster) {
    auto& attribute = attributes[count++];
    attribute.id = CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION;
    attribute.value.clusterDim.x = cluster.x;
    attribute.value.clusterDim.y = cluster.y;
    attribute.value.clusterDim.z = cluster.z;
  }
  if (shape.programmatic_dependent && launch_index > 0) {
    auto& attribute = attributes[count++];
    attribute.id = CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION;
    attribute.value.programmaticStreamSerializationAllowed = 1;
  }
  if (shape.cooperative) {
    auto& attribute = attributes[count++];
    attribute.id = CU_LAUNCH_ATTRIBUTE_COOPERATIVE;
    attribute.value.cooperative = 1;
  }
  CUlaunchConfig config{};
  config.gridDimX = shape.grid.x;
  config.gridDimY = shape.grid.y;
  config.gridDimZ = shape.grid.z;
  config.blockDimX = shape.block.x;
  config.blockDimY = shape.block.y;
  config.blockDimZ = shape.block.z;
  config.sharedMemBytes = shape.dynamic_shared_bytes;
  config.hStream = gpu.stream();
  config.attrs = attributes.data();
  config.numAttrs = count;
  gpu.check(api.LaunchKernelEx(&config, function, parameters, nullptr), "cuLaunchKernelEx");
}

}  // namespace bp
