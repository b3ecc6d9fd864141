#include "report/models/roofline.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace bp {
namespace {

/// The value of a survey of this GPU, where it is worth something.
const SurveyValue* survey_value(std::span<const SurveyResult> surveys, int gpu, std::string_view id,
                                std::string_view name) {
  for (const SurveyResult& survey : surveys) {
    if (survey.id != id || std::ranges::find(survey.gpus, gpu) == survey.gpus.end()) continue;
    for (const SurveyValue& value : survey.values) {
      if (value.name == name && !value.invalid) return &value;
    }
  }
  return nullptr;
}

std::optional<double> positive(const FactValue& value) {
  double number = 0;
  if (const auto* whole = std::get_if<std::int64_t>(&value)) number = static_cast<double>(*whole);
  if (const auto* real = std::get_if<double>(&value)) number = *real;
  if (!(number > 0) || !std::isfinite(number)) return std::nullopt;
  return number;
}

std::optional<double> declared(const GpuReport& gpu, std::string_view key) {
  const Fact* fact = find_fact(gpu.facts.facts, key);
  return fact == nullptr ? std::nullopt : positive(fact->value);
}

/// Transfers a second of a memory clock in Hz, as drivers declare it: two a clock. For the LPDDR5X
/// of a GB10 they declare the transfers themselves (8533 MHz at 256 bits, and 273 GB/s in the data
/// sheet); Thor's declare 4266 MHz for the same memory. No LPDDR (JEDEC JESD209-5) is clocked at
/// 6 GHz.
double transfers(const GpuReport& gpu, double hertz) {
  const Fact* integrated = find_fact(gpu.facts.facts, "integrated");
  const bool in_soc = integrated != nullptr && integrated->value == FactValue{true};
  return in_soc && hertz > 6e9 ? hertz : 2 * hertz;
}

}  // namespace

std::optional<ModelInput> memory_input(const GpuReport& gpu,
                                       std::span<const SurveyResult> surveys) {
  if (const auto* free =
          survey_value(surveys, gpu.facts.index, "fact.memory_accounting", "cuda_free")) {
    if (const auto bytes = positive(free->value))
      return ModelInput{*bytes, "B", free->kind, "free memory (fact.memory_accounting)"};
  }
  if (const auto bytes = declared(gpu, "total_global_mem_bytes"))
    return ModelInput{*bytes, "B", EvidenceKind::declared,
                      "all memory that the driver declares, not what is free"};
  return std::nullopt;
}

std::optional<ModelInput> bandwidth_input(const GpuReport& gpu,
                                          std::span<const SurveyResult> surveys) {
  if (const auto* copied = survey_value(surveys, gpu.facts.index, "fact.memory_bandwidth",
                                        "gpu_copy_read_and_write")) {
    if (const auto rate = positive(copied->value))
      return ModelInput{*rate, "GB/s", copied->kind,
                        "copies within the GPU in this run (fact.memory_bandwidth)"};
  }
  const auto clock = declared(gpu, "memory_clock_rate_khz");
  const auto width = declared(gpu, "global_memory_bus_width_bits");
  if (!clock || !width) return std::nullopt;
  return ModelInput{transfers(gpu, *clock * 1e3) * *width / 8 / 1e9, "GB/s", EvidenceKind::inferred,
                    "clock and width of the memory bus that the driver declares"};
}

std::optional<ModelInput> rate_input(const GpuReport& gpu) {
  const auto sms = declared(gpu, "multiprocessor_count");
  const auto clock = declared(gpu, "clock_rate_khz");
  if (!sms || !clock) return std::nullopt;
  const auto teraflops = [&](double operations) { return operations * *sms * *clock * 1e3 / 1e12; };
  constexpr auto features =
      std::to_array<std::string_view>({"wgmma.bf16", "tcgen05.mma.f16", "mma_sync.bf16"});
  const RateResult* best = nullptr;
  for (const RateResult& rate : gpu.rates) {
    if (std::ranges::find(features, rate.feature) == features.end() || !(rate.operations > 0))
      continue;
    if (best == nullptr || rate.operations > best->operations) best = &rate;
  }
  if (best != nullptr)
    return ModelInput{teraflops(best->operations), "TFLOP/s",
                      std::min(best->kind, EvidenceKind::declared),
                      "rate of " + best->feature +
                          " in this run, at the clock that the driver "
                          "declares"};
  const auto peak = known_peak(gpu.facts.cc, gpu.facts.name, {PeakType::bf16});
  if (!peak) return std::nullopt;
  return ModelInput{
      teraflops(peak->operations), "TFLOP/s", EvidenceKind::inferred,
      "peak of a table (" + std::string(peak->source) + "), at the clock that the driver declares"};
}

Roofline roofline(const Work& work, double gigabytes_per_second, double teraflops) {
  const double moving = work.bytes / (gigabytes_per_second * 1e3);
  const double multiplying = work.flop / (teraflops * 1e6);
  return {std::max(moving, multiplying), moving >= multiplying};
}

}  // namespace bp
