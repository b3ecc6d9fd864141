#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "cli/commands/commands.h"
#include "cli/commands/offline.h"
#include "cli/commands/plan.h"
#include "cli/commands/report_output.h"
#include "cli/commands/tool.h"
#include "cli/output/said.h"
#include "cli/output/variables.h"
#include "probes/assembly/embedded/toolkit_table.h"
#include "probes/features/embedded.h"
#include "report/backends/catalogue.h"
#include "report/disputed/claims.h"
#include "report/evaluate/evaluate.h"
#include "report/evaluate/rates.h"
#include "report/redact/redact.h"

namespace bp {
namespace {

std::vector<Fact> environment() {
  std::vector<Fact> facts;
  utsname system{};
  if (uname(&system) == 0) {
    facts.push_back(
        {"operating_system", std::string(system.sysname) + " " + system.release, "uname", {}});
    facts.push_back({"architecture", std::string(system.machine), "uname", {}});
  }
  for (const char* name : reported_variables) {
    if (const char* value = std::getenv(name)) {
      facts.push_back({std::string("variable_") + name, std::string(value), "environment", {}});
    }
  }
  return facts;
}

Identity identity() {
  Identity who;
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) == 0) who.host = host.data();
  // Not from the user database: that may be a network away.
  for (const char* name : {"LOGNAME", "USER"}) {
    if (const char* user = std::getenv(name)) who.user = user;
  }
  if (const char* home = std::getenv("HOME")) who.home = home;
  return who;
}

/// What people see on standard error while probes run.
class Display {
 public:
  explicit Display(std::size_t items) : items_(items) {}

  ProbeProgress progress() {
    return {.waiting =
                [this] {
                  line_.show("starting the driver ...");
                  // The driver takes a quarter of a second to start: time for what the report will
                  // need.
                  embedded_catalogue();
                  embedded_claims();
                  toolkit_table();
                  probe_pack();
                },
            .opened = [this](const GpuFacts&) { ++gpus_; },
            .started = [this](int gpu, const std::string& item) { show(gpu, item); },
            .feature = [this](int gpu, const FeatureResult& result) { ended(gpu, result.id); },
            .kernel = [this](int gpu, const KernelResult& result) { ended(gpu, result.id); },
            .survey =
                [this](const SurveyResult& result) {
                  ended(result.gpus.empty() ? 0 : result.gpus.front(), result.id);
                }};
  }
  void clear() { line_.clear(); }

 private:
  void ended(int gpu, const std::string& item) {
    ++ended_;
    show(gpu, item);
  }
  void show(int gpu, const std::string& item) {
    line_.show(std::to_string(ended_) + "/" + std::to_string(items_ * gpus_) + "  GPU " +
               std::to_string(gpu) + "  " + item);
  }

  StatusLine line_;
  std::size_t items_;
  std::size_t gpus_ = 0;
  std::size_t ended_ = 0;
};

std::string no_such_gpu(const ProbeOutcome& outcome) {
  std::string known;
  for (const std::string& gpu : outcome.known_gpus) known += (known.empty() ? "" : ", ") + gpu;
  return "--gpu " + *outcome.unknown_gpu + ": there is no such GPU here; this machine has " + known;
}

Report assemble(ProbeOutcome outcome, const RunOptions& options,
                const std::vector<Target>& targets) {
  Report report;
  report.schema_version = schema_version;
  report.tool = tool_info();
  report.created = now_utc();
  report.command = command_text(options);
  report.seed = options.seed;
  report.shape = options.shape;
  report.driver = std::move(outcome.driver);
  report.environment = environment();
  report.log = std::move(outcome.log);
  report.surveys = complete_surveys(outcome.gpus, std::move(outcome.surveys), options);
  for (ProbedGpu& gpu : outcome.gpus) {
    complete_results(gpu, options);
    GpuReport entry{std::move(gpu.facts),
                    std::move(gpu.target),
                    std::move(gpu.features),
                    std::move(gpu.kernels),
                    {}};
    const Subject subject = subject_of(entry, report.driver);
    entry.backends = evaluate(embedded_catalogue(), subject, options.shape, report.created);
    entry.selectors = walk_selectors(embedded_catalogue(), subject, entry.backends, options.shape);
    entry.rates = rates_of(entry.facts, entry.features);
    report.gpus.push_back(std::move(entry));
  }
  const Pack& pack = probe_pack();
  // With a GPU here the report is about it; what other targets would do is added where it was asked
  // for.
  std::vector<Target> shown = targets;
  if (shown.empty() && options.bare && report.gpus.empty() && !outcome.interrupted)
    shown = known_numbers();
  for (const Target target : shown) {
    report.targets.push_back(expected_target(pack, target, options.shape, report.created));
  }
  std::vector<MatrixRow> matrix =
      embedded_matrix(pack, shown.empty() ? claimed_features() : std::vector<std::string>());
  report.disputed = disputed_facts(report.gpus, report.surveys, matrix);
  if (!shown.empty()) report.matrix = rows_of(std::move(matrix), shown);
  report.complete = is_complete(report) && !outcome.interrupted;
  return report;
}

}  // namespace

ExitStatus run_probes(const RunOptions& options) {
  Planned planned = plan_run(options);
  const TargetChoice choice = choose_targets(options.targets);
  if (planned.error.empty()) planned.error = choice.error;
  if (!planned.error.empty()) {
    complain(planned.error);
    return ExitStatus::usage;
  }
  auto opened = open_report_outputs(options.output, Print::always);
  if (const auto* error = std::get_if<std::string>(&opened)) {
    complain(*error);
    return ExitStatus::usage;
  }
  auto& outputs = std::get<std::vector<Output>>(opened);

  Interrupts interrupts;  // until the results are written
  Display display(planned.plan.features.size() + planned.plan.kernels.size() +
                  planned.plan.surveys.size());
  ProbeOutcome outcome = supervise(planned.plan, display.progress(), interrupts);
  display.clear();
  if (outcome.interrupted) end_interrupted_after(500);
  for (const std::string& name : outcome.stuck) {
    complain(name + " does not end: it is stuck in the driver; check dmesg for Xid lines");
  }
  if (outcome.unknown_gpu) {
    complain(no_such_gpu(outcome));
    return ExitStatus::usage;
  }

  RunConditions conditions{options.bare, options.strict, outcome.interrupted, false};
  Report report = assemble(std::move(outcome), options, choice.targets);
  if (!options.identify) report = redact(std::move(report), identity());
  conditions.output_failed = !write_report(outputs, report, options.output);
  if (interrupts.arrived()) conditions.interrupted = true;
  const ExitStatus status = exit_status(report, conditions);
  // The report may have gone to a file: the status is explained here too.
  if (status == ExitStatus::no_gpu || status == ExitStatus::incomplete) {
    if (report.driver.problem) complain(said(*report.driver.problem));
    for (const GpuReport& gpu : report.gpus) {
      if (!gpu.facts.problem) continue;
      complain("GPU " + std::to_string(gpu.facts.index) + ": " + said(*gpu.facts.problem));
    }
  }
  return status;
}

}  // namespace bp
