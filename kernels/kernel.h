// A reference microkernel: one operation on one instruction path, checked against a
// double-precision reference.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "probes/registry/evidence.h"

namespace bp {

class Gpu;

struct Kernel {
  std::string_view id;         // operation.path: "mla.dense_decode.mma_sync"
  std::string_view operation;  // probes/registry/operation.h
  std::string_view path;       // mma_sync, wgmma, tcgen05, block_scaled
  std::string_view title;
  std::span<const std::string_view>
      needs;  // feature ids: if one is not supported or emulated, it cannot run
  /// Small shapes, compared with the reference, then with a planted fault: what `run` executes as
  /// evidence.
  KernelResult (*check)(const Gpu& gpu, std::uint64_t seed, std::chrono::milliseconds timeout);
  /// Of a real shape, after the check: what `run --level full` says of its speed. A figure X beside
  /// X_limit is measured against that limit in the same call. Throws as launches do.
  std::vector<Figure> (*time)(const Gpu& gpu, std::chrono::milliseconds timeout);
};

std::span<const Kernel> kernels();
const Kernel* find_kernel(std::string_view id);

}  // namespace bp
