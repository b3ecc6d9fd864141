#include "probes/survey/attribute_words.h"

#include <cuda.h>

#include <array>
#include <span>
#include <string_view>

namespace bp {
namespace {

struct Bit {
  unsigned mask;
  std::string_view words;
};

// cuda.h 13.0, CUmemAllocationHandleType.
constexpr auto handle_types = std::to_array<Bit>({
    {CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR, "file descriptor"},
    {CU_MEM_HANDLE_TYPE_WIN32, "Win32 handle"},
    {CU_MEM_HANDLE_TYPE_WIN32_KMT, "Win32 KMT handle"},
    {CU_MEM_HANDLE_TYPE_FABRIC, "fabric"},
});

// cuda.h 13.0, CUflushGPUDirectRDMAWritesOptions.
constexpr auto flush_options = std::to_array<Bit>({
    {CU_FLUSH_GPU_DIRECT_RDMA_WRITES_OPTION_HOST, "host"},
    {CU_FLUSH_GPU_DIRECT_RDMA_WRITES_OPTION_MEMOPS, "stream memory operations"},
});

std::string in_words(int value, std::span<const Bit> bits) {
  if (value == 0) return "none";
  std::string text;
  const auto add = [&](std::string_view words) {
    if (!text.empty()) text += ", ";
    text += words;
  };
  auto rest = static_cast<unsigned>(value);
  for (const Bit& bit : bits) {
    if ((rest & bit.mask) == 0) continue;
    add(bit.words);
    rest &= ~bit.mask;
  }
  for (unsigned number = 0; number < 32; ++number) {
    if ((rest >> number & 1u) != 0) add("bit " + std::to_string(number));
  }
  return text;
}

}  // namespace

std::string handle_types_in_words(int bits) { return in_words(bits, handle_types); }

std::string flush_options_in_words(int bits) { return in_words(bits, flush_options); }

std::string writes_ordering_in_words(int scope) {
  switch (scope) {
    case CU_GPU_DIRECT_RDMA_WRITES_ORDERING_NONE:
      return "none";
    case CU_GPU_DIRECT_RDMA_WRITES_ORDERING_OWNER:
      return "owner";
    case CU_GPU_DIRECT_RDMA_WRITES_ORDERING_ALL_DEVICES:
      return "all devices";
    default:
      return "scope " + std::to_string(scope);
  }
}

}  // namespace bp
