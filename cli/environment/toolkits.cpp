#include <unistd.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <system_error>

#include "cli/environment/files.h"
#include "cli/environment/programs.h"

namespace bp {
namespace {

namespace fs = std::filesystem;

bool is_program(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error) && access(path.c_str(), X_OK) == 0;
}

void look_for(FoundTools& tools, std::string key, const fs::path& path) {
  if (is_program(path)) tools.programs.push_back({std::move(key), path});
}

/// {"cuda": {"name": "CUDA SDK", "version": "13.0.2"}, ...}, as NVIDIA's installers write it.
std::string toolkit_version(const std::string& text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return {};
  const auto cuda = json.find("cuda");
  if (cuda == json.end() || !cuda->is_object()) return {};
  const auto version = cuda->find("version");
  if (version == cuda->end() || !version->is_string()) return {};
  return version->get<std::string>().substr(0, 40);
}

/// The toolkit in a folder, known as `name`: its version and its programs.
void look_into(const EnvironmentRoots& roots, FoundTools& tools, const std::string& name,
               const fs::path& folder) {
  const std::string key = "toolkit_" + name;
  if (!is_folder(folder)) {
    tools.facts.push_back(unknown_fact(key, "there is no such folder", shown(roots, folder)));
    return;
  }
  const fs::path file = folder / "version.json";
  const FileText text = read_text(file, std::size_t{256} << 10);
  const std::string version = toolkit_version(text.text);
  // Packages of distributions and of conda bring no version.json: their programs say the version.
  const std::string why = text.error.empty() ? "version.json does not say" : "no version.json";
  tools.facts.push_back(text_or_unknown(key, version, why, shown(roots, folder)));
  look_for(tools, "ptxas_" + name, folder / "bin" / "ptxas");
  look_for(tools, "nvcc_" + name, folder / "bin" / "nvcc");
}

std::string lower_case(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return text;
}

/// "cuda-13.0": nothing else becomes part of a key.
bool is_toolkit_name(std::string_view name) {
  if (!name.starts_with("cuda")) return false;
  name.remove_prefix(4);
  return name.empty() || (name.size() <= 8 && name.starts_with('-') &&
                          name.find_first_not_of("0123456789.", 1) == std::string_view::npos);
}

}  // namespace

FoundTools tools_on_path(const EnvironmentRoots& roots) {
  FoundTools tools;
  for (const char* name : {"ptxas", "nvcc"}) {
    for (const fs::path& folder : folders_of(roots, "PATH", 64)) {
      const std::size_t before = tools.programs.size();
      look_for(tools, std::string(name) + "_on_path", within(roots, folder) / name);
      if (tools.programs.size() > before) break;
    }
  }
  return tools;
}

FoundTools tools_of_variable(const EnvironmentRoots& roots, const std::string& name) {
  FoundTools tools;
  const std::string folder = variable(roots, name);
  if (folder.starts_with('/')) look_into(roots, tools, lower_case(name), within(roots, folder));
  return tools;
}

FoundTools tools_of_usr_local(const EnvironmentRoots& roots) {
  FoundTools tools;
  int most = 16;
  for (const std::string& name : names_in(within(roots, "/usr/local"), 4096)) {
    if (!is_toolkit_name(name) || most-- == 0) continue;
    std::string key = "usr_local_" + name;
    std::ranges::replace_if(
        key, [](char c) { return c == '-' || c == '.'; }, '_');
    look_into(roots, tools, key, within(roots, "/usr/local") / name);
  }
  return tools;
}

FoundTools tools_of_triton_variables(const EnvironmentRoots& roots) {
  FoundTools tools;
  for (const char* name : {"TRITON_PTXAS_PATH", "TRITON_PTXAS_BLACKWELL_PATH"}) {
    const std::string path = variable(roots, name);
    if (!path.starts_with('/')) continue;
    const std::string key = "ptxas_by_" + lower_case(name);
    if (is_program(within(roots, path)))
      look_for(tools, key, within(roots, path));
    else
      tools.facts.push_back(unknown_fact(key, "there is no program that can be started", path));
  }
  return tools;
}

FoundTools tools_of_site_folder(const fs::path& folder) {
  FoundTools tools;
  const fs::path triton = folder / "triton" / "backends" / "nvidia" / "bin";
  look_for(tools, "ptxas_triton", triton / "ptxas");
  look_for(tools, "ptxas_triton_blackwell", triton / "ptxas-blackwell");
  // CUDA 12's wheels have a folder for each part, those of CUDA 13 one for all.
  for (const char* part : {"cuda_nvcc", "cu12", "cu13", "cu14"}) {
    look_for(tools, std::string("ptxas_wheel_") + part, folder / "nvidia" / part / "bin" / "ptxas");
  }
  return tools;
}

}  // namespace bp
