#include "cli/commands/commands.h"
#include "cli/commands/complaints.h"
#include "cli/commands/probing.h"
#include "cli/commands/report_output.h"
#include "cli/environment/identity.h"
#include "report/redact/redact.h"

namespace bp {

ExitStatus run_probes(const RunOptions& options) {
  const auto planned = Probing::plan(options);
  if (const auto* error = std::get_if<std::string>(&planned)) {
    complain(*error);
    return ExitStatus::usage;
  }
  auto opened = open_report_outputs(options.output, Print::always);
  if (const auto* error = std::get_if<std::string>(&opened)) {
    complain(*error);
    return ExitStatus::usage;
  }
  auto& outputs = std::get<std::vector<Output>>(opened);

  Interrupts interrupts;  // until the results are written
  auto probed = std::get<Probing>(planned).probe(interrupts);
  if (const auto* error = std::get_if<std::string>(&probed)) {
    complain(*error);
    return ExitStatus::usage;
  }
  auto& [report, conditions] = std::get<Probing::Probed>(probed);
  if (!options.output.identify) report = redact(std::move(report), identity());
  conditions.output_failed = !write_report(outputs, report, options.output);
  if (interrupts.arrived()) conditions.interrupted = true;
  const ExitStatus status = exit_status(report, conditions);
  if (status == ExitStatus::no_gpu || status == ExitStatus::incomplete) complain_of_gpus(report);
  return status;
}

}  // namespace bp
