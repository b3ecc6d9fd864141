#include "cli/commands/gate.h"

#include <unistd.h>

#include <algorithm>

#include "cli/commands/commands.h"
#include "cli/commands/gate_demands.h"
#include "cli/commands/offline.h"
#include "cli/commands/probing.h"
#include "cli/commands/report_input.h"
#include "cli/commands/tool.h"
#include "cli/environment/identity.h"
#include "cli/output/outputs.h"
#include "cli/output/said.h"
#include "probes/features/embedded.h"
#include "report/gate/emit.h"
#include "report/gate/formats.h"
#include "report/redact/redact.h"

namespace bp {
namespace {

constexpr const char* pytest_markers = "pytest-markers";

struct UsageError {
  std::string text;
};

/// What the command line asks for, checked before anything is opened or probed.
struct GatePlan {
  std::vector<gate::Demand> demands;
  std::vector<Target> targets;
  std::optional<Report> stored;
  std::optional<Probing> probing;  // of a fresh run
  std::vector<Output> outputs;
};

struct Judgement {
  Report report;
  bool interrupted = false;
  std::string doubt;  // why nothing of the report counts
  std::vector<gate::Result> results;
  gate::Scene scene() const {
    return report.targets.empty() ? gate::scene_of(report) : gate::scene_of_targets(report);
  }
};

/// What went well; the sentence of what did not is a usage error.
template <typename Value>
Value usable(std::variant<Value, std::string> result) {
  if (const auto* error = std::get_if<std::string>(&result)) throw UsageError{*error};
  return std::get<Value>(std::move(result));
}

void check_flags(const GateOptions& options) {
  const bool stored = !options.report.empty();
  const bool offline = !options.targets.empty();
  if (stored && offline) throw UsageError{"--report and --target: give one of them"};
  if ((stored || offline) && (!options.gpus.empty() || !options.libcuda.empty()))
    throw UsageError{"--gpu and --libcuda are of a fresh run: not with --report or --target"};
  if (stored && options.shape != Shape{})
    throw UsageError{"--report: its backends were judged for the shape that it was made with"};
  const bool printed = !options.output.format.empty() ||
                       std::ranges::find(options.output.files, "-") != options.output.files.end();
  if (!options.emit.empty() && printed)
    throw UsageError{"--emit " + options.emit + " has standard output: not with --format or -o -"};
}

GatePlan gate_plan(const GateOptions& options) {
  check_flags(options);
  GatePlan plan;
  TargetChoice choice = choose_targets(options.targets);
  if (!choice.error.empty()) throw UsageError{choice.error};
  plan.targets = std::move(choice.targets);
  if (!options.report.empty()) plan.stored = usable(read_report(options.report));
  plan.demands = usable(gate_demands(options, gate_names(plan.stored ? &*plan.stored : nullptr)));
  if (plan.demands.empty() && options.emit.empty()) {
    throw UsageError{
        "Nothing is required: give --require 'feature:ID>=verified', or write a "
        ".blackwell-probe.toml"};
  }
  if (!plan.stored && plan.targets.empty())
    plan.probing = usable(Probing::plan(probing_for(options, plan.demands)));
  const bool to_stdout = options.emit.empty();
  if (to_stdout || !options.output.files.empty()) {
    plan.outputs = usable(
        open_outputs(options.output, gate_formats(), to_stdout ? Print::always : Print::unasked));
  }
  return plan;
}

Report expected_report(const std::vector<Target>& targets, const Shape& shape) {
  Report report;
  report.tool = tool_info();
  report.created = now_utc();
  for (const Target target : targets)
    report.targets.push_back(expected_target(probe_pack(), target, shape, report.created));
  return report;
}

Judgement judge_plan(const GatePlan& plan, const GateOptions& options, Interrupts& interrupts) {
  Judgement judgement;
  if (plan.probing) {
    auto probed = usable(plan.probing->probe(interrupts));
    judgement.report = redact(std::move(probed.report), identity());
    judgement.interrupted = probed.conditions.interrupted;
  } else {
    judgement.report = plan.stored ? *plan.stored : expected_report(plan.targets, options.shape);
    // Those of a stored report are no answer: --target asks for them.
    if (plan.stored) judgement.report.targets.clear();
  }
  if (!options.allow_fake && gate::is_pretended(judgement.report)) {
    judgement.doubt =
        "this report was made by a fake driver or a simulator, which says nothing of a GPU "
        "(--allow-fake takes it all the same)";
  }
  judgement.results = gate::judge_all(plan.demands, judgement.scene(), judgement.doubt);
  return judgement;
}

ExitStatus status_of(const GatePlan& plan, const Judgement& judgement) {
  if (judgement.interrupted) return ExitStatus::interrupted;
  const auto& problem = judgement.report.driver.problem;
  if (plan.probing && problem && means_no_gpu(*problem)) return ExitStatus::no_gpu;
  if (!judgement.doubt.empty()) return ExitStatus::incomplete;
  // Of --emit alone: there is nothing to say without a GPU that can be used.
  if (plan.demands.empty())
    return judgement.scene().gpus.empty() || !is_complete(judgement.report) ? ExitStatus::incomplete
                                                                            : ExitStatus::met;
  switch (gate::effect_of(judgement.results)) {
    case gate::Effect::passes:
      return ExitStatus::met;
    case gate::Effect::fails:
      return ExitStatus::not_met;
    default:
      return ExitStatus::incomplete;
  }
}

std::string bytes_of(const Output& output, const Judgement& judgement, ExitStatus status,
                     Colour colour) {
  const std::vector<gate::Result>& results = judgement.results;
  const gate::Judging said{judgement.report.tool.version, judgement.report.created,
                           static_cast<int>(status)};
  if (output.format == "json") return to_json(results, said);
  if (output.format == "junit") return to_junit(results, said);
  if (output.format == "github") return to_github(results);
  return to_text(results, output.standard && wants_colour(colour, STDOUT_FILENO));
}

/// What --emit asks for; empty where there is nothing to make it of.
std::string emitted(const std::string& kind, const GatePlan& plan, const Judgement& judgement) {
  const gate::Scene scene = judgement.scene();
  if (scene.gpus.empty() || !judgement.doubt.empty()) return {};
  if (kind == pytest_markers)
    return emit_pytest(judgement.results, scene, gate_names(&judgement.report));
  const auto needs = arch_needs(scene, features_of(plan.demands));
  if (needs.empty()) return {};
  const auto lists = gate::arch_lists(needs, embedded_matrix(probe_pack()));
  return kind == "cmake" ? emit_cmake(lists, scene) : emit_env(lists, scene);
}

/// False if it could not be written. What is wrong is said on standard error, as standard output
/// is the script's.
bool emit(const GateOptions& options, const GatePlan& plan, const Judgement& judgement) {
  const std::string script = emitted(options.emit, plan, judgement);
  if (script.empty())
    complain("--emit " + options.emit + ": " +
             (judgement.doubt.empty() ? "there is no GPU to say anything of" : judgement.doubt));
  for (const GpuReport& gpu : judgement.report.gpus) {
    if (gpu.facts.problem)
      complain("--emit " + options.emit + ": GPU " + std::to_string(gpu.facts.index) + ": " +
               said(*gpu.facts.problem));
  }
  for (const gate::Result& result : judgement.results) {
    const gate::Effect effect = effect_of(result.outcome);
    if (effect == gate::Effect::fails || effect == gate::Effect::open)
      complain(std::string(words(result.outcome)) + ": " + result.demand.text + ": " +
               result.finding.reason);
  }
  const auto error = standard_output()->write(script);
  if (error) complain(*error);
  return !error;
}

ExitStatus run_plan(GatePlan& plan, const GateOptions& options) {
  Interrupts interrupts;  // until the results are written
  const Judgement judgement = judge_plan(plan, options, interrupts);
  const ExitStatus status = status_of(plan, judgement);
  bool written = write_outputs(plan.outputs, [&](const Output& output) {
    return bytes_of(output, judgement, status, options.output.colour);
  });
  if (!options.emit.empty()) written = emit(options, plan, judgement) && written;
  const auto& problem = judgement.report.driver.problem;
  if (plan.probing && problem) complain(said(*problem));
  if (interrupts.arrived()) return ExitStatus::interrupted;
  return written || status != ExitStatus::met ? status : ExitStatus::incomplete;
}

}  // namespace

std::vector<FormatName> gate_formats() {
  return {{"text", {".txt"}}, {"json", {".json"}}, {"junit", {".xml"}}, {"github", {}}};
}

std::vector<std::string> emit_kinds() { return {pytest_markers, "cmake", "env"}; }

ExitStatus run_gate(const GateOptions& options) {
  try {
    GatePlan plan = gate_plan(options);
    return run_plan(plan, options);
  } catch (const UsageError& error) {
    complain_in_lines(error.text);
    return ExitStatus::usage;
  }
}

}  // namespace bp
