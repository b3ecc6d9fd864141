#include "tests/engine/table_driver.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <map>
#include <memory>
#include <utility>

#include "probes/features/host.h"
#include "probes/features/probe.h"

namespace bp::test {
namespace {

// The driver's functions are plain C: the one behaviour of the running test.
Behaviour* current = nullptr;

// Device memory and modules. A lost GPU frees nothing, rightly: what is left goes with the process.
std::map<const void*, std::unique_ptr<std::byte[]>>& heap() {
  static std::map<const void*, std::unique_ptr<std::byte[]>> blocks;
  return blocks;
}

void* take(std::size_t bytes) {
  auto block = std::make_unique<std::byte[]>(bytes);
  void* address = block.get();
  heap().emplace(address, std::move(block));
  return address;
}

struct Link {
  std::optional<Target> target;
  char* log = nullptr;
  std::size_t log_bytes = 0;
  bool to_load = true;  // false: not optimised, so only judged
  std::vector<std::uint8_t> image;
};

/// Bytes that came out of cuLinkComplete and are to be loaded next.
std::vector<std::uint8_t>& last_linked() {
  static std::vector<std::uint8_t> bytes;
  return bytes;
}

std::string_view target_line(std::string_view ptx) {
  const auto at = ptx.find(".target ");
  const auto rest = ptx.substr(at + 8);
  return rest.substr(0, rest.find_first_of(" \n,"));
}

Answer assemble(std::string_view ptx, std::optional<Target> target) {
  ++current->assembled;
  return current->assembler ? current->assembler(ptx, target) : Answer{};
}

std::optional<Target> target_of_option(std::uint64_t value) {
  const auto known = known_targets();
  const auto found = std::ranges::find_if(known, [&](Target t) { return jit_target(t) == value; });
  if (found == known.end()) return std::nullopt;
  return *found;
}

CUresult get_attribute(int* value, CUdevice_attribute attribute, CUdevice) {
  switch (static_cast<int>(attribute)) {
    case CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR:
      *value = current->cc.major;
      return CUDA_SUCCESS;
    case CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR:
      *value = current->cc.minor;
      return CUDA_SUCCESS;
    case CU_DEVICE_ATTRIBUTE_WARP_SIZE:
      *value = 32;
      return CUDA_SUCCESS;
    case CU_DEVICE_ATTRIBUTE_MEMORY_CLOCK_RATE:
    case CU_DEVICE_ATTRIBUTE_GLOBAL_MEMORY_BUS_WIDTH:
    case CU_DEVICE_ATTRIBUTE_COMPUTE_MODE:
      *value = 0;
      return CUDA_SUCCESS;
    case CU_DEVICE_ATTRIBUTE_CLUSTER_LAUNCH:
      *value = 1;
      return CUDA_SUCCESS;
    default:
      return CUDA_ERROR_INVALID_VALUE;
  }
}

void store_element(std::span<std::uint8_t> out, Element element, std::size_t index, double value) {
  switch (element) {
    case Element::u8:
      return store<std::uint8_t>(out, index, static_cast<std::uint8_t>(value));
    case Element::u32:
      return store<std::uint32_t>(out, index, static_cast<std::uint32_t>(value));
    case Element::s32:
      return store<std::int32_t>(out, index, static_cast<std::int32_t>(value));
    case Element::f32:
      return store<float>(out, index, static_cast<float>(value));
    case Element::f64:
      return store<double>(out, index, value);
  }
}

void compute(const InstructionProbe& probe, CUdeviceptr in, CUdeviceptr out) {
  const std::span<const std::uint8_t> input(reinterpret_cast<const std::uint8_t*>(in),
                                            probe.input_bytes);
  std::vector<double> values(probe.outputs);
  probe.reference(input, std::span<double>(values));
  if (current->alter) current->alter(std::string(probe.feature), values);
  const std::span<std::uint8_t> output(reinterpret_cast<std::uint8_t*>(out),
                                       probe.outputs * size_of(probe.element));
  for (std::size_t i = 0; i < values.size(); ++i)
    store_element(output, probe.element, i, values[i]);
}

void clock(const InstructionProbe& probe, CUdeviceptr out, unsigned blocks) {
  const auto own = current->rates.find(probe.feature);
  const double rate = own != current->rates.end()        ? own->second
                      : probe.feature == "mma_sync.e4m3" ? current->e4m3_rate
                                                         : 1024;
  const auto clocks =
      static_cast<std::uint64_t>(static_cast<double>(probe.rate->operations_per_block) / rate);
  for (unsigned i = 0; i < blocks; ++i) {
    std::memcpy(reinterpret_cast<std::uint8_t*>(out) + std::size_t{8} * i, &clocks, sizeof clocks);
  }
}

CUresult launch_kernel(const CUlaunchConfig* config, CUfunction function, void** parameters,
                       void**) {
  const std::string entry = *reinterpret_cast<const std::string*>(function);
  if (current->launch) {
    if (const auto result = current->launch(entry); result != CUDA_SUCCESS) return result;
  }
  CUdeviceptr in = 0;
  CUdeviceptr out = 0;
  std::memcpy(&in, parameters[0], sizeof in);
  std::memcpy(&out, parameters[1], sizeof out);
  for (const auto* probe : probes()) {
    if (probe->entry == entry && current->computes) compute(*probe, in, out);
    if (probe->rate && probe->rate->entry == entry) clock(*probe, out, config->gridDimX);
  }
  return CUDA_SUCCESS;
}

CUresult load_module(CUmodule* module, const void* image) {
  const auto* bytes = static_cast<const char*>(image);
  if (std::memcmp(bytes,
                  "\x7f"
                  "ELF",
                  4) == 0) {
    const auto linked = std::exchange(last_linked(), {});
    const bool is_linked =
        !linked.empty() &&
        std::memcmp(bytes, linked.data(), std::min<std::size_t>(linked.size(), 64)) == 0;
    if (is_linked ? !current->linked_loads : !current->cubins_load)
      return CUDA_ERROR_NO_BINARY_FOR_GPU;
    current->loaded.emplace_back(is_linked ? "linked" : "cubin");
  } else {
    const std::string_view ptx(bytes);
    const auto answer = assemble(ptx, std::nullopt);
    if (answer.code != CUDA_SUCCESS) return answer.code;
    current->loaded.push_back("ptx " + std::string(target_line(ptx)));
  }
  *module = reinterpret_cast<CUmodule>(take(1));
  return CUDA_SUCCESS;
}

CUresult link_create(unsigned count, CUjit_option* options, void** values, CUlinkState* state) {
  auto* link = new Link;
  CUresult result = CUDA_SUCCESS;
  for (unsigned i = 0; i < count; ++i) {
    const auto value = reinterpret_cast<std::uintptr_t>(values[i]);
    if (options[i] == CU_JIT_ERROR_LOG_BUFFER) link->log = static_cast<char*>(values[i]);
    if (options[i] == CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES) link->log_bytes = value;
    if (options[i] == CU_JIT_OPTIMIZATION_LEVEL) link->to_load = false;
    if (options[i] == CU_JIT_TARGET) {
      link->target = target_of_option(value);
      if (!link->target) result = CUDA_ERROR_INVALID_VALUE;
    }
  }
  if (result != CUDA_SUCCESS) {
    delete link;
    return result;
  }
  *state = reinterpret_cast<CUlinkState>(link);
  return CUDA_SUCCESS;
}

CUresult link_add(CUlinkState state, CUjitInputType, void* data, std::size_t, const char*, unsigned,
                  CUjit_option*, void**) {
  auto* link = reinterpret_cast<Link*>(state);
  const auto answer = assemble(static_cast<const char*>(data), link->target);
  // As the driver: what does not fit is cut off.
  const auto length = std::min(answer.log.size(), link->log_bytes - 1);
  std::memcpy(link->log, answer.log.data(), length);
  link->log[length] = '\0';
  if (answer.code == CUDA_SUCCESS && current->linked && link->to_load)
    link->image = current->linked(static_cast<const char*>(data));
  return answer.code;
}

CUresult free_memory(CUdeviceptr address) {
  if (current->lost) ++current->freed_after_loss;
  heap().erase(reinterpret_cast<void*>(address));
  return CUDA_SUCCESS;
}

}  // namespace

Driver table_driver(Behaviour& behaviour) {
  current = &behaviour;
  last_linked().clear();
  Driver driver;
  driver.fake = "table";
  auto& api = driver.api;
  api.Init = [](unsigned) { return CUDA_SUCCESS; };
  api.DriverGetVersion = [](int* version) {
    *version = 13000;
    return CUDA_SUCCESS;
  };
  api.GetErrorName = [](CUresult code, const char** name) {
    *name = code == CUDA_ERROR_ILLEGAL_ADDRESS        ? "CUDA_ERROR_ILLEGAL_ADDRESS"
            : code == CUDA_ERROR_INVALID_CLUSTER_SIZE ? "CUDA_ERROR_INVALID_CLUSTER_SIZE"
                                                      : nullptr;
    return *name == nullptr ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
  };
  api.GetErrorString = api.GetErrorName;
  api.DeviceGetCount = [](int* count) {
    *count = 1;
    return CUDA_SUCCESS;
  };
  api.DeviceGet = [](CUdevice* device, int ordinal) {
    *device = ordinal;
    return ordinal == 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
  };
  api.DeviceGetName = [](char* name, int size, CUdevice) {
    std::strncpy(name, "Table GPU", static_cast<std::size_t>(size));
    return CUDA_SUCCESS;
  };
  api.DeviceGetAttribute = [](int* value, CUdevice_attribute attribute, CUdevice device) {
    if (static_cast<int>(attribute) == 133 && current->mps) {
      *value = *current->mps ? 1 : 0;
      return CUDA_SUCCESS;
    }
    return get_attribute(value, attribute, device);
  };
  api.DeviceTotalMem = [](std::size_t* bytes, CUdevice) {
    *bytes = std::size_t{1} << 30;
    return CUDA_SUCCESS;
  };
  api.DevicePrimaryCtxRetain = [](CUcontext* context, CUdevice) {
    *context = reinterpret_cast<CUcontext>(std::uintptr_t{1});
    return CUDA_SUCCESS;
  };
  api.DevicePrimaryCtxRelease = [](CUdevice) { return CUDA_SUCCESS; };
  api.CtxSetCurrent = [](CUcontext) { return CUDA_SUCCESS; };
  api.MemGetInfo = [](std::size_t* free, std::size_t* total) {
    *free = *total = 1u << 30;
    return CUDA_SUCCESS;
  };
  api.ModuleLoadData = &load_module;
  api.ModuleUnload = [](CUmodule module) {
    heap().erase(module);
    return CUDA_SUCCESS;
  };
  api.ModuleGetFunction = [](CUfunction* function, CUmodule, const char* name) {
    static std::set<std::string> names;  // entries live as long as the process
    *function = reinterpret_cast<CUfunction>(const_cast<std::string*>(&*names.emplace(name).first));
    return CUDA_SUCCESS;
  };
  api.LinkCreate = &link_create;
  api.LinkAddData = &link_add;
  api.LinkComplete = [](CUlinkState state, void** image, std::size_t* size) {
    auto& made = reinterpret_cast<Link*>(state)->image;
    if (!made.empty()) last_linked() = made;  // by the thread that loads: judging makes none
    *image = made.empty() ? nullptr : made.data();
    *size = made.size();
    return CUDA_SUCCESS;
  };
  api.LinkDestroy = [](CUlinkState state) {
    delete reinterpret_cast<Link*>(state);
    return CUDA_SUCCESS;
  };
  api.FuncSetAttribute = [](CUfunction, CUfunction_attribute, int) { return CUDA_SUCCESS; };
  api.LaunchKernelEx = &launch_kernel;
  api.TensorMapEncodeTiled =
      [](CUtensorMap*, CUtensorMapDataType, cuuint32_t, void*, const cuuint64_t*, const cuuint64_t*,
         const cuuint32_t*, const cuuint32_t*, CUtensorMapInterleave, CUtensorMapSwizzle,
         CUtensorMapL2promotion, CUtensorMapFloatOOBfill) { return CUDA_SUCCESS; };
  api.MemAlloc = [](CUdeviceptr* address, std::size_t bytes) {
    if (current->allocate != CUDA_SUCCESS) return current->allocate;
    *address = reinterpret_cast<CUdeviceptr>(take(bytes));
    return CUDA_SUCCESS;
  };
  api.MemFree = &free_memory;
  api.MemcpyHtoDAsync = [](CUdeviceptr to, const void* from, std::size_t bytes, CUstream) {
    std::memcpy(reinterpret_cast<void*>(to), from, bytes);
    return CUDA_SUCCESS;
  };
  api.MemcpyDtoHAsync = [](void* to, CUdeviceptr from, std::size_t bytes, CUstream) {
    std::memcpy(to, reinterpret_cast<const void*>(from), bytes);
    return CUDA_SUCCESS;
  };
  api.MemcpyDtoDAsync = [](CUdeviceptr to, CUdeviceptr from, std::size_t bytes, CUstream) {
    std::memcpy(reinterpret_cast<void*>(to), reinterpret_cast<const void*>(from), bytes);
    return CUDA_SUCCESS;
  };
  api.MemsetD8Async = [](CUdeviceptr to, unsigned char value, std::size_t bytes, CUstream) {
    std::memset(reinterpret_cast<void*>(to), value, bytes);
    return CUDA_SUCCESS;
  };
  api.StreamCreate = [](CUstream* stream, unsigned) {
    *stream = nullptr;
    return CUDA_SUCCESS;
  };
  api.StreamDestroy = [](CUstream) { return CUDA_SUCCESS; };
  api.StreamQuery = [](CUstream) { return current->stream.value_or(CUDA_SUCCESS); };
  api.StreamSynchronize = [](CUstream) { return CUDA_SUCCESS; };
  api.EventCreate = [](CUevent*, unsigned) { return CUDA_SUCCESS; };
  api.EventDestroy = [](CUevent) { return CUDA_SUCCESS; };
  api.EventRecord = [](CUevent, CUstream) { return CUDA_SUCCESS; };
  api.EventSynchronize = [](CUevent) { return CUDA_SUCCESS; };
  api.EventElapsedTime = [](float*, CUevent, CUevent) { return CUDA_SUCCESS; };
  return driver;
}

}  // namespace bp::test
