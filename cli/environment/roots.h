// The machine as the environment section reads it: a value, so that the tree of another machine can
// stand for this one.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace bp {

struct EnvironmentRoots {
  std::filesystem::path root = "/";    // of its file system
  std::vector<std::string> variables;  // NAME=VALUE
  std::string kernel;                  // "Linux 6.8.0-1031-nvidia"
  std::string architecture;            // "aarch64"
  std::string libc;                    // "glibc 2.39"; empty: another one
  /// What has not answered by then is reported as timed out.
  std::chrono::milliseconds limit{1500};
};

/// The machine that this process runs on.
EnvironmentRoots this_machine();

/// Value of a variable; empty: it is not set, or set to nothing.
std::string variable(const EnvironmentRoots& roots, std::string_view name);
/// `path` of that machine as a path of this one.
std::filesystem::path within(const EnvironmentRoots& roots, const std::filesystem::path& path);
/// A path of this machine as that one would name it.
std::string shown(const EnvironmentRoots& roots, const std::filesystem::path& path);
/// The folders of a variable such as PATH, at most `most`, without what is not an absolute path.
std::vector<std::filesystem::path> folders_of(const EnvironmentRoots& roots, std::string_view name,
                                              std::size_t most);

}  // namespace bp
