#include "report/evaluate/rates.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace bp {
namespace {

constexpr std::string_view half_accumulator = ".acc_f16";

std::string fixed(double value, const char* format) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

/// Where the table knows both, whether it expects f32 at half the rate.
std::string confirmed(const GpuFacts& gpu, const std::string& id, bool half) {
  const auto single = peak_of(id);
  const auto twin = peak_of(id + std::string(half_accumulator));
  if (!single || !twin) return {};
  const auto with_f32 = known_peak(gpu.cc, gpu.name, *single);
  const auto with_f16 = known_peak(gpu.cc, gpu.name, *twin);
  if (!with_f32 || !with_f16) return {};
  const auto expected = half_rate(with_f32->operations, with_f16->operations);
  if (expected == half) return "; the peaks known of this product say the same";
  return "; the peaks known of this product say otherwise";
}

void note_half_rate(const GpuFacts& gpu, std::span<const FeatureResult> features,
                    RateResult& rate) {
  const auto with_f16 = native_rate(features, rate.feature + std::string(half_accumulator));
  if (with_f16 == nullptr || native_rate(features, rate.feature) == nullptr) return;
  if (half_rate(rate.operations, *with_f16->value) != true) return;
  rate.notes.push_back("FP32 accumulation at half rate (" +
                       fixed(rate.operations / *with_f16->value, "%.2f") +
                       " of the rate with FP16 accumulation in this run): a limit of the product, "
                       "as GeForce cards have it, not emulation" +
                       confirmed(gpu, rate.feature, true));
}

void note_peak(const GpuFacts& gpu, const Peak& peak, RateResult& rate) {
  rate.peak = peak.operations;
  rate.peak_quality = peak.quality;
  rate.peak_source = peak.source;
  if (peak.sparse) rate.notes.emplace_back("the peak is twice the dense one: zeros are counted");
  if (!rate.feature.starts_with(peak.by)) {
    rate.notes.push_back("the peak is that of " + std::string(peak.by) +
                         "; other instructions may stay below it without anything being wrong");
    // Changing them is work beside the MMA (probes/features/mma_sync_device.cuh says what for).
    if (gpu.cc == ComputeCapability{9, 0} && rate.feature.starts_with("mma_sync.")) {
      rate.notes.emplace_back(
          "a lower bound of what mma.sync can reach on Hopper: the operands of this loop change at "
          "every step");
      if (rate.feature == "mma_sync.f16")
        rate.notes.emplace_back("others measured 0.63 of the peak (arXiv 2402.13499)");
    }
  }
  // A little more is possible where the clock of the first block starts late.
  if (rate.operations > 1.02 * peak.operations)
    rate.notes.emplace_back("more than the table knows: its figure is not about this product");
}

RateResult compare(const GpuFacts& gpu, std::span<const FeatureResult> features,
                   const FeatureResult& feature, const Evidence& item) {
  RateResult rate{.feature = feature.id, .operations = *item.value, .kind = item.kind};
  if (feature.status == Status::emulated) {
    rate.notes.emplace_back("emulated: a peak of the native unit is nothing to compare with");
    return rate;
  }
  const auto what = peak_of(feature.id);
  if (const auto peak = what ? known_peak(gpu.cc, gpu.name, *what) : std::nullopt)
    note_peak(gpu, *peak, rate);
  note_half_rate(gpu, features, rate);
  return rate;
}

/// What slowed the GPU down while its features were clocked, as its survey of power says.
std::string slowed_by(const Report& report, int gpu) {
  for (const SurveyResult& survey : report.surveys) {
    if (survey.id != "fact.power" || survey.gpus != std::vector<int>{gpu}) continue;
    const auto column = std::ranges::find(survey.columns, "slowed_down_by", &Column::name);
    if (column == survey.columns.end()) return {};
    const auto at = static_cast<std::size_t>(column - survey.columns.begin());
    for (const auto& row : survey.rows) {
      if (row.size() <= at) continue;
      const auto* phase = std::get_if<std::string>(&row.front().value);
      const auto* names = std::get_if<std::string>(&row[at].value);
      if (phase != nullptr && *phase == "features and rates" && names != nullptr)
        return *names == "none" ? std::string() : *names;
    }
  }
  return {};
}

}  // namespace

std::optional<bool> half_rate(double with_f32, double with_f16) {
  if (!(with_f16 > 0)) return std::nullopt;
  const double ratio = with_f32 / with_f16;
  if (ratio >= 0.45 && ratio <= 0.55) return true;
  if (ratio >= 0.9 && ratio <= 1.1) return false;
  return std::nullopt;
}

std::vector<RateResult> rates_of(const GpuFacts& gpu, std::span<const FeatureResult> features) {
  std::vector<RateResult> rates;
  for (const FeatureResult& feature : features) {
    if (const Evidence* item = rate_in(feature))
      rates.push_back(compare(gpu, features, feature, *item));
  }
  return rates;
}

const Evidence* rate_in(const FeatureResult& feature) {
  const auto found = std::ranges::find_if(feature.evidence, [](const Evidence& item) {
    return item.unit == rate_unit && item.value && !item.against;
  });
  return found == feature.evidence.end() ? nullptr : &*found;
}

const Evidence* native_rate(std::span<const FeatureResult> features, std::string_view id) {
  const auto found = std::ranges::find(features, id, &FeatureResult::id);
  if (found == features.end() || found->status != Status::supported) return nullptr;
  return rate_in(*found);
}

std::string peak_text(const RateResult& rate, ComputeCapability cc) {
  const auto share = share_of_peak(rate);
  if (!share) return "no peak to compare with";
  return fixed(100 * *share, "%.1f") + " % of the " +
         std::string(peak_word(rate.peak_quality.value_or(PeakQuality::unverified))) +
         " peak for this product of compute capability " + to_string(cc);
}

std::string_view peak_word(PeakQuality quality) {
  using enum PeakQuality;
  switch (quality) {
    case vendor:
    case quoted:
      return "published";
    case derived:
    case inferred:
      return "estimated";
    case measured:
      return "measured";
    case unverified:
      break;
  }
  return "unverified";
}

std::vector<std::string> about_rates(const Report& report, const GpuReport& gpu) {
  std::vector<std::string> lines{
      "Counted by the GPU's own clock in this run: " + std::string(rate_unit) +
      ", multiply and add as two. The peaks are from a table, each with its source; they are there "
      "to compare with and "
      "are evidence of nothing."};
  const std::string names = slowed_by(report, gpu.facts.index);
  if (!names.empty()) {
    lines.push_back("The GPU was slowed down meanwhile (" + names +
                    "). These rates stay valid: they are counted in its own clocks.");
  }
  return lines;
}

}  // namespace bp
