// What a cubin says of itself: ABI, capability, kernels.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>

#include "probes/registry/target.h"

namespace bp::fake {

struct Cubin {
  int abi = 0;  // ELF ABI version: 7 of CUDA 12, 8 of CUDA 13
  ComputeCapability cc;
  bool architecture_only = false;  // assembled for an `a` target
  std::set<std::string> kernels;   // names of .text sections
};

/// nullopt: not a cubin, or damaged.
std::optional<Cubin> read_cubin(std::span<const std::uint8_t> image);

/// Bytes of the ELF file at `image`, of which only the start is known to be readable
/// (cuModuleLoadData is given no size). nullopt: not an ELF file.
std::optional<std::size_t> elf_size(const void* image);

}  // namespace bp::fake
