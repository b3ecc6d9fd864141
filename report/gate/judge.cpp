#include "report/gate/judge.h"

#include <algorithm>

namespace bp::gate {
namespace {

constexpr std::size_t shown_reasons = 3;

/// The reasons of those that decided, and the weakest of their evidence.
Finding decided(std::span<const Finding> findings, Truth truth) {
  Finding result{.truth = truth};
  std::vector<std::string_view> reasons;
  for (const Finding& finding : findings) {
    if (finding.truth != truth) continue;
    if (finding.evidence && (!result.evidence || *finding.evidence < *result.evidence))
      result.evidence = finding.evidence;
    if (std::ranges::find(reasons, finding.reason) == reasons.end())
      reasons.push_back(finding.reason);
  }
  for (std::size_t i = 0; i < reasons.size() && i < shown_reasons; ++i) {
    if (i > 0) result.reason += "; ";
    result.reason += reasons[i];
  }
  if (reasons.size() > shown_reasons)
    result.reason += "; and " + std::to_string(reasons.size() - shown_reasons) + " more";
  return result;
}

/// The first of the truths that one of the findings has; else it says nothing.
Finding first_of(std::span<const Finding> findings, std::initializer_list<Truth> order) {
  for (const Truth truth : order) {
    if (std::ranges::find(findings, truth, &Finding::truth) != findings.end())
      return decided(findings, truth);
  }
  return findings.empty() ? Finding{.truth = Truth::no_such_gpu} : findings.front();
}

Finding judge_for(const Requirement& requirement, const Scene& scene, const Judged* gpu);

Finding opposite(Finding finding) {
  if (finding.truth == Truth::met) {
    finding.truth = Truth::not_met;
  } else if (finding.truth == Truth::not_met) {
    finding.truth = Truth::met;
  }
  return finding;
}

/// "GPU 0 (9.0): ...", and where all GPUs have the same to say, once for all of them.
void name_gpus(std::vector<Finding>& findings, const std::vector<const Judged*>& gpus) {
  for (std::size_t i = 0; i < findings.size(); ++i) {
    if (findings[i].reason.empty()) continue;
    findings[i].reason = gpus[i]->label + ": " + findings[i].reason;
  }
}

Finding on_gpus(const Requirement& body, const Requirement* selector, bool every,
                const Scene& scene) {
  if (scene.gpus.empty())
    return {.truth = Truth::not_known,
            .reason = scene.no_gpu.empty() ? "the report holds no GPU" : scene.no_gpu};
  std::vector<const Judged*> chosen;
  std::vector<Finding> findings;
  for (const Judged& gpu : scene.gpus) {
    const Finding selected =
        selector == nullptr ? Finding{.truth = Truth::met} : judge_for(*selector, scene, &gpu);
    if (selected.truth == Truth::not_met) continue;
    chosen.push_back(&gpu);
    // Where it is not known whether a GPU is meant, neither is what it says to the whole.
    findings.push_back(selected.truth == Truth::met ? judge_for(body, scene, &gpu) : selected);
  }
  if (chosen.empty()) {
    return {.truth = every ? Truth::no_such_gpu : Truth::not_met,
            .reason = "no GPU here is chosen by the selector"};
  }
  const bool alike = std::ranges::all_of(
      findings, [&](const Finding& finding) { return finding == findings.front(); });
  if (alike && findings.size() > 1) {
    findings.front().reason =
        "all " + std::to_string(findings.size()) + " GPUs: " + findings.front().reason;
    return findings.front();
  }
  if (scene.gpus.size() > 1) name_gpus(findings, chosen);
  return every ? all_of(findings) : any_of(findings);
}

Finding judge_for(const Requirement& requirement, const Scene& scene, const Judged* gpu) {
  const auto parts = [&] {
    std::vector<Finding> findings;
    for (const Requirement& part : requirement.parts)
      findings.push_back(judge_for(part, scene, gpu));
    return findings;
  };
  switch (requirement.kind) {
    case Requirement::Kind::all_of:
      return all_of(parts());
    case Requirement::Kind::any_of:
      return any_of(parts());
    case Requirement::Kind::negation:
      return opposite(judge_for(requirement.parts.front(), scene, gpu));
    case Requirement::Kind::every_gpu:
    case Requirement::Kind::some_gpu:
      return on_gpus(requirement.parts[0],
                     requirement.parts.size() > 1 ? &requirement.parts[1] : nullptr,
                     requirement.kind == Requirement::Kind::every_gpu, scene);
    case Requirement::Kind::statement:
      return judge_statement(requirement.statement, scene, gpu);
  }
  return {};
}

/// Whether it says something of a GPU outside all( ) and any( ).
bool speaks_of_a_gpu(const Requirement& requirement) {
  switch (requirement.kind) {
    case Requirement::Kind::every_gpu:
    case Requirement::Kind::some_gpu:
      return false;
    case Requirement::Kind::statement:
      return requirement.statement.of_one_gpu();
    default:
      return std::ranges::any_of(requirement.parts, speaks_of_a_gpu);
  }
}

bool is_simulated(const Evidence& evidence) { return evidence.kind == EvidenceKind::simulated; }

template <typename Result>
bool any_simulated(const std::vector<Result>& results) {
  return std::ranges::any_of(results, [](const Result& result) {
    return std::ranges::any_of(result.evidence, is_simulated);
  });
}

/// What was seen on the GPU goes before what a document says of its kind.
std::map<std::string, Limit, std::less<>> limits_in_hand(const Report& report,
                                                         const GpuFacts& gpu) {
  auto limits = limits_of(gpu);
  for (const SurveyResult& survey : report.surveys) {
    if (survey.id != cluster_survey || survey.gpus != std::vector{gpu.index} ||
        survey.status != Status::measured)
      continue;
    for (const SurveyValue& value : survey.values) {
      const auto* largest = std::get_if<std::int64_t>(&value.value);
      if (value.name == "largest_cluster_launched" && largest != nullptr && !value.invalid)
        limits.insert_or_assign("cluster_max", Limit{static_cast<double>(*largest), value.kind});
    }
  }
  return limits;
}

std::string label_of(const GpuFacts& gpu) {
  const std::string number = "GPU " + std::to_string(gpu.index);
  return gpu.cc == ComputeCapability{} ? number : number + " (" + to_string(gpu.cc) + ")";
}

}  // namespace

Finding all_of(std::span<const Finding> findings) {
  return first_of(findings, {Truth::not_met, Truth::not_known, Truth::met});
}

Finding any_of(std::span<const Finding> findings) {
  return first_of(findings, {Truth::met, Truth::not_known, Truth::not_met});
}

Scene scene_of(const Report& report) {
  Scene scene;
  scene.driver = report.driver.version;
  scene.cuda = report.driver.cuda_version;
  if (report.driver.ptx) scene.ptx = to_string(*report.driver.ptx);
  if (report.driver.problem) scene.no_gpu = report.driver.problem->sentence;
  for (const GpuReport& gpu : report.gpus) {
    scene.gpus.push_back({.label = label_of(gpu.facts),
                          .cc = gpu.facts.cc,
                          .index = gpu.facts.index,
                          .features = gpu.features,
                          .kernels = gpu.kernels,
                          .backends = gpu.backends,
                          .limits = limits_in_hand(report, gpu.facts),
                          .problem = gpu.facts.problem ? gpu.facts.problem->sentence : ""});
  }
  return scene;
}

Scene scene_of_targets(const Report& report) {
  Scene scene;
  for (const TargetReport& target : report.targets) {
    const ComputeCapability cc = parse_target(target.target).value_or(Target{}).cc;
    scene.gpus.push_back({.label = target.target,
                          .cc = cc,
                          .features = target.features,
                          .backends = target.backends,
                          .limits = limits_of(cc)});
  }
  return scene;
}

Finding judge(const Requirement& requirement, const Scene& scene) {
  if (!speaks_of_a_gpu(requirement)) return judge_for(requirement, scene, nullptr);
  return on_gpus(requirement, nullptr, true, scene);
}

bool is_pretended(const Report& report) {
  return report.driver.fake.has_value() ||
         std::ranges::any_of(report.gpus, [](const GpuReport& gpu) {
           return any_simulated(gpu.features) || any_simulated(gpu.kernels);
         });
}

}  // namespace bp::gate
