#include "cli/output/outputs.h"

#include <algorithm>
#include <cctype>
#include <exception>
#include <optional>

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
  std::vector<std::string> seen;
  for (const std::string& pattern : options.files) {
    const auto [path, wrong] = output_name(pattern, node_names(options.identify));
    if (!wrong.empty()) return wrong;
    if (std::ranges::find(seen, path) != seen.end()) continue;
    seen.push_back(path);
    if (path == "-") {
      standard = true;
      continue;
    }
    const FormatName* format = format_of(path, formats);
    // Devices have no suffix: they get what standard output gets.
    const bool device = path.starts_with("/dev/");
    if (format == nullptr && !device) {
      return "-o " + path + ": the suffix names no format; use one of " + suffixes_of(formats);
    }
    OpenedSink opened = open_sink(path);
    if (!opened.sink) return "-o: " + opened.error;
    const std::string name = format != nullptr        ? format->name
                             : options.format.empty() ? "text"
                                                      : options.format;
    outputs.push_back({name, false, std::move(opened.sink)});
  }
  if (standard) {
    outputs.push_back({options.format.empty() ? "text" : options.format, true, standard_output()});
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
