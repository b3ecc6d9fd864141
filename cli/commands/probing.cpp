#include "cli/commands/probing.h"

#include <utility>

#include "cli/commands/complaints.h"
#include "cli/commands/model_choice.h"
#include "cli/commands/offline.h"
#include "cli/commands/plan.h"
#include "cli/commands/progress.h"
#include "cli/commands/tool.h"
#include "cli/environment/environment.h"
#include "cli/environment/identity.h"
#include "probes/assembly/embedded/toolkit_table.h"
#include "probes/features/embedded.h"
#include "report/backends/catalogue.h"
#include "report/disputed/claims.h"
#include "report/evaluate/evaluate.h"
#include "report/evaluate/rates.h"
#include "report/models/evaluate.h"

namespace bp {
namespace {

Report assemble(ProbeOutcome outcome, std::vector<Fact> environment, const RunOptions& options,
                const std::vector<Target>& targets, const std::vector<Model>& models) {
  Report report;
  report.schema_version = schema_version;
  report.tool = tool_info();
  report.created = now_utc();
  report.command = command_text(options);
  report.seed = options.seed;
  report.shape = options.shape;
  report.driver = std::move(outcome.driver);
  report.environment = std::move(environment);
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
  // What every known target would do with every model is a long list: only where it was asked for.
  const bool of_targets = !options.targets.empty() || !options.models.empty();
  report.models = evaluate_models(report, models, embedded_catalogue(), of_targets);
  report.complete = is_complete(report) && !outcome.interrupted;
  return report;
}

/// What the report will need: the driver takes a quarter of a second to start.
void prepare() {
  embedded_catalogue();
  embedded_claims();
  toolkit_table();
  probe_pack();
}

}  // namespace

Probing::Probing(RunOptions options, ProbePlan plan, std::vector<Target> targets,
                 std::vector<Model> models)
    : options_(std::move(options)),
      plan_(std::move(plan)),
      targets_(std::move(targets)),
      models_(std::move(models)) {}

std::variant<Probing, std::string> Probing::plan(const RunOptions& options) {
  Planned planned = plan_run(options);
  if (!planned.error.empty()) return planned.error;
  TargetChoice choice = choose_targets(options.targets);
  if (!choice.error.empty()) return choice.error;
  ModelChoice models = choose_models(options.models);
  if (!models.error.empty()) return models.error;
  return Probing(options, std::move(planned.plan), std::move(choice.targets),
                 std::move(models.models));
}

std::variant<Probing::Probed, std::string> Probing::probe(Interrupts& interrupts) const {
  const EnvironmentReading environment;
  ProgressDisplay display(plan_, options_.talk, options_.output.identify);
  ProbeOutcome outcome = supervise(plan_, display.progress(prepare), interrupts);
  display.clear();
  const Patience patience = outcome.interrupted ? Patience::none : Patience::limit;
  if (outcome.interrupted) end_interrupted_after(2000);
  complain_of_stuck(outcome);
  if (outcome.unknown_gpu) return no_such_gpu(outcome, options_.output.identify);
  const RunConditions conditions{options_.bare, options_.strict, outcome.interrupted, false};
  return Probed{
      assemble(std::move(outcome), environment.facts(patience), options_, targets_, models_),
      conditions};
}

}  // namespace bp
