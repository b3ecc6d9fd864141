#include <algorithm>

#include "cli/commands/bench_plan.h"
#include "cli/commands/commands.h"
#include "cli/commands/complaints.h"
#include "cli/commands/progress.h"
#include "cli/commands/report_output.h"
#include "cli/commands/tool.h"
#include "cli/environment/environment.h"
#include "cli/environment/identity.h"
#include "cli/output/said.h"
#include "report/redact/redact.h"

namespace bp {
namespace {

Report bench_report(ProbeOutcome outcome, std::vector<Fact> environment,
                    const BenchOptions& options) {
  Report report;
  report.schema_version = schema_version;
  report.tool = tool_info();
  report.created = now_utc();
  report.command = command_text(options);
  report.seed = options.seed;
  report.driver = std::move(outcome.driver);
  report.environment = std::move(environment);
  report.log = std::move(outcome.log);
  for (ProbedGpu& gpu : outcome.gpus) {
    report.gpus.push_back({.facts = std::move(gpu.facts),
                           .target = std::move(gpu.target),
                           .features = std::move(gpu.features),
                           .bench = std::move(gpu.bench)});
  }
  report.complete = is_complete(report) && !outcome.interrupted;
  return report;
}

/// Why not one row of the GPU was timed; empty: one was, or what is wrong with the GPU says it.
std::string nothing_timed(const GpuReport& gpu) {
  if (gpu.facts.problem || gpu.bench.rows.empty()) return {};
  const auto timed = [](const BenchRow& row) { return row.time.has_value(); };
  if (std::ranges::any_of(gpu.bench.rows, timed)) return {};
  const BenchRow& first = gpu.bench.rows.front();
  return "GPU " + std::to_string(gpu.facts.index) + ": nothing was timed" +
         (first.reason ? ". " + first.kernel + " is " + std::string(words(first.status)) + ": " +
                             said(*first.reason)
                       : ".");
}

}  // namespace

ExitStatus run_bench(const BenchOptions& options) {
  const PlannedRows planned = plan_bench(options);
  if (!planned.error.empty()) {
    complain(planned.error);
    return ExitStatus::usage;
  }
  if (options.list) {
    if (const auto error = standard_output()->write(listed_shapes(options))) {
      complain(*error);
      return ExitStatus::incomplete;
    }
    return ExitStatus::met;
  }
  auto opened = open_report_outputs(options.output, Print::always);
  if (const auto* error = std::get_if<std::string>(&opened)) {
    complain(*error);
    return ExitStatus::usage;
  }
  auto& outputs = std::get<std::vector<Output>>(opened);

  Interrupts interrupts;  // until the results are written
  const EnvironmentReading environment;
  ProgressDisplay display(planned.plan, options.talk, options.output.identify);
  ProbeOutcome outcome = supervise(planned.plan, display.progress([] {}), interrupts);
  display.clear();
  if (outcome.interrupted) end_interrupted_after(2000);
  complain_of_stuck(outcome);
  if (outcome.unknown_gpu) {
    complain(no_such_gpu(outcome, options.output.identify));
    return ExitStatus::usage;
  }
  RunConditions conditions{.interrupted = outcome.interrupted};
  Report report = bench_report(
      std::move(outcome),
      environment.facts(conditions.interrupted ? Patience::none : Patience::limit), options);
  if (!options.output.identify) report = redact(std::move(report), identity());
  conditions.output_failed = !write_report(outputs, report, options.output, Detail::summary);
  if (interrupts.arrived()) conditions.interrupted = true;
  ExitStatus status = exit_status(report, conditions);
  if (status == ExitStatus::no_gpu || status == ExitStatus::incomplete) complain_of_gpus(report);
  for (const GpuReport& gpu : report.gpus) {
    const std::string sentence = nothing_timed(gpu);
    if (sentence.empty() || conditions.interrupted) continue;
    complain(sentence);
    // Status 0 would read as a measurement.
    if (status == ExitStatus::met) status = ExitStatus::incomplete;
  }
  return status;
}

}  // namespace bp
