// Which GPU of one report is which of the other.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "report/model/report.h"

namespace bp {

/// Either may be null: the GPU came or went.
struct GpuPair {
  const GpuReport* before = nullptr;
  const GpuReport* after = nullptr;
};

/// By UUID where both have it; else by name and index; else by name, in order. Points into both.
std::vector<GpuPair> pair_gpus(std::span<const GpuReport> before, std::span<const GpuReport> after);

/// "GPU 0"; "GPU 1, then 0" where its index changed
std::string label(const GpuPair& pair);

}  // namespace bp
