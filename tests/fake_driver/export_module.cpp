// Exported functions: images, the assembler, launches.
#include <cstring>

#include "tests/fake_driver/assembler.h"
#include "tests/fake_driver/calls.h"
#include "tests/fake_driver/compute.h"
#include "tests/fake_driver/image.h"
#include "tests/fake_driver/trace.h"

using namespace bp::fake;

namespace {

/// CU_JIT_* options of one call. The driver writes the used size back into the value of a
/// *_SIZE_BYTES option.
struct JitOptions {
  std::optional<bp::Target> target;
  char* error_log = nullptr;
  std::size_t error_size = 0;
  void** error_used = nullptr;
  char* info_log = nullptr;
  std::size_t info_size = 0;
  void** info_used = nullptr;
};

CUresult read_options(unsigned count, const CUjit_option* options, void** values,
                      JitOptions& result) {
  for (unsigned i = 0; i < count; ++i) {
    const auto number = reinterpret_cast<std::uintptr_t>(values[i]);
    switch (options[i]) {
      case CU_JIT_TARGET:
        result.target = target_of_jit_option(static_cast<std::uint32_t>(number));
        if (!result.target) return CUDA_ERROR_INVALID_VALUE;
        break;
      case CU_JIT_ERROR_LOG_BUFFER:
        result.error_log = static_cast<char*>(values[i]);
        break;
      case CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES:
        result.error_size = number & 0xffffffffu;
        result.error_used = &values[i];
        break;
      case CU_JIT_INFO_LOG_BUFFER:
        result.info_log = static_cast<char*>(values[i]);
        break;
      case CU_JIT_INFO_LOG_BUFFER_SIZE_BYTES:
        result.info_size = number & 0xffffffffu;
        result.info_used = &values[i];
        break;
      default:
        break;
    }
  }
  return CUDA_SUCCESS;
}

void write_log(const std::string& log, char* buffer, std::size_t size, void** used) {
  if (buffer == nullptr || size == 0) return;
  const std::size_t length = std::min(log.size(), size - 1);
  std::memcpy(buffer, log.data(), length);
  buffer[length] = '\0';
  if (used != nullptr) *used = reinterpret_cast<void*>(length);
}

void write_logs(const Assembled& assembled, const JitOptions& options) {
  write_log(assembled.errors, options.error_log, options.error_size, options.error_used);
  write_log(assembled.infos, options.info_log, options.info_size, options.info_used);
}

struct Linker {
  JitOptions options;
  std::vector<std::uint8_t> cubin;
};

CUresult load(Device& device, const Cubin& cubin, CUmodule* module) {
  const bp::Target target{cubin.cc,
                          cubin.architecture_only ? bp::Suffix::architecture : bp::Suffix::none};
  if (!bp::runs_on(target, device.gpu.cc)) return CUDA_ERROR_NO_BINARY_FOR_GPU;
  auto* const loaded = new LoadedModule;
  loaded->kernels = cubin.kernels;
  *module = reinterpret_cast<CUmodule>(loaded);
  return CUDA_SUCCESS;
}

/// The GPU of this thread's context, copied so that the assembler runs without the lock.
CUresult current_gpu(FakeGpu& gpu) {
  return with_device([&](Device& device) {
    gpu = device.gpu;
    return CUDA_SUCCESS;
  });
}

CUresult load_ptx(const char* text, CUmodule* module) {
  FakeGpu gpu;
  if (const CUresult result = current_gpu(gpu); result != CUDA_SUCCESS) return result;
  if (!state().machine.jit_compiler) return CUDA_ERROR_JIT_COMPILER_NOT_FOUND;
  const Assembled assembled = assemble(state().machine, gpu, text, std::nullopt);
  if (assembled.result != CUDA_SUCCESS) return assembled.result;
  const auto cubin = read_cubin(assembled.cubin);
  if (!cubin) return CUDA_ERROR_INVALID_IMAGE;
  return with_device([&](Device& device) { return load(device, *cubin, module); });
}

CUresult load_cubin(const void* image, std::size_t size, CUmodule* module) {
  const auto cubin = read_cubin({static_cast<const std::uint8_t*>(image), size});
  return with_device([&](Device& device) {
    const bool readable = cubin && cubin->abi <= state().machine.newest_cubin_abi;
    // Drivers of CUDA 12 do not know the ABI of CUDA 13's cubins.
    const CUresult result = readable ? load(device, *cubin, module) : CUDA_ERROR_INVALID_IMAGE;
    trace(result == CUDA_SUCCESS ? "cubin loaded" : "cubin refused");
    return result;
  });
}

}  // namespace

extern "C" {

CUresult cuModuleLoadData(CUmodule* module, const void* image) {
  if (module == nullptr || image == nullptr) return CUDA_ERROR_INVALID_VALUE;
  const auto size = elf_size(image);
  return size ? load_cubin(image, *size, module)
              : load_ptx(static_cast<const char*>(image), module);
}

CUresult cuModuleUnload(CUmodule module) {
  return with_device([&](Device&) {
    delete reinterpret_cast<LoadedModule*>(module);
    return CUDA_SUCCESS;
  });
}

CUresult cuModuleGetFunction(CUfunction* function, CUmodule module, const char* name) {
  return with_device([&](Device&) {
    auto& loaded = *reinterpret_cast<LoadedModule*>(module);
    if (!loaded.kernels.contains(name)) return CUDA_ERROR_NOT_FOUND;
    auto& known = loaded.functions[name];
    if (!known) known = std::make_unique<Function>(Function{.module = &loaded, .entry = name});
    *function = reinterpret_cast<CUfunction>(known.get());
    return CUDA_SUCCESS;
  });
}

CUresult cuLinkCreate(unsigned count, CUjit_option* options, void** values, CUlinkState* link) {
  FakeGpu gpu;
  if (const CUresult result = current_gpu(gpu); result != CUDA_SUCCESS) return result;
  if (!state().machine.jit_compiler) return CUDA_ERROR_JIT_COMPILER_NOT_FOUND;
  auto linker = std::make_unique<Linker>();
  const CUresult result = read_options(count, options, values, linker->options);
  if (result == CUDA_SUCCESS) *link = reinterpret_cast<CUlinkState>(linker.release());
  return result;
}

CUresult cuLinkAddData(CUlinkState link, CUjitInputType type, void* data, std::size_t size,
                       const char*, unsigned, CUjit_option*, void**) {
  auto& linker = *reinterpret_cast<Linker*>(link);
  if (type != CU_JIT_INPUT_PTX) return CUDA_ERROR_NOT_SUPPORTED;
  FakeGpu gpu;
  if (const CUresult result = current_gpu(gpu); result != CUDA_SUCCESS) return result;
  const std::string_view text(static_cast<const char*>(data), size);
  Assembled assembled = assemble(state().machine, gpu, text, linker.options.target);
  write_logs(assembled, linker.options);
  linker.cubin = std::move(assembled.cubin);
  return assembled.result;
}

CUresult cuLinkComplete(CUlinkState link, void** cubin, std::size_t* size) {
  auto& linker = *reinterpret_cast<Linker*>(link);
  if (linker.cubin.empty()) return CUDA_ERROR_INVALID_VALUE;
  *cubin = linker.cubin.data();
  *size = linker.cubin.size();
  return CUDA_SUCCESS;
}

CUresult cuLinkDestroy(CUlinkState link) {
  delete reinterpret_cast<Linker*>(link);
  return CUDA_SUCCESS;
}

CUresult cuFuncSetAttribute(CUfunction function, CUfunction_attribute attribute, int value) {
  return with_device([&](Device& device) {
    if (attribute == CU_FUNC_ATTRIBUTE_NON_PORTABLE_CLUSTER_SIZE_ALLOWED)
      reinterpret_cast<Function*>(function)->non_portable_cluster = value != 0;
    if (attribute != CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES) return CUDA_SUCCESS;
    if (value < 0 || value > device.attribute("max_shared_memory_per_block_optin", 48 * 1024))
      return CUDA_ERROR_INVALID_VALUE;
    reinterpret_cast<Function*>(function)->dynamic_shared_limit = value;
    return CUDA_SUCCESS;
  });
}

CUresult cuLaunchKernelEx(const CUlaunchConfig* config, CUfunction function, void** parameters,
                          void** extra) {
  return with_device([&](Device& device) {
    if (config == nullptr || function == nullptr || extra != nullptr)
      return CUDA_ERROR_INVALID_VALUE;
    return compute(device, *reinterpret_cast<Function*>(function), *config, parameters);
  });
}

}  // extern "C"
