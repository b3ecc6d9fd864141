#include "report/gate/emit.h"

#include <algorithm>

namespace bp::gate {
namespace {

bool has(const FeatureResult& feature) {
  return feature.status == Status::supported || feature.status == Status::emulated ||
         feature.status == Status::assembles;
}

bool has_families(std::span<const Target> targets) {
  return std::ranges::find(targets, Suffix::family, &Target::suffix) != targets.end();
}

/// "90a;120f"
std::string cmake_list(std::span<const Target> targets) {
  std::string list;
  for (const Target target : targets)
    list += (list.empty() ? "" : ";") + to_string(target).substr(3);
  return list;
}

/// "9.0a;12.0"
std::string torch_list(std::span<const Target> targets) {
  std::string list;
  for (const Target target : targets) {
    list += (list.empty() ? "" : ";") + to_string(target.cc);
    if (target.suffix != Suffix::none) list += static_cast<char>(target.suffix);
  }
  return list;
}

std::string heading(const Scene& scene, std::string_view what) {
  std::string served;
  std::string notes;
  for (const Judged& gpu : scene.gpus) {
    if (!gpu.capability_known()) {
      notes += "# " + gpu.label + " is left out: its compute capability is not known.\n";
      continue;
    }
    served += (served.empty() ? "" : ", ") + gpu.label;
    if (!gpu.problem.empty())
      notes +=
          "# " + gpu.label + " could not be opened: what it has is not known, and not in here.\n";
  }
  return "# Made by blackwell-probe gate --emit " + std::string(what) + " for " + served + ".\n" +
         notes;
}

}  // namespace

ArchLists arch_lists(std::span<const ArchNeed> needs, std::span<const MatrixRow> matrix) {
  return {shortest_arch_list(needs, matrix), shortest_arch_list(needs, matrix, false)};
}

std::vector<ArchNeed> arch_needs(const Scene& scene, std::span<const std::string> wanted) {
  std::vector<ArchNeed> needs;
  for (const Judged& gpu : scene.gpus) {
    if (!gpu.capability_known()) continue;
    ArchNeed need{gpu.cc, {}};
    for (const FeatureResult& feature : gpu.features) {
      if (has(feature) && (wanted.empty() || std::ranges::find(wanted, feature.id) != wanted.end()))
        need.features.push_back(feature.id);
    }
    needs.push_back(std::move(need));
  }
  return needs;
}

std::string emit_cmake(const ArchLists& lists, const Scene& scene) {
  const auto set = [](std::span<const Target> targets) {
    return "set(CMAKE_CUDA_ARCHITECTURES \"" + cmake_list(targets) +
           "\" CACHE STRING \"For the GPUs that blackwell-probe saw\")\n";
  };
  std::string text = heading(scene, "cmake");
  if (!has_families(lists.shortest)) return text + set(lists.shortest);
  return text +
         "# A suffix f needs CMake 4.1 and CUDA 12.9.\nif(CMAKE_VERSION VERSION_LESS 4.1)\n  " +
         set(lists.without_families) + "else()\n  " + set(lists.shortest) + "endif()\n";
}

std::string emit_env(const ArchLists& lists, const Scene& scene) {
  const std::string list = cmake_list(lists.shortest);
  std::string text = heading(scene, "env");
  if (has_families(lists.shortest)) {
    text += "# A suffix f needs CMake 4.1 and CUDA 12.9; before: '" +
            cmake_list(lists.without_families) + "'.\n";
  }
  text += "export CUDAARCHS='" + list + "'\n";
  text += "export CMAKE_CUDA_ARCHITECTURES='" + list + "'\n";
  return text + "export TORCH_CUDA_ARCH_LIST='" + torch_list(lists.without_families) + "'\n";
}

}  // namespace bp::gate
