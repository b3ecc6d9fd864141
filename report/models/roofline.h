// The figures of a GPU that estimates are made from, the best known of each, and the roofline.
#pragma once

#include <optional>
#include <span>

#include "report/model/report.h"
#include "report/models/needs.h"

namespace bp {

/// Bytes of GPU memory: free as this run saw it, else all that the driver declares.
std::optional<ModelInput> memory_input(const GpuReport& gpu, std::span<const SurveyResult> surveys);
/// GB/s: of copies in this run, else from the clock and bus width that the driver declares.
std::optional<ModelInput> bandwidth_input(const GpuReport& gpu,
                                          std::span<const SurveyResult> surveys);
/// TFLOP/s of bf16: the best rate counted in this run at the declared clock, else the table's peak.
std::optional<ModelInput> rate_input(const GpuReport& gpu);

struct Roofline {
  double microseconds = 0;
  bool memory_bound = false;
};
/// The longer of moving and multiplying: no kernel is faster, most are slower.
Roofline roofline(const Work& work, double gigabytes_per_second, double teraflops);

}  // namespace bp
