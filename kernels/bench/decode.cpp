#include "kernels/bench/decode.h"

#include <benchmark/benchmark.h>

#include "kernels/device_timer.h"
#include "kernels/mla/decode_mma_sync.h"

namespace bp::bench {
namespace {

// Fixed: a search for a number of iterations would make the inputs, gigabytes, several times.
constexpr int repetitions = 50;

struct Case {
  int batch;
  int heads;
  int query_tokens;
  int keys;
};

// The shapes that FlashMLA and others publish (DeepSeek-V3 with 128 heads; 16 with tensor
// parallelism of 8), and one long request. Their caches are larger than any L2.
constexpr Case cases[] = {
    {128, 16, 1, 4096}, {128, 64, 1, 4096}, {128, 128, 1, 4096}, {128, 128, 2, 4096},
    {64, 16, 1, 16384}, {1, 16, 1, 131072}, {1, 128, 1, 131072},
};

double operations_of(const Case& c) {
  const double rows = static_cast<double>(c.batch) * c.heads * c.query_tokens;
  // Bottom-right causal: on average (s_q - 1) / 2 keys fewer.
  return 2.0 * rows * (c.keys - (c.query_tokens - 1) * 0.5) * (mla::key_width + mla::value_width);
}

void time_decode(benchmark::State& state, const Gpu& gpu, const ModuleImage& image, double copy,
                 const Case& c) try {
  const mla::DecodeShape shape{
      c.query_tokens, c.heads, c.query_tokens > 1,
      std::vector<std::int32_t>(static_cast<std::size_t>(c.batch), c.keys)};
  const auto limits = limits_of(gpu, Tuning::free);
  const auto variant = mla::choose_variant(c.heads * c.query_tokens, limits);
  mla::DecodeRun run(gpu, *image.module, mla::make_decode_inputs(shape, 1), variant,
                     mla::parts_for(variant, c.heads * c.query_tokens, limits));
  DeviceTimer timer(gpu);
  for (int i = 0; i < 3; ++i) run.enqueue();  // clocks rise, caches settle
  gpu.wait(std::chrono::seconds(60));
  double seconds = 0;
  for ([[maybe_unused]] auto iteration : state) {
    timer.start();
    run.enqueue();
    const double elapsed = timer.stop();
    state.SetIterationTime(elapsed);
    seconds += elapsed;
  }
  const double mean = seconds / static_cast<double>(state.iterations());
  state.counters["GB/s"] = mla::least_bytes(shape) / mean * 1e-9;
  state.counters["share_of_copy"] = mla::least_bytes(shape) / mean / copy;
  state.counters["TFLOP/s"] = operations_of(c) / mean * 1e-12;
  state.counters["splits"] = run.plan().partials();
} catch (const DriverError& error) {
  if (error.sticky()) throw;
  state.SkipWithError(error.what());  // most likely too little memory
}

}  // namespace

void register_decode(const Gpu& gpu, const ModuleImage& image, double copy) {
  for (const Case& c : cases) {
    const std::string name = "mla.dense_decode.mma_sync/b" + std::to_string(c.batch) + "_h" +
                             std::to_string(c.heads) + "_sq" + std::to_string(c.query_tokens) +
                             "_sk" + std::to_string(c.keys);
    benchmark::RegisterBenchmark(name.c_str(),
                                 [&gpu, &image, copy, c](benchmark::State& state) {
                                   time_decode(state, gpu, image, copy, c);
                                 })
        ->UseManualTime()
        ->Unit(benchmark::kMicrosecond)
        ->Iterations(repetitions);
  }
}

}  // namespace bp::bench
