// Rates counted in this run beside the peaks that are known of such a GPU. The rate is measured,
// the peak is from a table (inferred): it explains a rate and never decides a feature.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "report/model/report.h"

namespace bp {

/// Of the features whose clocked loop was run, in their order.
std::vector<RateResult> rates_of(const GpuFacts& gpu, std::span<const FeatureResult> features);

/// The rate that was clocked of a feature, among its evidence; nullptr: none was.
const Evidence* rate_in(const FeatureResult& feature);
/// Where the instruction itself was at work: the rate of what came instead says nothing of it.
const Evidence* native_rate(std::span<const FeatureResult> features, std::string_view id);

/// Accumulation in f32 at half the rate of f16, judged by two rates of one run: GeForce cards are
/// sold so. nullopt: neither clearly half nor equal.
std::optional<bool> half_rate(double with_f32, double with_f16);

/// "99.6 % of the published peak for this product of compute capability 9.0", "no peak to compare
/// with".
std::string peak_text(const RateResult& rate, ComputeCapability cc);
/// "published", "estimated", "measured" (by others), "unverified".
std::string_view peak_word(PeakQuality quality);

/// What holds for all rates of this GPU: how they were counted, and that they stay valid although
/// the GPU was slowed down meanwhile, where it was.
std::vector<std::string> about_rates(const Report& report, const GpuReport& gpu);

}  // namespace bp
