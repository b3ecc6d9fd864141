// What a report says to one statement.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "report/evaluate/versions.h"
#include "report/gate/judge.h"

namespace bp::gate {
namespace {

std::optional<EvidenceKind> strongest_against(std::span<const Evidence> evidence) {
  std::optional<EvidenceKind> kind;
  for (const Evidence& item : evidence) {
    if (item.against && (!kind || item.kind > *kind)) kind = item.kind;
  }
  return kind;
}

/// "supported (counted by blackwell-probe for sm_90a)", "refused (when assembled by ptxas 13.0)"
std::string said_of(std::string_view status, std::span<const Evidence> evidence,
                    std::optional<EvidenceKind> kind, bool against) {
  std::string text(status);
  if (!kind) return text;
  const auto item = std::ranges::find_if(
      evidence, [&](const Evidence& e) { return e.kind == *kind && e.against == against; });
  text.append(against ? " (when " : " (").append(to_string(*kind));
  if (item != evidence.end() && !item->by.empty()) text.append(" by ").append(item->by);
  if (item != evidence.end() && !item->target.empty()) text.append(" for ").append(item->target);
  return text + ")";
}

std::string with_reason(std::string text, const std::optional<Reason>& reason) {
  if (!reason) return text;
  text.append(": ").append(reason->sentence);
  if (!reason->remedy.empty()) text.append(" (").append(reason->remedy).append(")");
  return text;
}

bool decided_here(Status status) { return status <= Status::wrong_result; }
bool works_here(Status status) { return status == Status::supported || status == Status::emulated; }

/// Of a feature or kernel on a GPU in hand.
template <typename Result>
Finding executed(const Result& result, const Statement& statement) {
  const auto works = works_here(result.status);
  const auto kind = works ? strongest(result.evidence) : strongest_against(result.evidence);
  Finding finding{.evidence = kind};
  finding.reason =
      with_reason(result.id + ": " + said_of(words(result.status), result.evidence, kind, !works),
                  works ? std::nullopt : result.reason);
  if (!decided_here(result.status)) return finding;  // not known
  if (const auto* status = std::get_if<Status>(&statement.value)) {
    finding.truth = result.status == *status ? Truth::met : Truth::not_met;
    return finding;
  }
  const auto least = std::get<EvidenceKind>(statement.value);
  finding.truth = works && kind && *kind >= least ? Truth::met : Truth::not_met;
  if (works && finding.truth == Truth::not_met)
    finding.reason += ", which is less than " + std::string(to_string(least));
  return finding;
}

/// Of a feature on a target that is not in hand: only an assembler was asked.
Finding assembled(const FeatureResult& result, const Statement& statement) {
  const bool accepted = result.status == Status::assembles;
  const auto kind = accepted ? strongest(result.evidence) : strongest_against(result.evidence);
  Finding finding{.evidence = kind};
  finding.reason = with_reason(
      result.id + ": " + said_of(words(result.status), result.evidence, kind, !accepted),
      result.reason);
  // Refused for another reason than the target: nobody has judged the instruction.
  const bool lacks =
      result.status == Status::refused && result.reason && result.reason->id == "not_on_target";
  const auto* least = std::get_if<EvidenceKind>(&statement.value);
  if (lacks) {
    const auto log = std::ranges::find_if(
        result.evidence, [](const Evidence& item) { return item.against && !item.text.empty(); });
    if (log != result.evidence.end()) finding.reason += ": " + log->text;
    const auto* status = std::get_if<Status>(&statement.value);
    // That a GPU lacks it is seen on the GPU: a refusal only speaks against what needs it.
    if (status == nullptr || *status == Status::supported || *status == Status::emulated)
      finding.truth = Truth::not_met;
  } else if (accepted && least != nullptr && *least <= EvidenceKind::assembled) {
    finding.truth = kind && *kind >= *least ? Truth::met : Truth::not_met;
  }
  if (finding.truth == Truth::not_known && accepted)
    finding.reason += "; only a GPU in hand can say more";
  return finding;
}

Finding of_feature(const std::string& id, const Statement& statement, const Judged& gpu) {
  const auto found = std::ranges::find(gpu.features, id, &FeatureResult::id);
  if (found == gpu.features.end()) {
    return {.reason = gpu.problem.empty() ? "the report says nothing of " + id : gpu.problem};
  }
  return gpu.index ? executed(*found, statement) : assembled(*found, statement);
}

Finding of_kernel(const std::string& id, const Statement& statement, const Judged& gpu) {
  const auto found = std::ranges::find(gpu.kernels, id, &KernelResult::id);
  if (found != gpu.kernels.end()) return executed(*found, statement);
  if (!gpu.index) return {.reason = id + " is executed on a GPU in hand alone"};
  return {.reason = gpu.problem.empty() ? "the report says nothing of kernel " + id : gpu.problem};
}

Finding of_backend(const std::string& id, const Statement& statement, const Judged& gpu) {
  const auto found = std::ranges::find(gpu.backends, id, &BackendResult::id);
  if (found == gpu.backends.end()) {
    return {.reason =
                gpu.problem.empty() ? "the report says nothing of backend " + id : gpu.problem};
  }
  const bool runs = found->verdict == Verdict::runs;
  Finding finding{.evidence = found->evidence};
  finding.reason = id + (gpu.index ? ": " : ", expected: ") + std::string(words(found->verdict)) +
                   (found->reason.empty() ? "" : ". " + found->reason);
  if (!runs && !found->nearest.empty())
    finding.reason += " Nearest that runs: " + found->nearest + ".";
  if (found->verdict == Verdict::unknown) return finding;
  if (const auto* least = std::get_if<EvidenceKind>(&statement.value)) {
    const bool enough = found->evidence && *found->evidence >= *least;
    if (runs && !enough) {
      finding.reason +=
          " Its weakest evidence" +
          (found->evidence ? ", " + std::string(to_string(*found->evidence)) + "," : "") +
          " is less than " + std::string(to_string(*least)) + ".";
    }
    // Of a target more cannot be known.
    if (!runs || enough || gpu.index) finding.truth = runs && enough ? Truth::met : Truth::not_met;
    return finding;
  }
  const auto verdict = std::get<Verdict>(statement.value);
  if (gpu.index) {
    finding.truth = found->verdict == verdict ? Truth::met : Truth::not_met;
  } else if (verdict == Verdict::runs && !runs) {
    finding.truth = Truth::not_met;
  } else {
    finding.reason += " Only a GPU in hand can say more: >=assembled asks for what is expected.";
  }
  return finding;
}

template <typename Value>
bool holds(Compare compare, const Value& left, const Value& right) {
  switch (compare) {
    case Compare::at_least:
      return left >= right;
    case Compare::at_most:
      return left <= right;
    case Compare::more:
      return left > right;
    case Compare::less:
      return left < right;
    case Compare::equal:
      return left == right;
  }
  return false;
}

/// "99 KiB", "65536 B", "132": as people write it.
std::string amount(double value, bool bytes) {
  const bool kib = bytes && value >= 1024 && std::fmod(value, 1024) == 0;
  std::array<char, 40> digits{};
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), kib ? value / 1024 : value).ptr;
  return std::string(digits.data(), end) + (kib ? " KiB" : bytes ? " B" : "");
}

Finding of_limit(const std::string& name, const Statement& statement, const Judged& gpu) {
  const auto found = gpu.limits.find(name);
  if (found == gpu.limits.end()) {
    return {.reason = gpu.problem.empty() ? "nothing here told " + name : gpu.problem};
  }
  const Limit& limit = found->second;
  Finding finding{.evidence = limit.kind};
  finding.reason = name + " is " + amount(limit.value, name.starts_with("smem")) + " (" +
                   std::string(to_string(limit.kind)) + ")";
  if (limit.kind == EvidenceKind::inferred) {
    finding.reason += gpu.index ? " by the documents; run --level full measures it"
                                : " by the documents; only a GPU in hand can say it";
    return finding;
  }
  finding.truth = holds(statement.compare, limit.value, std::get<double>(statement.value))
                      ? Truth::met
                      : Truth::not_met;
  return finding;
}

/// The first numbers of a version, as many as the other one has.
std::string_view cut_like(std::string_view version, std::string_view other) {
  std::size_t end = 0;
  for (auto points = std::ranges::count(other, '.') + 1; points > 0 && end < version.size();
       --points)
    end = std::min(version.find('.', end == 0 ? 0 : end + 1), version.size());
  return version.substr(0, end);
}

Finding of_version(std::string_view name, const std::string& version, const Statement& statement) {
  const auto& asked = std::get<std::string>(statement.value);
  if (version.empty()) return {.reason = std::string(name) + " version is not known"};
  const std::string_view cut = cut_like(version, asked);
  const auto older = is_older(cut, asked);
  const auto newer = is_older(asked, cut);
  if (!older || !newer) return {.reason = std::string(name) + " " + version + " is no version"};
  const int order = *older ? -1 : *newer ? 1 : 0;
  return {.truth = holds(statement.compare, order, 0) ? Truth::met : Truth::not_met,
          .reason = std::string(name) + " is " + version,
          .evidence = EvidenceKind::declared};
}

Finding of_capability(const Statement& statement, const Judged& gpu) {
  if (!gpu.capability_known())
    return {.reason = "its compute capability is not known" +
                      (gpu.problem.empty() ? "" : ": " + gpu.problem)};
  std::string_view asked = std::get<std::string>(statement.value);
  const std::string here = to_string(gpu.cc);
  if (asked.ends_with(".x")) asked.remove_suffix(2);
  return of_version(
      "compute capability", here,
      {.about = statement.about, .compare = statement.compare, .value = std::string(asked)});
}

Finding of_gpu(const Statement& statement, const Judged& gpu) {
  if (!gpu.index) return {.reason = gpu.label + " is not in hand: it has no number"};
  int asked = -1;
  const auto& text = std::get<std::string>(statement.value);
  std::from_chars(text.data(), text.data() + text.size(), asked);
  return {.truth = *gpu.index == asked ? Truth::met : Truth::not_met,
          .reason = "it is " + gpu.label};
}

Finding of_one(const std::string& id, const Statement& statement, const Judged& gpu) {
  switch (statement.about) {
    case About::feature:
      return of_feature(id, statement, gpu);
    case About::kernel:
      return of_kernel(id, statement, gpu);
    case About::backend:
      return of_backend(id, statement, gpu);
    default:
      return of_limit(id, statement, gpu);
  }
}

Finding of_machine(const Statement& statement, const Scene& scene) {
  switch (statement.about) {
    case About::driver:
      return of_version("driver", scene.driver, statement);
    case About::cuda:
      return of_version("CUDA", scene.cuda, statement);
    default:
      return of_version("PTX", scene.ptx, statement);
  }
}

}  // namespace

std::vector<std::string> limit_names() {
  return {"cluster_max", "registers_block", "smem_optin", "smem_sm", "sms", "warps_sm"};
}

Finding judge_statement(const Statement& statement, const Scene& scene, const Judged* gpu) {
  if (!statement.of_one_gpu()) return of_machine(statement, scene);
  if (gpu == nullptr) return {.reason = "the report holds no GPU"};
  if (statement.about == About::capability) return of_capability(statement, *gpu);
  if (statement.about == About::gpu) return of_gpu(statement, *gpu);
  if (statement.ids.size() <= 1)
    return of_one(statement.ids.empty() ? statement.id : statement.ids.front(), statement, *gpu);
  std::vector<Finding> findings;
  for (const std::string& id : statement.ids) findings.push_back(of_one(id, statement, *gpu));
  return all_of(findings);
}

}  // namespace bp::gate
