#include "cli/commands/report_output.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "report/formats/format.h"

namespace bp {

std::vector<FormatName> report_formats() {
  std::vector<FormatName> names;
  for (const Format& format : formats()) {
    names.push_back({std::string(format.name), {format.suffixes.begin(), format.suffixes.end()}});
  }
  return names;
}

Style style_of(const Output& output, const OutputOptions& options) {
  Style style;
  if (output.standard) {
    style.width = columns_of(STDOUT_FILENO);
    style.colour = wants_colour(options.colour, STDOUT_FILENO);
    style.unicode = has_unicode();
  }
  return style;
}

std::variant<std::vector<Output>, std::string> open_report_outputs(const OutputOptions& options,
                                                                   Print print) {
  auto opened = open_outputs(options, report_formats(), print);
  auto* outputs = std::get_if<std::vector<Output>>(&opened);
  if (outputs == nullptr ||
      std::ranges::find(*outputs, "github", &Output::format) == outputs->end())
    return opened;
  const char* summary = std::getenv("GITHUB_STEP_SUMMARY");
  if (summary == nullptr || *summary == '\0') return opened;
  OpenedSink end = open_end_of(summary);
  if (!end.sink) return "GITHUB_STEP_SUMMARY: " + end.error;
  outputs->push_back({"markdown", false, std::move(end.sink)});
  return opened;
}

bool write_report(std::vector<Output>& outputs, const Report& report, const OutputOptions& options,
                  Detail standard) {
  const bool files =
      std::ranges::any_of(outputs, [](const Output& output) { return !output.standard; });
  return write_outputs(outputs, [&](const Output& output) {
    const Format* format = find_format(output.format);
    if (format == nullptr) throw std::logic_error("no format is called " + output.format);
    Style style = style_of(output, options);
    if (output.standard) style.detail = files ? Detail::summary : standard;
    return format->serialise(report, style);
  });
}

}  // namespace bp
