// blackwell-probe-bench-verdicts: how long the catalogue takes to read and to judge, by GPU and by
// model. Every run pays for it, while the driver starts and after the last probe.
#include <benchmark/benchmark.h>

#include "probes/registry/feature.h"
#include "report/backends/embedded_files.h"
#include "report/evaluate/evaluate.h"
#include "report/models/evaluate.h"

namespace {

using namespace bp;

constexpr std::int64_t gpus = 8;

/// A result as long as a real one: a status, a reason where there is one, and three items of
/// evidence.
FeatureResult result_of(const Feature& feature, bool works) {
  const Evidence item{.kind = works ? EvidenceKind::counted : EvidenceKind::assembled,
                      .against = !works,
                      .by = "driver 580.159.04",
                      .target = "sm_90a",
                      .text = "4096 of 4096 values equal the reference, bit for bit",
                      .value = {},
                      .unit = {}};
  return {std::string(feature.id),
          works ? Status::supported : Status::unsupported,
          works ? std::nullopt
                : std::optional<Reason>({"not_on_target", "The target does not have it", ""}),
          {item, item, item}};
}

/// Like a Hopper: about half of the kernels run, and most of the rest name what they lack.
GpuReport hopper() {
  GpuReport gpu;
  gpu.facts.cc = {9, 0};
  gpu.facts.facts = {
      {"max_shared_memory_per_block_optin_bytes", std::int64_t{232448}, "driver", ""},
      {"max_registers_per_block", std::int64_t{65536}, "driver", ""},
      {"cluster_launch", true, "driver", ""}};
  for (const Feature& feature : features()) {
    const bool tensor = feature.family == Family::tcgen05;
    const bool block_scaled = feature.id.find("mxf") != std::string_view::npos;
    gpu.features.push_back(result_of(feature, !tensor && !block_scaled));
  }
  return gpu;
}

void read_catalogue(benchmark::State& state) {
  for (auto _ : state) {
    std::size_t rows = 0;
    for (const std::string_view file : embedded_backend_files())
      rows += parse_backends(file).size();
    benchmark::DoNotOptimize(rows);
    state.counters["rows"] = static_cast<double>(rows);
  }
}

void judge_gpus(benchmark::State& state, const Shape& shape) {
  const Catalogue& catalogue = embedded_catalogue();
  const GpuReport gpu = hopper();
  DriverFacts driver;
  driver.version = "580.159.04";
  driver.cuda_version = "13.0";
  for (auto _ : state) {
    for (std::int64_t i = 0; i < gpus; ++i) {
      const Subject subject = subject_of(gpu, driver);
      auto backends = evaluate(catalogue, subject, shape, "2026-11-23");
      auto selectors = walk_selectors(catalogue, subject, backends, shape);
      benchmark::DoNotOptimize(backends.data());
      benchmark::DoNotOptimize(selectors.data());
    }
  }
  state.counters["gpus"] = static_cast<double>(gpus);
  state.counters["kernels"] = static_cast<double>(evaluate(catalogue, {}, shape).size());
}

/// Every model on each GPU, no two of which are alike: identical ones are judged once.
void judge_models(benchmark::State& state) {
  Report report;
  report.driver.version = "580.159.04";
  report.driver.cuda_version = "13.0";
  for (int i = 0; i < state.range(0); ++i) {
    GpuReport& gpu = report.gpus.emplace_back(hopper());
    gpu.facts.index = i;
    gpu.facts.name = "GPU " + std::to_string(i);
  }
  for (auto _ : state) {
    auto models = evaluate_models(report, embedded_models(), embedded_catalogue(), false);
    benchmark::DoNotOptimize(models.data());
    state.counters["models"] = static_cast<double>(models.size());
  }
}

BENCHMARK(read_catalogue)->Unit(benchmark::kMillisecond);
BENCHMARK(judge_models)->Arg(1)->Arg(8)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(judge_gpus, any_shape, Shape{})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(judge_gpus, of_16_heads, Shape{.heads = 16, .topk = 2048, .kv_dtype = "bf16"})
    ->Unit(benchmark::kMillisecond);

}  // namespace
