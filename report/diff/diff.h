// What changed from one report to another, and whether it got worse.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "report/model/report.h"

namespace bp {

/// Semantic version of the diff's JSON, as schema_version is that of report.json.
inline constexpr std::string_view diff_schema_version = "1.0.0";

enum class Trend : std::uint8_t { worse, better, other };
std::string_view to_string(Trend trend);

enum class ChangeOf : std::uint8_t {
  report,       // complete, command, shape
  gpu,          // came, went, was replaced
  feature,      //
  kernel,       // reference kernel, its status and its figures
  backend,      // verdict
  selector,     // what a library would choose
  limit,        // facts of a GPU
  rate,         // operations per clock and SM
  bench,        // rows and yardsticks of `bench`
  survey,       // sweeps and facts of --level full
  environment,  // driver, system, packages
  tool,         // this program
};
std::string_view to_string(ChangeOf what);

struct Change {
  ChangeOf what = ChangeOf::report;
  std::string id;                  // "tcgen05.alloc", "max_threads_per_block"
  std::vector<std::string> where;  // "GPU 0", "sm_121"; empty: of the report
  std::string before;              // "supported"
  std::string after;
  Trend trend = Trend::other;
  std::string note{};  // "-12.5 %", or the reason why something is not a yes any more
  bool operator==(const Change&) const = default;
};

struct ReportDiff {
  struct Side {
    std::string created;
    std::string tool;
    std::string command;
    std::vector<std::string> gpus;  // "GPU 0: NVIDIA H200"
    bool operator==(const Side&) const = default;
  };
  Side before;
  Side after;
  double noise = 0;
  std::vector<std::string> warnings;  // why the two can hardly be compared; sentences
  std::vector<Change> changes;        // by trend, then in the order of ChangeOf
};

/// Measured figures that differ by less than this share of the larger one are the same.
inline constexpr double default_noise = 0.05;
/// Times of single launches vary more: of what `bench` measured, so many times that share.
inline constexpr double bench_noise_factor = 2;

ReportDiff compare(const Report& before, const Report& after, double noise = default_noise);

std::size_t count(const ReportDiff& diff, Trend trend);

}  // namespace bp
