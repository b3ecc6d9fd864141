#include "probes/engine/controls.h"

#include <algorithm>
#include <future>

#include "probes/assembly/log.h"

namespace bp {
namespace {

Control control_alone(const DriverAssembler& assembler, const Pack& pack,
                      const InstructionProbe& probe, Target target) {
  const auto [text, answer] = link_alone(assembler, pack, probe, target);
  if (answer.accepted()) return {Control::Outcome::passed, target};
  if (trouble(answer) != Trouble::none) return {Control::Outcome::unreachable, target};
  return {Control::Outcome::refused, target,
          judge(text, parse_log(answer.log), probe.instructions.front()).message};
}

/// Those whose planted instruction, and nothing else of them, is refused.
Controls check_group(const DriverAssembler& assembler, const Pack& pack, Probes probes,
                     Target target) {
  const auto joined = link_planted(assembler, pack, probes, target);
  if (joined.answer.truncated) return {};
  const auto parts = parts_of(joined, probes.size());
  Controls controls;
  for (std::size_t i = 0; i < probes.size(); ++i) {
    bool planted = false;
    bool other = false;
    const auto before = parts[i].text.substr(0, parts[i].text.rfind(planted_refusal));
    const auto plant = static_cast<std::size_t>(std::ranges::count(before, '\n')) + 1;
    for (const auto& entry : parts[i].log) {
      if (entry.severity < LogLine::Severity::error) continue;
      (entry.line == plant ? planted : other) = true;
    }
    if (planted && !other)
      controls[probes[i]] = {Control::Outcome::passed, target, {}, /*checked_only=*/true};
  }
  return controls;
}

Controls assemble_group(const DriverAssembler& assembler, const Pack& pack, Probes probes,
                        Target target) {
  Controls controls;
  if (probes.size() > 1 && link_joined(assembler, pack, probes, target).answer.accepted()) {
    for (const auto* probe : probes) controls[probe] = {Control::Outcome::passed, target};
  }
  return controls;
}

Controls control_group(const DriverAssembler& assembler, const Pack& pack, Probes probes,
                       Target target, bool checks_only) {
  auto controls = (checks_only ? check_group : assemble_group)(assembler, pack, probes, target);
  for (const auto* probe : probes) {
    if (!controls.contains(probe)) controls[probe] = control_alone(assembler, pack, *probe, target);
  }
  return controls;
}

/// Groups as large as possible: each target that serves the most probes that have none yet.
std::map<Target, std::vector<const InstructionProbe*>> group_by_control(
    const DriverAssembler& assembler, const Pack& pack, Probes probes, Target own) {
  std::map<Target, std::vector<const InstructionProbe*>> served;
  for (const auto* probe : probes) {
    for (const auto target : control_targets(pack, *probe, own)) {
      if (in_reach(assembler, *probe, target)) served[target].push_back(probe);
    }
  }
  std::map<Target, std::vector<const InstructionProbe*>> groups;
  std::vector<const InstructionProbe*> open(probes.begin(), probes.end());
  while (!open.empty() && !served.empty()) {
    const auto best =
        std::ranges::max_element(served, {}, [](const auto& entry) { return entry.second.size(); });
    if (best->second.empty()) break;
    const auto chosen = best->second;
    groups[best->first] = chosen;
    for (const auto* probe : chosen) {
      std::erase(open, probe);
      for (auto& [target, list] : served) std::erase(list, probe);
    }
  }
  return groups;
}

}  // namespace

std::vector<Target> control_targets(const Pack& pack, const InstructionProbe& probe, Target own) {
  std::vector<Target> targets;
  for (const auto& row : pack.assemblies()) {
    if (row.module == probe.feature && row.accepted && row.target.cc != own.cc)
      targets.push_back(row.target);
  }
  return targets;
}

Controls run_controls(const DriverAssembler& assembler, const Pack& pack, Probes probes, Target own,
                      const ControlOptions& options) {
  const auto groups = group_by_control(assembler, pack, probes, own);
  const auto policy = options.serial ? std::launch::deferred : std::launch::async;
  std::vector<std::future<Controls>> running;
  for (const auto& [target, list] : groups) {
    for (auto& share : in_shares(list)) {
      running.push_back(std::async(
          policy, [&assembler, &pack, &options, share = std::move(share), target = target] {
            return control_group(assembler, pack, share, target, options.checks_only);
          }));
    }
  }
  Controls controls;
  for (auto& group : running) controls.merge(group.get());
  // One target may fail for reasons of its own: the others may still prove the text.
  for (auto& [probe, control] : controls) {
    if (control.outcome == Control::Outcome::passed) continue;
    for (const auto target : control_targets(pack, *probe, own)) {
      if (target == control.target || !in_reach(assembler, *probe, target)) continue;
      auto other = control_alone(assembler, pack, *probe, target);
      if (other.outcome == Control::Outcome::passed) {
        control = std::move(other);
        break;
      }
    }
  }
  return controls;
}

}  // namespace bp
