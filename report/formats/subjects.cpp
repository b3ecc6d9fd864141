#include "report/formats/subjects.h"

namespace bp {

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

}  // namespace bp
