// What projects use to choose architectures and tests.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "report/gate/arch_list.h"
#include "report/gate/gate.h"

namespace bp::gate {

/// Lists of targets, with families and without.
struct ArchLists {
  std::vector<Target> shortest;
  std::vector<Target> without_families;
};
ArchLists arch_lists(std::span<const ArchNeed> needs, std::span<const MatrixRow> matrix);

/// What each GPU of the scene needs of `wanted`: the features that it has. `wanted` empty: all.
/// A GPU of unknown capability has no target: the scripts name it as left out.
std::vector<ArchNeed> arch_needs(const Scene& scene, std::span<const std::string> wanted);

/// A CMake script for include() or `cmake -C`: CMAKE_CUDA_ARCHITECTURES. CMake takes a suffix `a`
/// from 3.25 on, `f` from 4.1 on (Modules/Internal/CMakeCUDAArchitecturesValidate.cmake).
std::string emit_cmake(const ArchLists& lists, const Scene& scene);

/// Lines for a POSIX shell: CUDAARCHS (which CMake itself reads), CMAKE_CUDA_ARCHITECTURES and
/// TORCH_CUDA_ARCH_LIST. PyTorch's list has `a` and no `f` (torch/utils/cpp_extension.py).
std::string emit_env(const ArchLists& lists, const Scene& scene);

/// A plugin for pytest: the marker needs_gpu("feature:ID", "backend:ID", "kernel:ID", or the name
/// of a requirement) skips what the GPUs lack; what is not known of them is an error. `names`: all
/// that tests may ask for, whatever this report holds of it.
std::string emit_pytest(std::span<const Result> results, const Scene& scene, const Names& names);

}  // namespace bp::gate
