#include "cli/environment/python.h"

#include <unistd.h>

#include <algorithm>
#include <optional>
#include <system_error>

#include "cli/environment/files.h"

namespace bp {
namespace {

namespace fs = std::filesystem;

/// "3.12" of "python3.12" or "3.12.3"; empty: there is none.
std::string minor_version(std::string_view text) {
  if (text.starts_with("python")) text.remove_prefix(6);
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos || dot == 0) return {};
  const std::size_t end = std::min(text.find_first_not_of("0123456789", dot + 1), text.size());
  const std::string version(text.substr(0, end));
  const bool digits = version.find_first_not_of("0123456789.") == std::string::npos;
  return digits && end > dot + 1 && version.size() <= 8 ? version : std::string();
}

void append_new(std::vector<fs::path>& list, const std::vector<fs::path>& more) {
  for (const fs::path& path : more) {
    if (std::ranges::find(list, path) == list.end()) list.push_back(path);
  }
}

std::optional<fs::path> first_python(const EnvironmentRoots& roots) {
  for (const fs::path& folder : folders_of(roots, "PATH", 64)) {
    const fs::path candidate = within(roots, folder) / "python3";
    std::error_code error;
    if (fs::is_regular_file(candidate, error) && access(candidate.c_str(), X_OK) == 0)
      return candidate;
  }
  return std::nullopt;
}

/// pyenv puts scripts for all its versions before others on PATH: ROOT/shims/python3 stands for
/// ROOT/versions/VERSION/bin/python3. A version chosen by the current folder is not looked for.
fs::path behind_shim(const EnvironmentRoots& roots, const fs::path& program) {
  if (program.parent_path().filename() != "shims") return program;
  const fs::path root = program.parent_path().parent_path();
  std::string version = variable(roots, "PYENV_VERSION");
  if (version.empty()) version = first_line(read_text(root / "version", 256).text);
  version = version.substr(0, version.find(':'));
  if (version.empty() || version.find('/') != std::string::npos) return program;
  const fs::path chosen = root / "versions" / version / "bin" / "python3";
  return is_there(chosen) ? chosen : program;
}

/// Of an installation, with what Debian and administrators add to the system's own.
std::vector<fs::path> installed_folders(const EnvironmentRoots& roots, const fs::path& prefix,
                                        const std::string& version) {
  std::vector<fs::path> folders;
  const bool system = shown(roots, prefix) == "/usr";
  if (system) append_new(folders, site_folders(within(roots, "/usr/local"), version));
  append_new(folders, site_folders(prefix, version));
  if (system && is_folder(prefix / "lib/python3/dist-packages"))
    folders.push_back(prefix / "lib/python3/dist-packages");
  return folders;
}

}  // namespace

std::vector<fs::path> site_folders(const fs::path& prefix, const std::string& version) {
  std::vector<fs::path> folders;
  for (const char* lib : {"lib", "lib64"}) {
    int most = 8;
    for (const std::string& name : names_in(prefix / lib, 8192)) {
      const std::string found = name.starts_with("python3.") ? minor_version(name) : std::string();
      if (found.empty() || (!version.empty() && found != version) || most-- == 0) continue;
      for (const char* kind : {"site-packages", "dist-packages"}) {
        const fs::path folder = resolved(prefix / lib / name / kind);
        if (is_folder(folder)) append_new(folders, {folder});
      }
    }
  }
  return folders;
}

FoundPython python_on_path(const EnvironmentRoots& roots) {
  FoundPython python;
  const auto first = first_python(roots);
  if (!first) {
    python.facts.push_back(unknown_fact("python", "there is no python3 on PATH", "PATH"));
    return python;
  }
  const fs::path program = behind_shim(roots, *first);
  const fs::path prefix = program.parent_path().parent_path();
  const fs::path real = resolved(program);
  std::string version = minor_version(real.filename().string());
  // The file that makes a folder a virtual environment (PEP 405).
  const FileText settings = read_text(prefix / "pyvenv.cfg", 16384);
  if (settings.error.empty()) {
    for (const char* key : {"version", "version_info"}) {
      const std::string told = minor_version(line_value(settings.text, key, '='));
      if (!told.empty()) version = told;
    }
    append_new(python.folders, site_folders(prefix, version));
    if (line_value(settings.text, "include-system-site-packages", '=') == "true")
      append_new(python.folders,
                 installed_folders(roots, real.parent_path().parent_path(), version));
  } else {
    append_new(python.folders, installed_folders(roots, real.parent_path().parent_path(), version));
  }
  const std::string user = variable(roots, "HOME");
  if (user.starts_with('/') && !version.empty())
    append_new(python.folders, site_folders(within(roots, user + "/.local"), version));
  const std::string why =
      python.folders.empty() ? "it lies in no layout of an installation" : "its files do not say";
  python.facts.push_back(text_or_unknown("python", version, why, shown(roots, program)));
  return python;
}

}  // namespace bp
