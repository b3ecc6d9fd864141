#include "cli/commands/commands.h"
#include "cli/commands/model_choice.h"
#include "cli/commands/report_input.h"
#include "cli/commands/report_output.h"
#include "cli/output/outputs.h"
#include "report/models/evaluate.h"

namespace bp {

ExitStatus run_render(const RenderOptions& options) {
  const ModelChoice models = choose_models(options.models);
  if (!models.error.empty()) {
    complain(models.error);
    return ExitStatus::usage;
  }
  auto read = read_report(options.file, options.output.identify);
  if (const auto* error = std::get_if<std::string>(&read)) {
    complain(*error);
    return ExitStatus::usage;
  }
  Report& report = std::get<Report>(read);
  if (!options.models.empty())
    report.models = evaluate_models(report, models.models, embedded_catalogue(), true);
  auto outputs = open_report_outputs(options.output, Print::unasked);
  if (const auto* error = std::get_if<std::string>(&outputs)) {
    complain(*error);
    return ExitStatus::usage;
  }
  return write_report(std::get<std::vector<Output>>(outputs), report, options.output)
             ? ExitStatus::met
             : ExitStatus::incomplete;
}

}  // namespace bp
