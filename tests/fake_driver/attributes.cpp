#include "tests/fake_driver/attributes.h"

#include <algorithm>
#include <array>

namespace bp::fake {
namespace {

struct AttributeRow {
  CUdevice_attribute attribute;
  std::string_view
      key;  // the name in cuda.h, lower case, without CU_DEVICE_ATTRIBUTE_; unit as the driver's
};

constexpr auto attribute_rows = std::to_array<AttributeRow>({
    {CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK, "max_threads_per_block"},
    {CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_X, "max_block_dim_x"},
    {CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Y, "max_block_dim_y"},
    {CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Z, "max_block_dim_z"},
    {CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_X, "max_grid_dim_x"},
    {CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Y, "max_grid_dim_y"},
    {CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Z, "max_grid_dim_z"},
    {CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK, "max_shared_memory_per_block"},
    {CU_DEVICE_ATTRIBUTE_TOTAL_CONSTANT_MEMORY, "total_constant_memory"},
    {CU_DEVICE_ATTRIBUTE_WARP_SIZE, "warp_size"},
    {CU_DEVICE_ATTRIBUTE_MAX_PITCH, "max_pitch"},
    {CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_BLOCK, "max_registers_per_block"},
    {CU_DEVICE_ATTRIBUTE_CLOCK_RATE, "clock_rate"},
    {CU_DEVICE_ATTRIBUTE_TEXTURE_ALIGNMENT, "texture_alignment"},
    {CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT, "multiprocessor_count"},
    {CU_DEVICE_ATTRIBUTE_KERNEL_EXEC_TIMEOUT, "kernel_exec_timeout"},
    {CU_DEVICE_ATTRIBUTE_INTEGRATED, "integrated"},
    {CU_DEVICE_ATTRIBUTE_CAN_MAP_HOST_MEMORY, "can_map_host_memory"},
    {CU_DEVICE_ATTRIBUTE_COMPUTE_MODE, "compute_mode"},
    {CU_DEVICE_ATTRIBUTE_CONCURRENT_KERNELS, "concurrent_kernels"},
    {CU_DEVICE_ATTRIBUTE_ECC_ENABLED, "ecc_enabled"},
    {CU_DEVICE_ATTRIBUTE_PCI_BUS_ID, "pci_bus_id"},
    {CU_DEVICE_ATTRIBUTE_PCI_DEVICE_ID, "pci_device_id"},
    {CU_DEVICE_ATTRIBUTE_PCI_DOMAIN_ID, "pci_domain_id"},
    {CU_DEVICE_ATTRIBUTE_TCC_DRIVER, "tcc_driver"},
    {CU_DEVICE_ATTRIBUTE_MEMORY_CLOCK_RATE, "memory_clock_rate"},
    {CU_DEVICE_ATTRIBUTE_GLOBAL_MEMORY_BUS_WIDTH, "global_memory_bus_width"},
    {CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE, "l2_cache_size"},
    {CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_MULTIPROCESSOR, "max_threads_per_multiprocessor"},
    {CU_DEVICE_ATTRIBUTE_ASYNC_ENGINE_COUNT, "async_engine_count"},
    {CU_DEVICE_ATTRIBUTE_UNIFIED_ADDRESSING, "unified_addressing"},
    {CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, "compute_capability_major"},
    {CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, "compute_capability_minor"},
    {CU_DEVICE_ATTRIBUTE_STREAM_PRIORITIES_SUPPORTED, "stream_priorities_supported"},
    {CU_DEVICE_ATTRIBUTE_GLOBAL_L1_CACHE_SUPPORTED, "global_l1_cache_supported"},
    {CU_DEVICE_ATTRIBUTE_LOCAL_L1_CACHE_SUPPORTED, "local_l1_cache_supported"},
    {CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR,
     "max_shared_memory_per_multiprocessor"},
    {CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_MULTIPROCESSOR, "max_registers_per_multiprocessor"},
    {CU_DEVICE_ATTRIBUTE_MANAGED_MEMORY, "managed_memory"},
    {CU_DEVICE_ATTRIBUTE_MULTI_GPU_BOARD, "multi_gpu_board"},
    {CU_DEVICE_ATTRIBUTE_HOST_NATIVE_ATOMIC_SUPPORTED, "host_native_atomic_supported"},
    {CU_DEVICE_ATTRIBUTE_SINGLE_TO_DOUBLE_PRECISION_PERF_RATIO,
     "single_to_double_precision_perf_ratio"},
    {CU_DEVICE_ATTRIBUTE_PAGEABLE_MEMORY_ACCESS, "pageable_memory_access"},
    {CU_DEVICE_ATTRIBUTE_CONCURRENT_MANAGED_ACCESS, "concurrent_managed_access"},
    {CU_DEVICE_ATTRIBUTE_COMPUTE_PREEMPTION_SUPPORTED, "compute_preemption_supported"},
    {CU_DEVICE_ATTRIBUTE_COOPERATIVE_LAUNCH, "cooperative_launch"},
    {CU_DEVICE_ATTRIBUTE_COOPERATIVE_MULTI_DEVICE_LAUNCH, "cooperative_multi_device_launch"},
    {CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN, "max_shared_memory_per_block_optin"},
    {CU_DEVICE_ATTRIBUTE_CAN_FLUSH_REMOTE_WRITES, "can_flush_remote_writes"},
    {CU_DEVICE_ATTRIBUTE_HOST_REGISTER_SUPPORTED, "host_register_supported"},
    {CU_DEVICE_ATTRIBUTE_PAGEABLE_MEMORY_ACCESS_USES_HOST_PAGE_TABLES,
     "pageable_memory_access_uses_host_page_tables"},
    {CU_DEVICE_ATTRIBUTE_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED,
     "virtual_memory_management_supported"},
    {CU_DEVICE_ATTRIBUTE_MAX_BLOCKS_PER_MULTIPROCESSOR, "max_blocks_per_multiprocessor"},
    {CU_DEVICE_ATTRIBUTE_MAX_PERSISTING_L2_CACHE_SIZE, "max_persisting_l2_cache_size"},
    {CU_DEVICE_ATTRIBUTE_RESERVED_SHARED_MEMORY_PER_BLOCK, "reserved_shared_memory_per_block"},
    {CU_DEVICE_ATTRIBUTE_SPARSE_CUDA_ARRAY_SUPPORTED, "sparse_cuda_array_supported"},
    {CU_DEVICE_ATTRIBUTE_READ_ONLY_HOST_REGISTER_SUPPORTED, "read_only_host_register_supported"},
    {CU_DEVICE_ATTRIBUTE_TIMELINE_SEMAPHORE_INTEROP_SUPPORTED,
     "timeline_semaphore_interop_supported"},
    {CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED, "memory_pools_supported"},
    {CU_DEVICE_ATTRIBUTE_GPU_DIRECT_RDMA_SUPPORTED, "gpu_direct_rdma_supported"},
    {CU_DEVICE_ATTRIBUTE_GPU_DIRECT_RDMA_FLUSH_WRITES_OPTIONS,
     "gpu_direct_rdma_flush_writes_options"},
    {CU_DEVICE_ATTRIBUTE_GPU_DIRECT_RDMA_WRITES_ORDERING, "gpu_direct_rdma_writes_ordering"},
    {CU_DEVICE_ATTRIBUTE_MEMPOOL_SUPPORTED_HANDLE_TYPES, "mempool_supported_handle_types"},
    {CU_DEVICE_ATTRIBUTE_CLUSTER_LAUNCH, "cluster_launch"},
    {CU_DEVICE_ATTRIBUTE_DEFERRED_MAPPING_CUDA_ARRAY_SUPPORTED,
     "deferred_mapping_cuda_array_supported"},
    {CU_DEVICE_ATTRIBUTE_IPC_EVENT_SUPPORTED, "ipc_event_supported"},
    {CU_DEVICE_ATTRIBUTE_MEM_SYNC_DOMAIN_COUNT, "mem_sync_domain_count"},
    {CU_DEVICE_ATTRIBUTE_TENSOR_MAP_ACCESS_SUPPORTED, "tensor_map_access_supported"},
    {CU_DEVICE_ATTRIBUTE_UNIFIED_FUNCTION_POINTERS, "unified_function_pointers"},
    {CU_DEVICE_ATTRIBUTE_MULTICAST_SUPPORTED, "multicast_supported"},
    {CU_DEVICE_ATTRIBUTE_MPS_ENABLED, "mps_enabled"},
});

struct ErrorRow {
  CUresult code;
  const char* name;
  const char* text;  // the driver's own words (cuda.h and public logs)
};

constexpr auto error_rows = std::to_array<ErrorRow>({
    {CUDA_SUCCESS, "CUDA_SUCCESS", "no error"},
    {CUDA_ERROR_INVALID_VALUE, "CUDA_ERROR_INVALID_VALUE", "invalid argument"},
    {CUDA_ERROR_OUT_OF_MEMORY, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory"},
    {CUDA_ERROR_NOT_INITIALIZED, "CUDA_ERROR_NOT_INITIALIZED", "initialization error"},
    {CUDA_ERROR_STUB_LIBRARY, "CUDA_ERROR_STUB_LIBRARY", "CUDA driver is a stub library"},
    {CUDA_ERROR_DEVICE_UNAVAILABLE, "CUDA_ERROR_DEVICE_UNAVAILABLE",
     "CUDA-capable device(s) is/are busy or unavailable"},
    {CUDA_ERROR_NO_DEVICE, "CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected"},
    {CUDA_ERROR_INVALID_DEVICE, "CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal"},
    {CUDA_ERROR_INVALID_IMAGE, "CUDA_ERROR_INVALID_IMAGE", "device kernel image is invalid"},
    {CUDA_ERROR_INVALID_CONTEXT, "CUDA_ERROR_INVALID_CONTEXT", "invalid device context"},
    {CUDA_ERROR_NO_BINARY_FOR_GPU, "CUDA_ERROR_NO_BINARY_FOR_GPU",
     "no kernel image is available for execution on the device"},
    {CUDA_ERROR_ECC_UNCORRECTABLE, "CUDA_ERROR_ECC_UNCORRECTABLE",
     "uncorrectable ECC error encountered"},
    {CUDA_ERROR_INVALID_PTX, "CUDA_ERROR_INVALID_PTX", "a PTX JIT compilation failed"},
    {CUDA_ERROR_JIT_COMPILER_NOT_FOUND, "CUDA_ERROR_JIT_COMPILER_NOT_FOUND",
     "PTX JIT compiler library not found"},
    {CUDA_ERROR_UNSUPPORTED_PTX_VERSION, "CUDA_ERROR_UNSUPPORTED_PTX_VERSION",
     "the provided PTX was compiled with an unsupported toolchain."},
    {CUDA_ERROR_OPERATING_SYSTEM, "CUDA_ERROR_OPERATING_SYSTEM",
     "OS call failed or operation not supported on this OS"},
    {CUDA_ERROR_INVALID_HANDLE, "CUDA_ERROR_INVALID_HANDLE", "invalid resource handle"},
    {CUDA_ERROR_NOT_FOUND, "CUDA_ERROR_NOT_FOUND", "named symbol not found"},
    {CUDA_ERROR_NOT_READY, "CUDA_ERROR_NOT_READY", "device not ready"},
    {CUDA_ERROR_ILLEGAL_ADDRESS, "CUDA_ERROR_ILLEGAL_ADDRESS",
     "an illegal memory access was encountered"},
    {CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES, "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES",
     "too many resources requested for launch"},
    {CUDA_ERROR_LAUNCH_FAILED, "CUDA_ERROR_LAUNCH_FAILED", "unspecified launch failure"},
    {CUDA_ERROR_NOT_SUPPORTED, "CUDA_ERROR_NOT_SUPPORTED", "operation not supported"},
    {CUDA_ERROR_SYSTEM_NOT_READY, "CUDA_ERROR_SYSTEM_NOT_READY", "system not yet initialized"},
    {CUDA_ERROR_SYSTEM_DRIVER_MISMATCH, "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH",
     "system has unsupported display driver / cuda driver combination"},
    {CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE, "CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE",
     "forward compatibility was attempted on non supported HW"},
    {CUDA_ERROR_MPS_CONNECTION_FAILED, "CUDA_ERROR_MPS_CONNECTION_FAILED",
     "MPS client failed to connect to the MPS control daemon or the MPS server"},
    {CUDA_ERROR_INVALID_CLUSTER_SIZE, "CUDA_ERROR_INVALID_CLUSTER_SIZE", "invalid cluster size"},
    {CUDA_ERROR_UNKNOWN, "CUDA_ERROR_UNKNOWN", "unknown error"},
});

const ErrorRow* find_error(CUresult result) {
  const auto row = std::ranges::find(error_rows, result, &ErrorRow::code);
  return row == error_rows.end() ? nullptr : &*row;
}

}  // namespace

std::string_view attribute_key(CUdevice_attribute attribute) {
  const auto row = std::ranges::find(attribute_rows, attribute, &AttributeRow::attribute);
  return row == attribute_rows.end() ? std::string_view{} : row->key;
}

const char* error_name(CUresult result) {
  const auto* row = find_error(result);
  return row ? row->name : nullptr;
}

const char* error_text(CUresult result) {
  const auto* row = find_error(result);
  return row ? row->text : nullptr;
}

}  // namespace bp::fake
