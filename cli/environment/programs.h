// Toolkits and assemblers of this machine, and which version each is.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "cli/environment/roots.h"
#include "probes/assembly/process.h"
#include "probes/registry/facts.h"

namespace bp {

/// A program that answers `--version`, by what it is to this machine: "ptxas_triton".
struct FoundProgram {
  std::string key;
  std::filesystem::path path;
};

struct FoundTools {
  std::vector<Fact> facts;
  std::vector<FoundProgram> programs;
};

/// Those of one place each. A place may hang: each is looked at on its own.
FoundTools tools_on_path(const EnvironmentRoots& roots);
/// `name` is CUDA_HOME or CUDA_PATH.
FoundTools tools_of_variable(const EnvironmentRoots& roots, const std::string& name);
/// /usr/local/cuda and its neighbours with a version in their name.
FoundTools tools_of_usr_local(const EnvironmentRoots& roots);
/// What Triton is told to use.
FoundTools tools_of_triton_variables(const EnvironmentRoots& roots);
/// Assemblers in packages of Python: NVIDIA's wheels and Triton's own.
FoundTools tools_of_site_folder(const std::filesystem::path& folder);

/// Version of each by asking it, all at once; one that has not answered by `deadline` is killed
/// with its children, and so is each when `running` is ended. Two names of one file are asked once.
std::vector<Fact> program_versions(const EnvironmentRoots& roots,
                                   const std::vector<FoundProgram>& programs,
                                   std::chrono::steady_clock::time_point deadline,
                                   const std::shared_ptr<RunningGroups>& running);

}  // namespace bp
