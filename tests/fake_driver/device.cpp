#include "tests/fake_driver/device.h"

#include <cstdio>
#include <cstdlib>
#include <sstream>

namespace bp::fake {

std::optional<CUdeviceptr> Memory::allocate(std::size_t bytes) {
  constexpr std::size_t alignment =
      256;  // of cuMemAlloc, CUDA C++ Programming Guide "Device Memory Accesses"
  if (bytes == 0 || bytes > free_) return std::nullopt;
  Block block;
  block.bytes = std::make_unique<std::uint8_t[]>(bytes + alignment);
  const auto raw = reinterpret_cast<CUdeviceptr>(block.bytes.get());
  block.start = (raw + alignment - 1) / alignment * alignment;
  block.size = bytes;
  free_ -= bytes;
  const CUdeviceptr start = block.start;
  blocks_.emplace(start, std::move(block));
  return start;
}

bool Memory::release(CUdeviceptr address) {
  const auto found = blocks_.find(address);
  if (found == blocks_.end()) return false;
  free_ += found->second.size;
  blocks_.erase(found);
  return true;
}

std::optional<std::span<std::uint8_t>> Memory::rest(CUdeviceptr address) {
  for (const auto& [start, size] : lent_) {
    if (address >= start && address - start < size)
      return std::span(reinterpret_cast<std::uint8_t*>(address), size - (address - start));
  }
  auto next = blocks_.upper_bound(address);
  if (next == blocks_.begin()) return std::nullopt;
  Block& block = std::prev(next)->second;
  const std::size_t offset = address - block.start;
  if (offset >= block.size) return std::nullopt;
  return std::span(reinterpret_cast<std::uint8_t*>(address), block.size - offset);
}

std::optional<std::span<std::uint8_t>> Memory::find(CUdeviceptr address, std::size_t size) {
  const auto all = rest(address);
  if (!all || all->size() < size) return std::nullopt;
  return all->first(size);
}

std::int64_t Device::attribute(const char* key, std::int64_t otherwise) const {
  const auto found = gpu.attributes.find(key);
  return found == gpu.attributes.end() ? otherwise : found->second;
}

namespace {

/// The devices that CUDA_VISIBLE_DEVICES leaves, in its order; the list ends at the first unknown
/// entry (CUDA C++ Programming Guide, "CUDA Environment Variables").
std::vector<std::unique_ptr<Device>> visible(const Machine& machine) {
  std::vector<std::unique_ptr<Device>> devices;
  const char* list = std::getenv("CUDA_VISIBLE_DEVICES");
  if (list == nullptr) {
    for (const auto& gpu : machine.gpus) devices.push_back(std::make_unique<Device>(gpu));
    return devices;
  }
  std::istringstream entries(list);
  for (std::string entry; std::getline(entries, entry, ',');) {
    char* end = nullptr;
    const long index = std::strtol(entry.c_str(), &end, 10);
    if (end == entry.c_str() || *end != '\0' || index < 0 ||
        index >= static_cast<long>(machine.gpus.size()))
      break;
    devices.push_back(std::make_unique<Device>(machine.gpus[static_cast<std::size_t>(index)]));
  }
  return devices;
}

}  // namespace

State::State() {
  const char* file = std::getenv("BLACKWELL_PROBE_FAKE_MACHINE");
  if (file == nullptr) {
    std::fputs("fake driver: BLACKWELL_PROBE_FAKE_MACHINE names no machine file\n", stderr);
    std::exit(70);
  }
  try {
    machine = read_machine(file);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "fake driver: %s\n", error.what());
    std::exit(70);
  }
  devices = visible(machine);
}

State& state() {
  static State* const only = new State;  // never destroyed: the process may end inside a call
  return *only;
}

Device*& current_device() {
  thread_local Device* device = nullptr;
  return device;
}

}  // namespace bp::fake
