#include "cli/commands/gate.h"

#include <unistd.h>

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
#include "report/gate/formats.h"
#include "report/redact/redact.h"

namespace bp {
namespace {

/// What is judged: the report, and whether it is of targets.
struct Judging {
  Report report;
  bool fresh = false;
  bool interrupted = false;
};

/// Flags that contradict each other.
std::string contradiction(const GateOptions& options) {
  const bool stored = !options.report.empty();
  const bool offline = !options.targets.empty();
  if (stored && offline) return "--report and --target: give one of them";
  if ((stored || offline) && (!options.gpus.empty() || !options.libcuda.empty()))
    return "--gpu and --libcuda are of a fresh run: not with --report or --target";
  if (stored && options.shape != Shape{})
    return "--report: its backends were judged for the shape that it was made with";
  return {};
}

Report expected(const std::vector<Target>& targets, const Shape& shape) {
  Report report;
  report.tool = tool_info();
  report.created = now_utc();
  for (const Target target : targets)
    report.targets.push_back(expected_target(probe_pack(), target, shape, report.created));
  return report;
}

ExitStatus status_of(const std::vector<gate::Result>& results, const Judging& judging) {
  if (judging.interrupted) return ExitStatus::interrupted;
  const auto& problem = judging.report.driver.problem;
  if (judging.fresh && problem && means_no_gpu(*problem)) return ExitStatus::no_gpu;
  switch (gate::effect_of(results)) {
    case gate::Effect::passes:
      return ExitStatus::met;
    case gate::Effect::fails:
      return ExitStatus::not_met;
    default:
      return ExitStatus::incomplete;
  }
}

std::string bytes_of(const Output& output, const std::vector<gate::Result>& results,
                     const Judging& judging, ExitStatus status, Colour colour) {
  const std::string version = judging.report.tool.version;
  const gate::Judging said{version, judging.report.created, static_cast<int>(status)};
  if (output.format == "json") return to_json(results, said);
  if (output.format == "junit") return to_junit(results, said);
  if (output.format == "github") return to_github(results);
  return to_text(results, output.standard && wants_colour(colour, STDOUT_FILENO));
}

std::string doubt_of(const Report& report, bool allowed) {
  if (allowed || !gate::is_pretended(report)) return {};
  return "this report was made by a fake driver or a simulator, which says nothing of a GPU "
         "(--allow-fake takes it all the same)";
}

}  // namespace

std::vector<FormatName> gate_formats() {
  return {{"text", {".txt"}}, {"json", {".json"}}, {"junit", {".xml"}}, {"github", {}}};
}

ExitStatus run_gate(const GateOptions& options) {
  const auto usage = [](const std::string& sentence) {
    complain_in_lines(sentence);
    return ExitStatus::usage;
  };
  if (const std::string wrong = contradiction(options); !wrong.empty()) return usage(wrong);
  TargetChoice choice = choose_targets(options.targets);
  if (!choice.error.empty()) return usage(choice.error);

  Judging judging;
  const bool stored = !options.report.empty();
  if (stored) {
    auto report = read_report(options.report);
    if (const auto* error = std::get_if<std::string>(&report)) return usage(*error);
    judging.report = std::get<Report>(std::move(report));
  }
  const auto read = gate_demands(options, gate_names(stored ? &judging.report : nullptr));
  if (const auto* error = std::get_if<std::string>(&read)) return usage(*error);
  const auto& demands = std::get<std::vector<gate::Demand>>(read);
  if (demands.empty())
    return usage(
        "Nothing is required: give --require 'feature:ID>=verified', or write a "
        ".blackwell-probe.toml");

  const bool fresh = !stored && choice.targets.empty();
  const auto planned = fresh ? Probing::plan(probing_for(options, demands))
                             : std::variant<Probing, std::string>(std::string());
  if (const auto* error = std::get_if<std::string>(&planned); fresh && error != nullptr)
    return usage(*error);
  auto opened = open_outputs(options.output, gate_formats(), Print::always);
  if (const auto* error = std::get_if<std::string>(&opened)) return usage(*error);
  auto& outputs = std::get<std::vector<Output>>(opened);

  Interrupts interrupts;  // until the results are written
  if (fresh) {
    auto probed = std::get<Probing>(planned).probe(interrupts);
    if (const auto* error = std::get_if<std::string>(&probed)) return usage(*error);
    auto& [report, conditions] = std::get<Probing::Probed>(probed);
    judging = {redact(std::move(report), identity()), true, conditions.interrupted};
  } else if (!stored) {
    judging.report = expected(choice.targets, options.shape);
  }
  const gate::Scene scene = choice.targets.empty() ? gate::scene_of(judging.report)
                                                   : gate::scene_of_targets(judging.report);
  const auto results =
      gate::judge_all(demands, scene, doubt_of(judging.report, options.allow_fake));
  ExitStatus status = status_of(results, judging);
  const bool written = write_outputs(outputs, [&](const Output& output) {
    return bytes_of(output, results, judging, status, options.output.colour);
  });
  if (interrupts.arrived()) return ExitStatus::interrupted;
  if (!written && status == ExitStatus::met) status = ExitStatus::incomplete;
  if (fresh && judging.report.driver.problem) complain(said(*judging.report.driver.problem));
  return status;
}

}  // namespace bp
