// Which Python's packages count here, and which versions of them are installed: read from the
// folders alone, no Python is started and nothing is imported.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/environment/roots.h"
#include "probes/registry/facts.h"

namespace bp {

/// The python3 of PATH by the layout of its installation.
struct FoundPython {
  std::vector<Fact> facts;
  std::vector<std::filesystem::path> folders;  // site-packages, in the order it searches them
};
FoundPython python_on_path(const EnvironmentRoots& roots);

/// site-packages and dist-packages below a prefix such as VIRTUAL_ENV; `version` "3.12", or empty
/// for all versions that are there.
std::vector<std::filesystem::path> site_folders(const std::filesystem::path& prefix,
                                                const std::string& version);

/// The packages that kernels come from or depend on, of one folder: "package_torch".
std::vector<Fact> package_facts(const EnvironmentRoots& roots, const std::filesystem::path& folder);

}  // namespace bp
