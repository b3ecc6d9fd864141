// The state behind the fake driver's functions: devices, their memory, streams and images.
#pragma once

#include <cuda.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "tests/fake_driver/machine.h"

namespace bp::fake {

/// Memory of one device: host memory under its host address, every access checked against the
/// allocations.
class Memory {
 public:
  explicit Memory(std::uint64_t free_bytes) : free_(free_bytes) {}
  std::uint64_t free_bytes() const { return free_; }
  /// nullopt: the machine has not that much left.
  std::optional<CUdeviceptr> allocate(std::size_t bytes);
  bool release(CUdeviceptr address);
  /// The bytes [address, address + size) if they lie inside one allocation.
  std::optional<std::span<std::uint8_t>> find(CUdeviceptr address, std::size_t size);
  /// Memory of the host that the device may use.
  void lend(CUdeviceptr address, std::size_t size) { lent_[address] = size; }
  bool take_back(CUdeviceptr address) { return lent_.erase(address) > 0; }
  /// From the address to the end of its allocation.
  std::optional<std::span<std::uint8_t>> rest(CUdeviceptr address);

 private:
  struct Block {
    std::unique_ptr<std::uint8_t[]> bytes;
    CUdeviceptr start = 0;
    std::size_t size = 0;
  };
  std::map<CUdeviceptr, Block> blocks_;
  std::map<CUdeviceptr, std::size_t> lent_;
  std::uint64_t free_;
};

struct Device {
  explicit Device(FakeGpu description) : gpu(std::move(description)), memory(gpu.free_bytes) {}
  /// An attribute's value, or `otherwise` where the machine file has none.
  std::int64_t attribute(const char* key, std::int64_t otherwise) const;

  FakeGpu gpu;
  Memory memory;
  int retained = 0;                // of the primary context
  CUresult sticky = CUDA_SUCCESS;  // once set, every later call of the process gets it
  std::chrono::steady_clock::time_point busy_until{};
  std::size_t persisting_l2 = 0;                                // CU_LIMIT_PERSISTING_L2_CACHE_SIZE
  std::map<std::string, std::vector<std::uint8_t>> last_input;  // by feature, for "deaf" launches
};

struct LoadedModule;

struct Function {
  LoadedModule* module = nullptr;
  std::string entry;
  int dynamic_shared_limit = 48 * 1024;  // without cuFuncSetAttribute
  bool non_portable_cluster = false;
};

struct LoadedModule {
  std::set<std::string> kernels;
  std::map<std::string, std::unique_ptr<Function>> functions;
};

/// The machine of this process. One lock serialises everything but the assembler.
struct State {
  State();
  Machine machine;
  std::mutex lock;
  bool initialised = false;
  std::vector<std::unique_ptr<Device>> devices;  // after CUDA_VISIBLE_DEVICES
};
State& state();

/// The device whose context is current on this thread, or null.
Device*& current_device();

}  // namespace bp::fake
