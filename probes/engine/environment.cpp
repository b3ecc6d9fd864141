#include "probes/engine/environment.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace bp {
namespace {

struct Trace {
  std::string_view fragment;
  std::string_view tool;
};

// Names of files and variables that the tools bring into the process: compute-sanitizer 2022-2025,
// Nsight Compute and Nsight Systems as installed by CUDA 12 and 13.
constexpr auto library_traces = std::to_array<Trace>({
    {"libsanitizer-collection", "compute-sanitizer"},
    {"libsanitizer-public", "compute-sanitizer"},
    {"compute-sanitizer", "compute-sanitizer"},
    {"libToolsInjection", "Nsight Systems"},
    {"nsight-systems", "Nsight Systems"},
    {"nsight-compute", "Nsight Compute"},
    {"libcuda-injection", "Nsight Compute"},
    {"libTreeLauncherTargetInjection", "an NVIDIA developer tool"},
    {"libInterceptorInjectionTarget", "an NVIDIA developer tool"},
});

void note(std::vector<std::string>& tools, std::string_view tool) {
  if (std::ranges::find(tools, tool) == tools.end()) tools.emplace_back(tool);
}

void look_for(std::vector<std::string>& tools, std::string_view text) {
  for (const auto& trace : library_traces) {
    if (text.find(trace.fragment) != std::string_view::npos) note(tools, trace.tool);
  }
}

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

std::vector<std::string> prepare_environment(bool lazy) {
  std::vector<std::string> changed;
  const auto wanted = std::to_array<std::pair<const char*, const char*>>(
      {{"CUDA_CACHE_DISABLE", "1"}, {"CUDA_MODULE_LOADING", lazy ? "LAZY" : "EAGER"}});
  for (const auto& [name, value] : wanted) {
    const char* old = std::getenv(name);
    if (old != nullptr && std::string_view(old) == value) continue;
    setenv(name, value, 1);
    changed.push_back(std::string(name) + "=" + value);
  }
  for (const char* name : {"CUDA_FORCE_PTX_JIT", "CUDA_DISABLE_PTX_JIT", "CUDA_LAUNCH_BLOCKING"}) {
    if (std::getenv(name) == nullptr) continue;
    unsetenv(name);
    changed.push_back(std::string(name) + " removed");
  }
  return changed;
}

std::vector<std::string> injected_tools() {
  std::vector<std::string> environment;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry)
    environment.emplace_back(*entry);
  std::ifstream in("/proc/self/maps");
  const std::string maps{std::istreambuf_iterator<char>(in), {}};
  return injected_tools(environment, maps);
}

std::vector<std::string> injected_tools(const std::vector<std::string>& environment,
                                        std::string_view maps) {
  std::vector<std::string> tools;
  look_for(tools, maps);
  std::string_view injection;
  for (const std::string_view entry : environment) {
    const auto equals = entry.find('=');
    const auto name = entry.substr(0, equals);
    const auto value =
        equals == std::string_view::npos ? std::string_view{} : entry.substr(equals + 1);
    if (name.starts_with("NV_SANITIZER")) note(tools, "compute-sanitizer");
    if (name == "LD_PRELOAD") look_for(tools, value);
    if (name == "CUDA_INJECTION64_PATH" || name == "CUDA_INJECTION32_PATH") injection = value;
  }
  if (!injection.empty()) {
    const auto before = tools.size();
    look_for(tools, injection);
    if (tools.size() == before && tools.empty()) note(tools, file_name(injection));
  }
  // The general name says nothing beside a particular one.
  if (tools.size() > 1) std::erase(tools, "an NVIDIA developer tool");
  return tools;
}

}  // namespace bp
