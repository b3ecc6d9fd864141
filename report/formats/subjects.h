// The GPUs and targets of a report as one list, for formats that treat them alike.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "report/formats/summary.h"
#include "report/model/report.h"

namespace bp {

/// Points into the report.
struct ReportSubject {
  std::string id;                        // "gpu0", "sm_121"
  const GpuReport* gpu = nullptr;        // one of these two is set
  const TargetReport* target = nullptr;  // not in hand: everything is expected
  std::span<const FeatureResult> features{};
  std::span<const KernelResult> kernels{};
  std::span<const BackendResult> backends{};
};
std::vector<ReportSubject> subjects(const Report& report);

/// "GPU 0: NVIDIA H200", "sm_121".
std::string title(const ReportSubject& subject);
/// "compute capability 9.0, probed as sm_90a", "expected, as assembled".
std::string description(const ReportSubject& subject);

Summary summarise(const ReportSubject& subject);

/// Points into the report.
using GpuGroup = std::vector<const GpuReport*>;
/// GPUs of one model, of which the same things are said.
std::vector<GpuGroup> gpus_of_one_kind(std::span<const GpuReport> gpus);
/// Of them those of which all but evidence and figures is the same: one verdict holds for them.
std::vector<GpuGroup> gpus_alike(std::span<const GpuReport> gpus);

/// "0", "1"
std::vector<std::string> indices_of(const GpuGroup& gpus);

/// A kernel seen as what it has in common with a feature.
FeatureResult result_of(const KernelResult& kernel);

}  // namespace bp
