// The process environment: variables that would change evidence, and tools that were injected.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bp {

/// Sets CUDA_CACHE_DISABLE=1 and CUDA_MODULE_LOADING=EAGER (LAZY: cuBLAS has thousands of kernels),
/// removes CUDA_FORCE_PTX_JIT, CUDA_DISABLE_PTX_JIT and CUDA_LAUNCH_BLOCKING. Before libcuda is
/// loaded, while the process has one thread. Returns what changed.
std::vector<std::string> prepare_environment(bool lazy = false);

/// Names of profilers and sanitizers that are injected into this process; their presence makes
/// clocks invalid.
std::vector<std::string> injected_tools();

/// The same from given text: `environment` as NAME=VALUE, `maps` the contents of /proc/self/maps.
std::vector<std::string> injected_tools(const std::vector<std::string>& environment,
                                        std::string_view maps);

}  // namespace bp
