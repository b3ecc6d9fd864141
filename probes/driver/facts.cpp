#include "probes/driver/facts.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "probes/driver/problem.h"
#include "probes/registry/reason.h"

namespace bp {
namespace {

enum class Kind : std::uint8_t { number, flag };

struct Row {
  std::string_view key;
  CUdevice_attribute attribute;
  Kind kind;
  /// Set where 0 is no value but "not known" (Thor with R38 answers 0 for its memory clock and bus
  /// width).
  bool zero_is_unknown = false;
};

constexpr auto rows = std::to_array<Row>({
    {"multiprocessor_count", CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT, Kind::number},
    {"warp_size", CU_DEVICE_ATTRIBUTE_WARP_SIZE, Kind::number},
    {"max_threads_per_block", CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK, Kind::number},
    {"max_threads_per_multiprocessor", CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_MULTIPROCESSOR,
     Kind::number},
    {"max_blocks_per_multiprocessor", CU_DEVICE_ATTRIBUTE_MAX_BLOCKS_PER_MULTIPROCESSOR,
     Kind::number},
    {"max_registers_per_block", CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_BLOCK, Kind::number},
    {"max_registers_per_multiprocessor", CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_MULTIPROCESSOR,
     Kind::number},
    {"max_shared_memory_per_block_bytes", CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK,
     Kind::number},
    {"max_shared_memory_per_block_optin_bytes",
     CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN, Kind::number},
    {"max_shared_memory_per_multiprocessor_bytes",
     CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR, Kind::number},
    {"reserved_shared_memory_per_block_bytes", CU_DEVICE_ATTRIBUTE_RESERVED_SHARED_MEMORY_PER_BLOCK,
     Kind::number},
    {"total_constant_memory_bytes", CU_DEVICE_ATTRIBUTE_TOTAL_CONSTANT_MEMORY, Kind::number},
    {"l2_cache_size_bytes", CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE, Kind::number, true},
    {"max_persisting_l2_cache_size_bytes", CU_DEVICE_ATTRIBUTE_MAX_PERSISTING_L2_CACHE_SIZE,
     Kind::number},
    {"max_access_policy_window_size_bytes", CU_DEVICE_ATTRIBUTE_MAX_ACCESS_POLICY_WINDOW_SIZE,
     Kind::number},
    {"global_memory_bus_width_bits", CU_DEVICE_ATTRIBUTE_GLOBAL_MEMORY_BUS_WIDTH, Kind::number,
     true},
    {"memory_clock_rate_khz", CU_DEVICE_ATTRIBUTE_MEMORY_CLOCK_RATE, Kind::number, true},
    {"clock_rate_khz", CU_DEVICE_ATTRIBUTE_CLOCK_RATE, Kind::number, true},
    {"async_engine_count", CU_DEVICE_ATTRIBUTE_ASYNC_ENGINE_COUNT, Kind::number},
    {"mem_sync_domain_count", CU_DEVICE_ATTRIBUTE_MEM_SYNC_DOMAIN_COUNT, Kind::number},
    {"single_to_double_precision_perf_ratio",
     CU_DEVICE_ATTRIBUTE_SINGLE_TO_DOUBLE_PRECISION_PERF_RATIO, Kind::number},
    {"cluster_launch", CU_DEVICE_ATTRIBUTE_CLUSTER_LAUNCH, Kind::flag},
    {"tensor_map_access_supported", CU_DEVICE_ATTRIBUTE_TENSOR_MAP_ACCESS_SUPPORTED, Kind::flag},
    {"cooperative_launch", CU_DEVICE_ATTRIBUTE_COOPERATIVE_LAUNCH, Kind::flag},
    {"concurrent_kernels", CU_DEVICE_ATTRIBUTE_CONCURRENT_KERNELS, Kind::flag},
    {"compute_preemption_supported", CU_DEVICE_ATTRIBUTE_COMPUTE_PREEMPTION_SUPPORTED, Kind::flag},
    {"kernel_exec_timeout", CU_DEVICE_ATTRIBUTE_KERNEL_EXEC_TIMEOUT, Kind::flag},
    {"ecc_enabled", CU_DEVICE_ATTRIBUTE_ECC_ENABLED, Kind::flag},
    {"integrated", CU_DEVICE_ATTRIBUTE_INTEGRATED, Kind::flag},
    {"unified_addressing", CU_DEVICE_ATTRIBUTE_UNIFIED_ADDRESSING, Kind::flag},
    {"managed_memory", CU_DEVICE_ATTRIBUTE_MANAGED_MEMORY, Kind::flag},
    {"concurrent_managed_access", CU_DEVICE_ATTRIBUTE_CONCURRENT_MANAGED_ACCESS, Kind::flag},
    {"pageable_memory_access", CU_DEVICE_ATTRIBUTE_PAGEABLE_MEMORY_ACCESS, Kind::flag},
    {"pageable_memory_access_uses_host_page_tables",
     CU_DEVICE_ATTRIBUTE_PAGEABLE_MEMORY_ACCESS_USES_HOST_PAGE_TABLES, Kind::flag},
    {"host_native_atomic_supported", CU_DEVICE_ATTRIBUTE_HOST_NATIVE_ATOMIC_SUPPORTED, Kind::flag},
    {"can_map_host_memory", CU_DEVICE_ATTRIBUTE_CAN_MAP_HOST_MEMORY, Kind::flag},
    {"host_register_supported", CU_DEVICE_ATTRIBUTE_HOST_REGISTER_SUPPORTED, Kind::flag},
    {"memory_pools_supported", CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED, Kind::flag},
    {"vmm_supported", CU_DEVICE_ATTRIBUTE_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED, Kind::flag},
    {"gpu_direct_rdma_supported", CU_DEVICE_ATTRIBUTE_GPU_DIRECT_RDMA_SUPPORTED, Kind::flag},
    // The numbers of cuda.h 12.1 and later, so that an older header builds too: MULTICAST_SUPPORTED
    // (NVLink SHARP, not TMA multicast), MPS_ENABLED.
    {"nvlink_multicast_supported", static_cast<CUdevice_attribute>(132), Kind::flag},
    {"mps_enabled", static_cast<CUdevice_attribute>(133), Kind::flag},
    {"tcc_driver", CU_DEVICE_ATTRIBUTE_TCC_DRIVER, Kind::flag},
});

Fact absent(std::string key, std::string why) {
  return {.key = std::move(key), .value = {}, .by = "driver", .absent = std::move(why)};
}

Fact present(std::string key, FactValue value) {
  return {.key = std::move(key), .value = std::move(value), .by = "driver", .absent = {}};
}

Fact read(const Driver& driver, CUdevice device, const Row& row) {
  int value = 0;
  const auto result = driver.api.DeviceGetAttribute(&value, row.attribute, device);
  if (result != CUDA_SUCCESS) {
    return absent(std::string(row.key), "this driver does not know the attribute (" +
                                            error_name(driver.api, result) + ")");
  }
  if (row.zero_is_unknown && value == 0)
    return absent(std::string(row.key), "the driver answers 0");
  if (row.kind == Kind::flag) return present(std::string(row.key), value != 0);
  return present(std::string(row.key), std::int64_t{value});
}

Fact compute_mode(const Driver& driver, CUdevice device) {
  int mode = 0;
  const auto result =
      driver.api.DeviceGetAttribute(&mode, CU_DEVICE_ATTRIBUTE_COMPUTE_MODE, device);
  if (result != CUDA_SUCCESS) return absent("compute_mode", error_name(driver.api, result));
  switch (mode) {
    case CU_COMPUTEMODE_DEFAULT:
      return present("compute_mode", std::string("default"));
    case CU_COMPUTEMODE_PROHIBITED:
      return present("compute_mode", std::string("prohibited"));
    case CU_COMPUTEMODE_EXCLUSIVE_PROCESS:
      return present("compute_mode", std::string("exclusive_process"));
    default:
      return absent("compute_mode", "the driver answers " + std::to_string(mode));
  }
}

Fact total_memory(const Driver& driver, CUdevice device) {
  std::size_t bytes = 0;
  const auto result = driver.api.DeviceTotalMem(&bytes, device);
  if (result != CUDA_SUCCESS)
    return absent("total_global_mem_bytes", error_name(driver.api, result));
  return present("total_global_mem_bytes", static_cast<std::int64_t>(bytes));
}

/// "GPU-5a2b...-...": as nvidia-smi prints it. MIG slices carry the profile in their name.
std::string uuid_text(const CUuuid& uuid, bool mig) {
  std::string text = mig ? "MIG" : "GPU";
  for (std::size_t i = 0; i < sizeof uuid.bytes; ++i) {
    if (i == 0 || i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    std::array<char, 3> hex{};
    std::snprintf(hex.data(), hex.size(), "%02x",
                  static_cast<unsigned>(static_cast<unsigned char>(uuid.bytes[i])));
    text += hex.data();
  }
  return text;
}

}  // namespace

GpuFacts device_facts(const Driver& driver, int ordinal) {
  GpuFacts gpu;
  gpu.index = ordinal;
  CUdevice device = 0;
  if (const auto result = driver.api.DeviceGet(&device, ordinal); result != CUDA_SUCCESS) {
    gpu.problem = init_problem(driver, result);
    return gpu;
  }
  std::array<char, 256> name{};
  if (driver.api.DeviceGetName(name.data(), static_cast<int>(name.size()) - 1, device) ==
      CUDA_SUCCESS) {
    gpu.name = name.data();
  }
  const auto major = driver.api.DeviceGetAttribute(
      &gpu.cc.major, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, device);
  const auto minor = driver.api.DeviceGetAttribute(
      &gpu.cc.minor, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, device);
  if (major != CUDA_SUCCESS || minor != CUDA_SUCCESS) {
    gpu.cc = {};  // a half of it would be another GPU's
    gpu.problem = make_reason("driver_error", "no compute capability");
  }
  const bool mig = gpu.name.find(" MIG ") != std::string::npos;
  CUuuid uuid{};
  if (driver.api.DeviceGetUuid != nullptr &&
      driver.api.DeviceGetUuid(&uuid, device) == CUDA_SUCCESS) {
    gpu.uuid = uuid_text(uuid, mig);
  }
  std::array<char, 32> pci{};
  if (driver.api.DeviceGetPCIBusId != nullptr &&
      driver.api.DeviceGetPCIBusId(pci.data(), static_cast<int>(pci.size()) - 1, device) ==
          CUDA_SUCCESS) {
    gpu.pci = pci.data();
  }
  gpu.facts.push_back(total_memory(driver, device));
  for (const auto& row : rows) gpu.facts.push_back(read(driver, device, row));
  gpu.facts.push_back(compute_mode(driver, device));
  gpu.facts.push_back(present("mig_slice", mig));
  const auto* mode = std::get_if<std::string>(&find_fact(gpu.facts, "compute_mode")->value);
  if (!gpu.problem && mode != nullptr && *mode == "prohibited")
    gpu.problem = make_reason("prohibited");
  return gpu;
}

std::optional<CudaVersion> cuda_version(const Driver& driver) {
  int version = 0;
  if (driver.api.DriverGetVersion(&version) != CUDA_SUCCESS || version < 1000) return std::nullopt;
  return CudaVersion{version / 1000, version % 1000 / 10};
}

std::optional<PtxVersion> ptx_of_cuda(CudaVersion version) {
  struct Release {
    CudaVersion cuda;
    PtxVersion ptx;
  };
  constexpr auto releases = std::to_array<Release>({
      {{11, 8}, {7, 8}},
      {{12, 0}, {8, 0}},
      {{12, 1}, {8, 1}},
      {{12, 2}, {8, 2}},
      {{12, 3}, {8, 3}},
      {{12, 4}, {8, 4}},
      {{12, 5}, {8, 5}},
      {{12, 7}, {8, 6}},
      {{12, 8}, {8, 7}},
      {{12, 9}, {8, 8}},
      {{13, 0}, {9, 0}},
      {{13, 1}, {9, 1}},
  });
  std::optional<PtxVersion> newest;
  for (const auto& release : releases) {
    if (release.cuda <= version) newest = release.ptx;
  }
  return newest;
}

}  // namespace bp
