#include "report/formats/subjects.h"

#include <algorithm>

namespace bp {
namespace {

bool one_kind(const GpuReport& a, const GpuReport& b) {
  return a.facts.name == b.facts.name && a.facts.cc == b.facts.cc && a.target == b.target &&
         std::ranges::equal(a.features, b.features, {}, &FeatureResult::id, &FeatureResult::id) &&
         std::ranges::equal(a.backends, b.backends, {}, &BackendResult::id, &BackendResult::id) &&
         std::ranges::equal(a.selectors, b.selectors, {}, &SelectorResult::id, &SelectorResult::id);
}

bool same_answers(const GpuReport& a, const GpuReport& b) {
  const auto same_feature = [](const FeatureResult& x, const FeatureResult& y) {
    return x.status == y.status && x.reason == y.reason;
  };
  const auto same_kernel = [](const KernelResult& x, const KernelResult& y) {
    return x.id == y.id && x.status == y.status && x.reason == y.reason;
  };
  return one_kind(a, b) && a.facts.problem == b.facts.problem && a.backends == b.backends &&
         std::ranges::equal(a.features, b.features, same_feature) &&
         std::ranges::equal(a.kernels, b.kernels, same_kernel);
}

template <typename Alike>
std::vector<GpuGroup> groups_of(std::span<const GpuReport> gpus, Alike alike) {
  std::vector<GpuGroup> groups;
  for (const GpuReport& gpu : gpus) {
    const auto group =
        std::ranges::find_if(groups, [&](const auto& known) { return alike(*known.front(), gpu); });
    if (group == groups.end()) {
      groups.push_back({&gpu});
    } else {
      group->push_back(&gpu);
    }
  }
  return groups;
}

}  // namespace

std::vector<ReportSubject> subjects(const Report& report) {
  std::vector<ReportSubject> list;
  for (const GpuReport& gpu : report.gpus) {
    list.push_back({.id = "gpu" + std::to_string(gpu.facts.index),
                    .gpu = &gpu,
                    .features = gpu.features,
                    .kernels = gpu.kernels,
                    .backends = gpu.backends});
  }
  for (const TargetReport& target : report.targets)
    list.push_back({.id = target.target,
                    .target = &target,
                    .features = target.features,
                    .backends = target.backends});
  return list;
}

std::string title(const ReportSubject& subject) {
  if (subject.gpu == nullptr) return subject.id;
  return "GPU " + std::to_string(subject.gpu->facts.index) + ": " + subject.gpu->facts.name;
}

std::string description(const ReportSubject& subject) {
  if (subject.gpu == nullptr) return "expected (assembled, not executed)";
  const std::string text = "compute capability " + to_string(subject.gpu->facts.cc);
  return subject.gpu->target.empty() ? text : text + ", probed as " + subject.gpu->target;
}

Summary summarise(const ReportSubject& subject) {
  return subject.gpu != nullptr ? summarise(*subject.gpu) : summarise(*subject.target);
}

FeatureResult result_of(const KernelResult& kernel) {
  return {kernel.id, kernel.status, kernel.reason, kernel.evidence};
}

std::vector<GpuGroup> gpus_of_one_kind(std::span<const GpuReport> gpus) {
  return groups_of(gpus, one_kind);
}

std::vector<GpuGroup> gpus_alike(std::span<const GpuReport> gpus) {
  return groups_of(gpus, same_answers);
}

std::vector<std::string> indices_of(const GpuGroup& gpus) {
  std::vector<std::string> indices;
  for (const GpuReport* gpu : gpus) indices.push_back(std::to_string(gpu->facts.index));
  return indices;
}

}  // namespace bp
