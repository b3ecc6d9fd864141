#include "cli/commands/commands.h"
#include "cli/commands/report_input.h"
#include "cli/commands/report_output.h"
#include "cli/output/outputs.h"

namespace bp {

ExitStatus run_render(const RenderOptions& options) {
  const auto report = read_report(options.file);
  if (const auto* error = std::get_if<std::string>(&report)) {
    complain(*error);
    return ExitStatus::usage;
  }
  auto outputs = open_report_outputs(options.output, Print::unasked);
  if (const auto* error = std::get_if<std::string>(&outputs)) {
    complain(*error);
    return ExitStatus::usage;
  }
  return write_report(std::get<std::vector<Output>>(outputs), std::get<Report>(report),
                      options.output)
             ? ExitStatus::met
             : ExitStatus::incomplete;
}

}  // namespace bp
