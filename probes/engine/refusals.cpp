#include "probes/engine/refusals.h"

#include <algorithm>
#include <future>

#include "probes/assembly/log.h"
#include "probes/assembly/rewrite.h"
#include "probes/engine/controls.h"
#include "probes/engine/texts.h"
#include "probes/registry/reason.h"

namespace bp {
namespace {

DriverJudgement truncated_log() {
  return {.accepted = false,
          .on_target = false,
          .named = false,
          .message = {},
          .trouble = Trouble::none};
}

// --- verdicts
// ----------------------------------------------------------------------------------------------

Evidence refusal_evidence(std::string by, Target target, std::string text) {
  return {.kind = EvidenceKind::assembled,
          .against = true,
          .by = std::move(by),
          .target = to_string(target),
          .text = std::move(text),
          .value = std::nullopt,
          .unit = {}};
}

/// Part of the proof of a no, hence `against`: it must never satisfy a gate on this GPU.
Evidence control_evidence(std::string by, const Control& control) {
  const auto target = to_string(control.target);
  return refusal_evidence(
      std::move(by), control.target,
      control.checked_only
          ? "positive control: for " + target +
                " nothing of the same text is refused but an instruction planted at its end"
          : "positive control: the same text is accepted for " + target);
}

FeatureResult unsupported(const InstructionProbe& probe, Target own, std::string_view message,
                          std::vector<Evidence> evidence) {
  return {.id = std::string(probe.feature),
          .status = Status::unsupported,
          .reason = make_reason("not_on_target", to_string(own) + ": " + std::string(message)),
          .evidence = std::move(evidence)};
}

FeatureResult blocked(const InstructionProbe& probe, std::string_view reason,
                      std::string_view detail, std::vector<Evidence> evidence = {}) {
  return {.id = std::string(probe.feature),
          .status = Status::blocked,
          .reason = make_reason(reason, detail),
          .evidence = std::move(evidence)};
}

class Judge {
 public:
  Judge(const DriverAssembler& assembler, const Pack& pack, const RefusalOptions& options)
      : assembler_(assembler),
        pack_(pack),
        options_(options),
        own_(targets_for(options.gpu).front()) {}

  void run(Probes probes, const RefusalSink& sink, const std::atomic<bool>& stop) {
    const auto decide = [&](const InstructionProbe& probe, const RefusalVerdict& verdict) {
      if (!stop) sink.decided(probe, verdict);
    };
    if (!assembler_.ability().present) {
      for (const auto* probe : probes)
        decide(*probe, without_driver(*probe, nullptr, no_assembler_text()));
      return;
    }
    std::vector<const InstructionProbe*> reachable;
    for (const auto* probe : probes) {
      if (in_reach(assembler_, *probe, own_)) {
        reachable.push_back(probe);
      } else {
        decide(*probe, without_driver(*probe, nullptr, version_text(*probe)));
      }
    }
    // The embedded toolkit told which ones will be refused: their controls run beside the refusals.
    auto controls = std::async(options_.serial ? std::launch::deferred : std::launch::async, [&] {
      return run_controls(assembler_, pack_, reachable, own_,
                          {.serial = options_.serial, .checks_only = options_.quick});
    });
    const auto judgements = judge_all(reachable, stop);
    const auto proofs = controls.get();
    for (std::size_t i = 0; i < judgements.size() && !stop; ++i) {
      const auto found = proofs.find(reachable[i]);
      decide(*reachable[i], verdict(*reachable[i], judgements[i],
                                    found == proofs.end() ? Control{} : found->second));
    }
  }

 private:
  struct Judged {
    DriverJudgement judgement;
    Target target;  // for which it was made
  };

  std::vector<Judged> judge_all(const std::vector<const InstructionProbe*>& probes,
                                const std::atomic<bool>& stop) {
    std::vector<Judged> judgements;
    std::vector<DriverJudgement> joined;
    if (probes.size() > 1 && !options_.serial && is_known(own_)) joined = judge_shares(probes);
    for (std::size_t i = 0; i < probes.size() && !stop; ++i) {
      const bool settled = i < joined.size() && (joined[i].accepted || joined[i].on_target);
      judgements.push_back(settled ? Judged{joined[i], own_} : alone(*probes[i]));
    }
    return judgements;
  }

  std::vector<DriverJudgement> judge_shares(Probes probes) {
    std::vector<std::future<std::vector<DriverJudgement>>> running;
    for (auto& share : in_shares(probes)) {
      running.push_back(std::async(std::launch::async, [this, share = std::move(share)] {
        return judge_joined(assembler_, pack_, share, own_);
      }));
    }
    std::vector<DriverJudgement> all;
    for (auto& share : running) std::ranges::move(share.get(), std::back_inserter(all));
    return all;
  }

  /// For a capability that the build does not know: the first target that the driver knows.
  Judged alone(const InstructionProbe& probe) {
    Judged last;
    for (const auto target : targets_for(options_.gpu)) {
      last = {judge_alone(assembler_, pack_, probe, target), target};
      if (is_known(target) || last.judgement.trouble != Trouble::unknown_target) break;
    }
    return last;
  }

  RefusalVerdict verdict(const InstructionProbe& probe, const Judged& alone,
                         const Control& control) {
    const auto& judgement = alone.judgement;
    if (judgement.accepted) return Accepted{alone.target};
    if (!judgement.named) return blocked(probe, "log_truncated", {});
    const auto refusal = refusal_evidence(assembler_.name(), alone.target, judgement.message);
    if (!judgement.on_target) {
      switch (judgement.trouble) {
        case Trouble::none:
          return blocked(probe, "refused_otherwise", judgement.message, {refusal});
        case Trouble::absent:
          return without_driver(probe, nullptr, no_assembler_text());
        default:
          return without_driver(probe, &refusal, judgement.message);
      }
    }
    switch (control.outcome) {
      case Control::Outcome::passed:
        return unsupported(probe, alone.target, judgement.message,
                           {refusal, control_evidence(assembler_.name(), control)});
      case Control::Outcome::refused:
        return blocked(probe, "control_failed", to_string(control.target) + ": " + control.message,
                       {refusal});
      case Control::Outcome::unreachable:
        break;
    }
    // The driver's assembler knows no target that has it: its own refusal stays unproven.
    return without_driver(probe, &refusal, "no target that this driver's assembler knows has it");
  }

  /// The embedded toolkit's refusal for this exact known target, with its own positive control.
  FeatureResult without_driver(const InstructionProbe& probe, const Evidence* driver_said,
                               const std::string& why) {
    std::vector<Evidence> evidence;
    if (driver_said) evidence.push_back(*driver_said);
    const bool absent = !assembler_.ability().present;
    const auto* row = pack_.find(probe.feature, own_);
    const bool usable =
        !options_.expected_accepted && row != nullptr && !row->accepted && row->on_target;
    if (!usable)
      return blocked(probe, absent ? "no_assembler" : "driver_too_old", why, std::move(evidence));
    const auto targets = control_targets(pack_, probe, own_);
    if (targets.empty()) {
      return blocked(probe, "control_failed", "no target known to the build has it",
                     std::move(evidence));
    }
    if (!driver_said) {
      evidence.push_back({.kind = EvidenceKind::declared,
                          .against = true,
                          .by = assembler_.name(),
                          .target = to_string(own_),
                          .text = "the driver's assembler gave no verdict: " + why,
                          .value = std::nullopt,
                          .unit = {}});
    }
    evidence.push_back(refusal_evidence(pack_.toolkit(), own_, row->message));
    evidence.push_back(
        control_evidence(pack_.toolkit(), {Control::Outcome::passed, targets.front()}));
    return unsupported(probe, own_, row->message, std::move(evidence));
  }

  std::string no_assembler_text() const { return assembler_.ability().error; }
  std::string version_text(const InstructionProbe& probe) const {
    return "it takes PTX " + to_string(*assembler_.ability().newest) + ", the probe needs " +
           to_string(std::max(probe.ptx, version_of(assembler_, probe, own_)));
  }

  const DriverAssembler& assembler_;
  const Pack& pack_;
  RefusalOptions options_;
  Target own_;
};

}  // namespace

DriverJudgement judge_alone(const DriverAssembler& assembler, const Pack& pack,
                            const InstructionProbe& probe, Target target) {
  const auto [text, answer] = link_alone(assembler, pack, probe, target);
  if (answer.accepted())
    return {.accepted = true, .on_target = false, .named = true, .message = {}, .trouble = {}};
  if (answer.truncated) return truncated_log();
  const auto judged = judge(text, parse_log(answer.log), probe.instructions.front());
  const bool on_target = judged.refusal == Refusal::not_on_target;
  return {.accepted = false,
          .on_target = on_target,
          .named = true,
          .message = judged.message.empty() ? answer.name : judged.message,
          .trouble = on_target ? Trouble::none : trouble(answer)};
}

std::vector<DriverJudgement> judge_joined(const DriverAssembler& assembler, const Pack& pack,
                                          Probes probes, Target target) {
  const auto joined = link_joined(assembler, pack, probes, target);
  const auto& answer = joined.answer;
  std::vector<DriverJudgement> judgements(probes.size(), truncated_log());
  if (answer.accepted()) {
    std::ranges::fill(
        judgements,
        DriverJudgement{
            .accepted = true, .on_target = false, .named = true, .message = {}, .trouble = {}});
    return judgements;
  }
  if (answer.truncated) return judgements;  // internal error: whatever it names, it judges nothing
  const auto parts = parts_of(joined, probes.size());
  for (std::size_t i = 0; i < probes.size(); ++i) {
    if (parts[i].log.empty()) continue;
    const auto judged = judge(parts[i].text, parts[i].log, probes[i]->instructions.front());
    const bool on_target = judged.refusal == Refusal::not_on_target;
    judgements[i] = {.accepted = false,
                     .on_target = on_target,
                     .named = true,
                     .message = judged.message,
                     .trouble = on_target ? Trouble::none : trouble(answer)};
  }
  return judgements;
}

void judge_refused(const DriverAssembler& assembler, const Pack& pack, Probes probes,
                   const RefusalOptions& options, const RefusalSink& sink,
                   const std::atomic<bool>& stop) {
  if (options.serial) {
    for (const auto* probe : probes) {
      if (stop) return;
      sink.started(*probe);
      Judge(assembler, pack, options).run({&probe, 1}, sink, stop);
    }
    return;
  }
  if (probes.empty()) return;
  for (const auto* probe : probes) sink.started(*probe);
  Judge(assembler, pack, options).run(probes, sink, stop);
}

}  // namespace bp
