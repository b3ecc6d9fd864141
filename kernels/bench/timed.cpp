#include "kernels/bench/timed.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <exception>
#include <vector>

namespace bp::bench {
namespace {

constexpr auto median_counter = "median";
constexpr auto least_counter = "least";
constexpr auto most_counter = "most";

/// Turns runs into our figures and prints none of them.
class Collector : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.run_type != Run::RT_Iteration) continue;  // an aggregate of repetitions
      const auto counter = [&](const char* name) { return run.counters.at(name).value; };
      time.median = counter(median_counter);
      time.least = counter(least_counter);
      time.most = counter(most_counter);
      time.iterations = static_cast<std::int64_t>(run.iterations);
    }
  }

  BenchTime time;
};

double median_of(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

}  // namespace

BenchTime timed(const std::string& name, double least_seconds,
                const std::function<double()>& next) {
  std::exception_ptr thrown;
  // Called with more and more iterations until they take long enough; the last call counts.
  const auto body = [&](benchmark::State& state) {
    std::vector<double> seconds{0};
    seconds.clear();
    for ([[maybe_unused]] auto iteration : state) {
      if (!thrown) {
        try {
          seconds.push_back(next());
        } catch (...) {
          thrown = std::current_exception();
        }
      }
      // Long enough to be the last call after an error.
      state.SetIterationTime(thrown ? least_seconds : seconds.back());
    }
    if (seconds.empty()) seconds.push_back(0);
    const auto [least, most] = std::ranges::minmax_element(seconds);
    state.counters[least_counter] = *least;
    state.counters[most_counter] = *most;
    state.counters[median_counter] = median_of(seconds);
  };
  benchmark::RegisterBenchmark(name.c_str(), body)->UseManualTime()->MinTime(least_seconds);
  Collector collector;
  benchmark::RunSpecifiedBenchmarks(&collector, std::string("."));
  benchmark::ClearRegisteredBenchmarks();
  if (thrown) std::rethrow_exception(thrown);
  return collector.time;
}

}  // namespace bp::bench
