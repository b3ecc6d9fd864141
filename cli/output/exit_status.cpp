#include "cli/output/exit_status.h"

#include <algorithm>
#include <array>

namespace bp {
namespace {

template <typename Predicate>
bool any_result(const Report& report, Predicate predicate) {
  const auto fits = [&](const auto& result) { return predicate(result.status, result.reason); };
  if (std::ranges::any_of(report.surveys, fits)) return true;
  return std::ranges::any_of(report.gpus, [&](const GpuReport& gpu) {
    return std::ranges::any_of(gpu.features, fits) || std::ranges::any_of(gpu.kernels, fits) ||
           std::ranges::any_of(gpu.bench.rows, fits) ||
           std::ranges::any_of(gpu.bench.yardsticks, fits);
  });
}

constexpr auto meanings = std::to_array<ExitStatusMeaning>({
    {ExitStatus::met, "all met", "The command without a name also where there is no GPU."},
    {ExitStatus::not_met, "wrong result or not met",
     "Something selected gave a wrong result, or a requirement of gate is not met."},
    {ExitStatus::usage, "usage", "A flag, a file or its content is wrong."},
    {ExitStatus::no_gpu, "no GPU or driver",
     "Only run, gate on this machine and matrix --driver say this."},
    {ExitStatus::internal, "internal error", "Please report it with the command line."},
    {ExitStatus::incomplete, "incomplete",
     "Something crashed or timed out, the driver is there but cannot be used, or an output could "
     "not be written; of gate: whether a requirement is met is not known. With --strict also if "
     "something selected is blocked or did not run (a feature that this version has no probe for "
     "does not count)."},
    {ExitStatus::interrupted, "interrupted", "What was finished is written."},
});

bool is_one_of(const std::optional<Reason>& reason, std::initializer_list<std::string_view> ids) {
  return reason && std::ranges::find(ids, std::string_view(reason->id)) != ids.end();
}

bool broken(Status status, const std::optional<Reason>& reason) {
  return status == Status::crashed || status == Status::timed_out ||
         (status == Status::not_run && is_one_of(reason, {"not_started", "interrupted"}));
}

bool left_open(Status status, const std::optional<Reason>& reason) {
  return status == Status::blocked ||
         (status == Status::not_run &&
          !is_one_of(reason,
                     {"not_selected", "level_quick", "level_full", "no_probe", "assembled_only"}));
}

}  // namespace

std::span<const ExitStatusMeaning> exit_status_meanings() { return meanings; }

bool means_no_gpu(const Reason& problem) {
  return is_one_of(problem, {"no_libcuda", "stub_libcuda", "no_device"});
}

bool is_complete(const Report& report) {
  const auto& problem = report.driver.problem;
  const bool unusable = (problem && !means_no_gpu(*problem)) ||
                        std::ranges::any_of(report.gpus, [](const GpuReport& gpu) {
                          return gpu.facts.problem.has_value();
                        });
  return !unusable && !any_result(report, broken);
}

ExitStatus exit_status(const Report& report, const RunConditions& conditions) {
  if (conditions.interrupted) return ExitStatus::interrupted;
  if (any_result(report,
                 [](Status status, const auto&) { return status == Status::wrong_result; })) {
    return ExitStatus::not_met;
  }
  const auto& problem = report.driver.problem;
  if (problem && means_no_gpu(*problem) && !conditions.bare) return ExitStatus::no_gpu;
  if (!is_complete(report) || conditions.output_failed) return ExitStatus::incomplete;
  if (conditions.strict && any_result(report, left_open)) return ExitStatus::incomplete;
  return ExitStatus::met;
}

}  // namespace bp
