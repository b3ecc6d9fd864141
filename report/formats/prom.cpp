#include "report/formats/prom.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "report/evaluate/bench.h"
#include "report/formats/clean.h"
#include "report/formats/subjects.h"
#include "report/formats/summary.h"

namespace bp {
namespace {

using MetricLabels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

/// Prometheus, "Exposition formats": what stands in a label's value.
std::string label_value(std::string_view value) {
  std::string out;
  for (const char c : one_line(value)) {
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
  return out;
}

std::string sample_value(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Inf" : "+Inf";
  std::array<char, 40> text{};
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

/// One metric with its samples. Nothing is written of one that has none.
class Metric {
 public:
  Metric(std::string_view name, std::string_view help) : name_(name), help_(help) {}

  void add(const MetricLabels& labels, double value) {
    std::string sample = "blackwell_probe_" + std::string(name_);
    if (labels.size() > 0) {
      std::string list;
      for (const auto& [label, text] : labels)
        list.append(list.empty() ? "" : ",")
            .append(label)
            .append("=\"")
            .append(label_value(text))
            .append("\"");
      sample.append("{").append(list).append("}");
    }
    // A report from elsewhere may hold an id twice; the collector refuses a file that does.
    if (!seen_.insert(sample).second) return;
    samples_.append(sample).append(" ").append(sample_value(value)).append("\n");
  }

  void write(std::string& out) const {
    if (samples_.empty()) return;
    const std::string name = "blackwell_probe_" + std::string(name_);
    out.append("# HELP ").append(name).append(" ").append(help_).append("\n");
    out.append("# TYPE ").append(name).append(" gauge\n").append(samples_);
  }

 private:
  std::string_view name_;
  std::string_view help_;
  std::set<std::string> seen_;
  std::string samples_;
};

/// Seconds since 1970 of "2026-11-22T12:00:00Z"; nullopt for anything else.
std::optional<double> unix_seconds(const std::string& created) {
  int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0;
  char zone = 0;
  if (created.size() != 20 || std::sscanf(created.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d%c", &y, &mo, &d,
                                          &h, &mi, &s, &zone) != 7)
    return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(y),
                                         std::chrono::month(static_cast<unsigned>(mo)),
                                         std::chrono::day(static_cast<unsigned>(d))};
  if (zone != 'Z' || !date.ok()) return std::nullopt;
  const auto days = std::chrono::sys_days(date).time_since_epoch().count();
  return static_cast<double>(days) * 86400 + h * 3600 + mi * 60 + s;
}

std::string index_of(const GpuReport& gpu) { return std::to_string(gpu.facts.index); }

void write_machine(std::string& out, const Report& report) {
  Metric build("build_info", "Version of the program that made the report.");
  build.add({{"version", report.tool.version}, {"commit", report.tool.commit}}, 1);
  build.write(out);
  Metric created("report_timestamp_seconds", "When the report was made, in seconds since 1970.");
  if (const auto seconds = unix_seconds(report.created)) created.add({}, *seconds);
  created.write(out);
  Metric complete("report_complete", "1 if everything that was selected came to its end.");
  complete.add({}, report.complete ? 1 : 0);
  complete.write(out);
  const DriverFacts& driver = report.driver;
  Metric info("driver_info", "The driver that answered. fake is empty, or names a played machine.");
  info.add({{"version", driver.version},
            {"cuda", driver.cuda_version},
            {"ptx", driver.ptx ? to_string(*driver.ptx) : std::string()},
            {"fake", driver.fake.value_or("")}},
           1);
  info.write(out);
  Metric usable("driver_usable", "0 if no GPU could be probed, for the given reason.");
  usable.add({{"reason", driver.problem ? driver.problem->id : std::string()}},
             driver.problem ? 0 : 1);
  usable.write(out);
}

void write_gpus(std::string& out, const Report& report) {
  Metric info("gpu_info", "A GPU of this machine, by its CUDA ordinal.");
  Metric usable("gpu_usable", "0 if the GPU could not be opened, for the given reason.");
  Metric features("features", "Features of a GPU by status.");
  Metric backends("backends", "Known kernel backends by what is said of them on a GPU.");
  for (const GpuReport& gpu : report.gpus) {
    const std::string index = index_of(gpu);
    info.add({{"gpu", index},
              {"name", gpu.facts.name},
              {"compute_capability", to_string(gpu.facts.cc)},
              {"target", gpu.target}},
             1);
    const auto& problem = gpu.facts.problem;
    usable.add({{"gpu", index}, {"reason", problem ? problem->id : std::string()}},
               problem ? 0 : 1);
    for (const auto& [status, count] : counts(gpu.features))
      features.add({{"gpu", index}, {"status", to_string(status)}}, static_cast<double>(count));
    for (const auto& [verdict, count] : counts(gpu.backends))
      backends.add({{"gpu", index}, {"verdict", to_string(verdict)}}, static_cast<double>(count));
  }
  for (const Metric* metric : {&info, &usable, &features, &backends}) metric->write(out);
}

void add_result(Metric& metric, const GpuReport& gpu, std::string_view kind,
                const FeatureResult& result) {
  const auto evidence = strongest_of_status(result);
  metric.add({{"gpu", index_of(gpu)},
              {kind, result.id},
              {"status", to_string(result.status)},
              {"evidence", evidence ? to_string(*evidence) : ""}},
             1);
}

void write_results(std::string& out, const Report& report) {
  Metric features("feature_info", "What is said of a feature on a GPU, and how it is known.");
  Metric kernels("kernel_info",
                 "What is said of a reference kernel on a GPU, and how it is known.");
  Metric rates("rate_operations_per_clock_per_sm", "Operations counted in each clock of an SM.");
  for (const GpuReport& gpu : report.gpus) {
    for (const FeatureResult& feature : gpu.features) add_result(features, gpu, "feature", feature);
    for (const KernelResult& kernel : gpu.kernels)
      add_result(kernels, gpu, "kernel", result_of(kernel));
    for (const RateResult& rate : gpu.rates)
      rates.add({{"gpu", index_of(gpu)}, {"feature", rate.feature}}, rate.operations);
  }
  for (const Metric* metric : {&features, &kernels, &rates}) metric->write(out);
}

/// A row's own metrics have its labels; of rows without a time there is the count alone.
void write_speed(std::string& out, const Report& report) {
  Metric rows("bench_rows", "Rows of bench of a GPU by status.");
  Metric seconds("bench_seconds", "Median time of a launch of a reference kernel.");
  Metric bytes("bench_bytes_per_second", "The least bytes of the shape over the median time.");
  Metric operations("bench_operations_per_second", "Operations of the shape over the median time.");
  Metric roofline("bench_roofline_ratio", "Share of what copy and matrix rate of the run allow.");
  Metric fallback("bench_fallback_ratio",
                  "The time as a multiple of that of the most special path timed of the shape.");
  Metric throttled("bench_throttled_ratio", "Share of the clock's samples with a slowdown.");
  Metric yardsticks("bench_yardstick_per_second",
                    "What rows are compared with: bytes of the copy, operations of the rest.");
  for (const GpuReport& gpu : report.gpus) {
    const std::string index = index_of(gpu);
    std::map<Status, std::size_t> ended;
    for (const BenchRow& row : gpu.bench.rows) ++ended[row.status];
    for (const auto& [status, count] : ended)
      rows.add({{"gpu", index}, {"status", to_string(status)}}, static_cast<double>(count));
    for (const BenchYardstick& yardstick : gpu.bench.yardsticks) {
      if (const auto value = value_of(gpu.bench, yardstick.id))
        yardsticks.add({{"gpu", index}, {"yardstick", yardstick.id}}, *value);
    }
    for (const BenchRow& row : gpu.bench.rows) {
      if (!row.time) continue;
      const auto add = [&](Metric& metric, std::optional<double> value) {
        if (!value) return;
        metric.add({{"gpu", index},
                    {"kernel", row.kernel},
                    {"shape", row.shape},
                    {"tuning", row.tuning},
                    {"l2", row.l2}},
                   *value);
      };
      const BenchShares shares = shares_of(gpu.bench, row);
      add(seconds, row.time->median);
      add(bytes, shares.bytes_per_second);
      add(operations, shares.operations_per_second);
      add(roofline, shares.of_roofline);
      if (const auto cost = fallback_of(gpu.bench, row)) add(fallback, cost->times);
      if (row.clocks.samples > 0)
        add(throttled,
            static_cast<double>(row.clocks.throttled) / static_cast<double>(row.clocks.samples));
    }
  }
  for (const Metric* metric :
       {&rows, &seconds, &bytes, &operations, &roofline, &fallback, &throttled, &yardsticks})
    metric->write(out);
}

}  // namespace

std::string serialise_prom(const Report& report, const Style&) {
  std::string out;
  write_machine(out, report);
  write_gpus(out, report);
  write_results(out, report);
  write_speed(out, report);
  return out;
}

}  // namespace bp
