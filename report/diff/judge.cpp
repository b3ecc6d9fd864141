#include "report/diff/judge.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace bp {
namespace {

using std::string_view_literals::operator""sv;

constexpr int working = 3;  // this rank and those above

/// nullopt: not known.
std::optional<int> rank(Status status) {
  switch (status) {
    case Status::supported:
    case Status::assembles:
    case Status::measured:
      return working + 1;
    case Status::emulated:
      return working;
    case Status::unsupported:
    case Status::refused:
      return 2;
    case Status::wrong_result:
    case Status::crashed:
      return 1;
    case Status::timed_out:
    case Status::blocked:
    case Status::not_run:
      break;
  }
  return std::nullopt;
}

std::optional<int> rank(Verdict verdict) {
  switch (verdict) {
    case Verdict::runs:
      return working;
    case Verdict::no_hardware:
    case Verdict::no_dispatch:
    case Verdict::not_built:
      return 2;
    case Verdict::at_risk:
      return 1;
    case Verdict::unknown:
      break;
  }
  return std::nullopt;
}

Trend judge_ranks(std::optional<int> before, std::optional<int> after) {
  if (before && after)
    return *before > *after ? Trend::worse : *before < *after ? Trend::better : Trend::other;
  if (before.value_or(0) >= working) return Trend::worse;
  if (after.value_or(0) >= working) return Trend::better;
  return Trend::other;
}

bool has_any(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::ranges::any_of(
      parts, [&](std::string_view part) { return text.find(part) != std::string_view::npos; });
}

/// Driver attributes whose keys have no such word.
constexpr auto larger_is_better = std::to_array<std::string_view>(
    {"multiprocessor_count", "l2_cache_size_bytes", "global_memory_bus_width_bits",
     "memory_clock_rate_khz", "clock_rate_khz", "async_engine_count", "mem_sync_domain_count",
     "cluster_launch", "cooperative_launch", "concurrent_kernels", "unified_addressing",
     "managed_memory", "concurrent_managed_access", "pageable_memory_access",
     "pageable_memory_access_uses_host_page_tables", "can_map_host_memory",
     "nvml_default_power_limit_w", "nvml_power_limit_w", "nvml_fb_total_mib"});

}  // namespace

bool works(Status status) { return rank(status).value_or(0) >= working; }

Trend judge(std::optional<Status> before, std::optional<Status> after) {
  return judge_ranks(before ? rank(*before) : std::nullopt, after ? rank(*after) : std::nullopt);
}

Trend judge(std::optional<Verdict> before, std::optional<Verdict> after) {
  return judge_ranks(before ? rank(*before) : std::nullopt, after ? rank(*after) : std::nullopt);
}

Trend judge(std::optional<EvidenceKind> before, std::optional<EvidenceKind> after) {
  return before == after ? Trend::other : before > after ? Trend::worse : Trend::better;
}

More more_of_fact(std::string_view key) {
  if (key == "nvml_sm_clock_mhz"sv || key == "nvml_mem_clock_mhz"sv ||
      has_any(key, {"_free", "free_", "available", "temperature", "power_draw", "power_usage",
                    "throttle", "utilization", "_lines"}))
    return More::ignored;
  if (std::ranges::find(larger_is_better, key) != larger_is_better.end() ||
      key.starts_with("max_") || key.starts_with("total_") || key.starts_with("nvml_max_") ||
      key.ends_with("_supported"))
    return More::better;
  if (key.starts_with("reserved_")) return More::worse;
  return More::neither;
}

More more_of_unit(std::string_view unit) {
  if (unit.find("/s") != std::string_view::npos || unit == rate_unit) return More::better;
  if (unit == "ns" || unit == "us" || unit == "ms" || unit == "s") return More::worse;
  return More::neither;
}

Trend judge(double before, double after, More more) {
  if (before == after || more == More::neither || more == More::ignored) return Trend::other;
  return (before < after) == (more == More::better) ? Trend::better : Trend::worse;
}

Trend judge(bool before, bool after, More more) {
  return judge(before ? 1.0 : 0.0, after ? 1.0 : 0.0, more);
}

bool within_noise(double before, double after, double noise) {
  return std::abs(before - after) <= noise * std::max(std::abs(before), std::abs(after));
}

}  // namespace bp
