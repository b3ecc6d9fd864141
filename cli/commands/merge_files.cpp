#include "cli/commands/merge_files.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <string_view>

#include "cli/commands/options.h"
#include "cli/commands/report_input.h"

namespace bp {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_list_bytes = std::size_t{256} << 20;

bool is_json(const fs::path& path) {
  std::string suffix = path.extension().string();
  for (char& c : suffix) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return suffix == ".json";
}

/// One name a line; names ended by NUL (find -print0) may hold anything else.
std::vector<std::string> names_in(std::string_view list) {
  const char end = list.find('\0') == std::string_view::npos ? '\n' : '\0';
  std::vector<std::string> names;
  while (!list.empty()) {
    const std::size_t length = std::min(list.find(end), list.size());
    std::string_view name = list.substr(0, length);
    if (end == '\n' && name.ends_with('\r')) name.remove_suffix(1);
    if (!name.empty()) names.emplace_back(name);
    list.remove_prefix(std::min(length + 1, list.size()));
  }
  return names;
}

/// Links to folders are not followed: they may lead in a circle. False if a folder cannot be read.
bool walk(const fs::path& folder, const std::vector<std::string>& outputs,
          std::vector<std::string>& files) {
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, error);
  while (!error && entry != fs::recursive_directory_iterator()) {
    std::error_code unknown;
    const std::string name = entry->path().lexically_normal().string();
    // Of the fleet before this one.
    const bool output = std::ranges::any_of(outputs, [&](const std::string& file) {
      return fs::path(file).lexically_normal().string() == name;
    });
    if (!output && is_json(entry->path()) && entry->is_regular_file(unknown)) files.push_back(name);
    entry.increment(error);
  }
  return !error;
}

}  // namespace

std::variant<std::vector<std::string>, std::string> files_to_merge(const MergeOptions& options) {
  std::vector<std::string> named = options.inputs;
  if (!options.files_from.empty()) {
    const InputFile list =
        read_input(options.files_from, most_list_bytes, "name a file that names reports");
    if (!list.error.empty()) return "--files-from: " + list.error;
    if (list.text.size() > most_list_bytes)
      return "--files-from " + options.files_from + " is larger than 256 MiB";
    std::ranges::move(names_in(list.text), std::back_inserter(named));
    if (named.empty()) return "--files-from " + options.files_from + " names no file";
  }
  std::vector<std::string> files;
  for (const std::string& name : named) {
    std::error_code unknown;
    if (name == "-" || !fs::is_directory(name, unknown)) {
      files.push_back(name);
      continue;
    }
    const std::size_t before = files.size();
    if (!walk(name, options.output.files, files))
      return "The folder " + name + " cannot be read whole: check its permissions";
    if (files.size() == before) return "The folder " + name + " holds no *.json";
  }
  std::ranges::sort(files);
  const auto again = std::ranges::unique(files);
  files.erase(again.begin(), again.end());
  return files;
}

}  // namespace bp
