// Two reports, and what changed.
#include <algorithm>
#include <charconv>

#include "cli/commands/commands.h"
#include "cli/commands/report_input.h"
#include "cli/commands/report_output.h"
#include "cli/output/outputs.h"
#include "report/diff/diff_output.h"

namespace bp {
namespace {

bool fails(const ReportDiff& diff, std::string_view when) {
  if (when == "any") return !diff.changes.empty();
  return when == "worse" && count(diff, Trend::worse) > 0;
}

}  // namespace

std::vector<FormatName> diff_formats() {
  std::vector<FormatName> formats = text_formats();
  formats.push_back({"markdown", {".md", ".markdown"}});
  return formats;
}

std::optional<double> parse_noise(std::string_view text) {
  const bool percent = text.ends_with('%');
  if (percent) text.remove_suffix(1);
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || !percent || !(number >= 0 && number < 100))
    return std::nullopt;
  return number / 100;
}

ExitStatus run_diff(const DiffOptions& options) {
  if (options.before == "-" && options.after == "-") {
    complain("Only one of the two reports can be standard input; name a file for the other.");
    return ExitStatus::usage;
  }
  const auto before = read_report(options.before, options.output.identify);
  const auto after = read_report(options.after, options.output.identify);
  for (const auto* report : {&before, &after}) {
    if (const auto* error = std::get_if<std::string>(report)) {
      complain(*error);
      return ExitStatus::usage;
    }
  }
  auto outputs = open_outputs(options.output, diff_formats(), Print::unasked);
  if (const auto* error = std::get_if<std::string>(&outputs)) {
    complain(*error);
    return ExitStatus::usage;
  }
  const ReportDiff diff = compare(std::get<Report>(before), std::get<Report>(after),
                                  parse_noise(options.noise).value_or(default_noise));
  auto& opened = std::get<std::vector<Output>>(outputs);
  const bool shown = std::ranges::any_of(
      opened, [](const Output& output) { return output.standard && output.format == "text"; });
  for (const std::string& warning : diff.warnings) {
    if (!shown) complain(warning);
  }
  const bool written = write_outputs(opened, [&](const Output& output) {
    if (output.format == "json") return diff_json(diff);
    if (output.format == "markdown") return diff_markdown(diff);
    return diff_text(diff, style_of(output, options.output));
  });
  if (!written) return ExitStatus::incomplete;
  return fails(diff, options.fail_on) ? ExitStatus::not_met : ExitStatus::met;
}

}  // namespace bp
