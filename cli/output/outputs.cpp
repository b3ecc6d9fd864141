#include "cli/output/outputs.h"

#include <algorithm>
#include <cctype>
#include <exception>
#include <filesystem>
#include <map>
#include <optional>
#include <system_error>

#include "cli/output/output_name.h"

namespace bp {
namespace {

bool has_suffix(const std::string& path, const std::string& suffix) {
  return path.size() > suffix.size() && std::equal(suffix.rbegin(), suffix.rend(), path.rbegin(),
                                                   [](unsigned char a, unsigned char b) {
                                                     return std::tolower(a) == std::tolower(b);
                                                   });
}

const FormatName* format_of(const std::string& path, const std::vector<FormatName>& formats) {
  for (const FormatName& format : formats) {
    for (const std::string& suffix : format.suffixes) {
      if (has_suffix(path, suffix)) return &format;
    }
  }
  return nullptr;
}

/// What one -o asks for.
struct Wanted {
  std::string format;  // empty: nothing says it
  std::string path;
};

/// FORMAT:FILE, or a file whose suffix says it. A file of that very name is written as
/// ./FORMAT:FILE.
Wanted wanted_of(const std::string& argument, const std::vector<FormatName>& formats) {
  const std::size_t colon = argument.find(':');
  if (colon != std::string::npos) {
    const std::string name = argument.substr(0, colon);
    if (std::ranges::find(formats, name, &FormatName::name) != formats.end())
      return {name, argument.substr(colon + 1)};
  }
  const FormatName* format = format_of(argument, formats);
  return {format == nullptr ? "" : format->name, argument};
}

/// The same for every spelling of a file, also by links: one of two outputs would overwrite the
/// other.
std::string file_behind(const std::string& path) {
  if (path == "-") return path;
  std::error_code error;
  const auto canonical =
      std::filesystem::weakly_canonical(std::filesystem::absolute(path, error), error);
  return error ? path : canonical.string();
}

}  // namespace

std::vector<FormatName> text_formats() { return {{"text", {".txt"}}, {"json", {".json"}}}; }

std::vector<FormatName> table_formats() {
  std::vector<FormatName> formats = text_formats();
  formats.push_back({"csv", {".csv"}});
  return formats;
}

std::vector<std::string> names_of(const std::vector<FormatName>& formats) {
  std::vector<std::string> names;
  for (const FormatName& format : formats) names.push_back(format.name);
  return names;
}

std::string suffixes_of(const std::vector<FormatName>& formats) {
  std::string all;
  for (const FormatName& format : formats) {
    if (!format.suffixes.empty()) all += (all.empty() ? "" : ", ") + format.suffixes.front();
  }
  return all;
}

std::variant<std::vector<Output>, std::string> open_outputs(const OutputOptions& options,
                                                            const std::vector<FormatName>& formats,
                                                            Print print) {
  std::vector<Output> outputs;
  bool standard = print == Print::always || !options.format.empty() || options.files.empty();
  std::map<std::string, std::string> formats_of_paths;
  if (!options.format.empty()) formats_of_paths.emplace("-", options.format);
  for (const std::string& argument : options.files) {
    Wanted wanted = wanted_of(argument, formats);
    const auto [path, wrong] = output_name(wanted.path, node_names(options.identify));
    if (!wrong.empty()) return wrong;
    const std::string unnamed = options.format.empty() ? "text" : options.format;
    // Standard output and devices have no suffix.
    if (wanted.format.empty() && (path == "-" || path.starts_with("/dev/")))
      wanted.format = unnamed;
    if (wanted.format.empty()) {
      return "-o " + path + ": the suffix names no format; use one of " + suffixes_of(formats) +
             ", or FORMAT:FILE such as " + formats.back().name + ":" + path;
    }
    const auto [known, is_new] = formats_of_paths.emplace(file_behind(path), wanted.format);
    if (known->second != wanted.format)
      return "-o: " + path + " cannot be both " + known->second + " and " + wanted.format;
    if (path == "-") standard = true;
    if (path == "-" || !is_new) continue;
    OpenedSink opened = open_sink(path);
    if (!opened.sink) return "-o: " + opened.error;
    outputs.push_back({wanted.format, false, std::move(opened.sink)});
  }
  if (standard) {
    const auto named = formats_of_paths.find("-");
    outputs.push_back(
        {named == formats_of_paths.end() ? "text" : named->second, true, standard_output()});
  }
  return outputs;
}

bool write_outputs(std::vector<Output>& outputs,
                   const std::function<std::string(const Output&)>& bytes) {
  bool all = true;
  for (Output& output : outputs) {
    std::optional<std::string> error;
    try {
      error = output.sink->write(bytes(output));
    } catch (const std::exception& failure) {
      error = "Internal error: the " + output.format +
              " output could not be made: " + failure.what() + ".";
    }
    if (error) complain(*error);
    all = all && !error;
  }
  return all;
}

}  // namespace bp
