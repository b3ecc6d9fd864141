#include "cli/environment/roots.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>

extern char** environ;

namespace bp {

EnvironmentRoots this_machine() {
  EnvironmentRoots roots;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry)
    roots.variables.emplace_back(*entry);
  utsname system{};
  if (uname(&system) == 0) {
    roots.kernel = std::string(system.sysname) + " " + system.release;
    roots.architecture = system.machine;
  }
#ifdef _CS_GNU_LIBC_VERSION
  std::array<char, 128> libc{};
  const std::size_t length = confstr(_CS_GNU_LIBC_VERSION, libc.data(), libc.size());
  if (length > 0 && length <= libc.size()) roots.libc = libc.data();
#endif
  return roots;
}

std::string variable(const EnvironmentRoots& roots, std::string_view name) {
  for (const std::string& entry : roots.variables) {
    if (entry.size() > name.size() && entry[name.size()] == '=' && entry.starts_with(name))
      return entry.substr(name.size() + 1);
  }
  return {};
}

std::filesystem::path within(const EnvironmentRoots& roots, const std::filesystem::path& path) {
  return roots.root / path.relative_path();
}

std::string shown(const EnvironmentRoots& roots, const std::filesystem::path& path) {
  const std::string text = path.string();
  const std::string root = roots.root.string();
  if (root == "/" || !text.starts_with(root)) return text;
  const std::string rest = text.substr(root.size());
  return rest.starts_with("/") ? rest : "/" + rest;
}

std::vector<std::filesystem::path> folders_of(const EnvironmentRoots& roots, std::string_view name,
                                              std::size_t most) {
  const std::string value = variable(roots, name);
  std::vector<std::filesystem::path> folders;
  for (std::size_t at = 0; at <= value.size() && folders.size() < most;) {
    const std::size_t colon = std::min(value.find(':', at), value.size());
    const std::string entry = value.substr(at, colon - at);
    // A relative one depends on where a program was started.
    if (entry.starts_with('/')) folders.emplace_back(entry);
    at = colon + 1;
  }
  return folders;
}

}  // namespace bp
