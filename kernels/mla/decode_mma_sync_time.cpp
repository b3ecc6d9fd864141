// How fast mla.dense_decode.mma_sync is on one shape that memory bounds: what `run --level full`
// says. The benchmark (kernels/bench) has more shapes.
#include <algorithm>

#include "kernels/device_timer.h"
#include "kernels/mla/decode_mma_sync.h"

namespace bp::mla {
namespace {

// 128 heads by a tensor parallelism of 8, and a cache of 302 MB: larger than any GPU's L2.
constexpr int heads = 16;
constexpr int requests = 64;
constexpr int keys = 4096;
constexpr int launches = 11;
constexpr std::size_t copied_bytes = std::size_t{256} << 20;

}  // namespace

std::vector<Figure> time_decode_mma_sync(const Gpu& gpu, std::chrono::milliseconds timeout) {
  const ModuleImage image = load_decode_image(gpu);
  const GpuLimits limits = limits_of(gpu, Tuning::free);
  const DecodeVariant variant = choose_variant(heads, limits);
  const DecodeShape shape{1, heads, false, std::vector<std::int32_t>(requests, keys)};
  DecodeRun run(gpu, *image.module, make_decode_inputs(shape, 1), variant,
                parts_for(variant, heads, limits));
  DeviceTimer timer(gpu, timeout);
  run.enqueue();
  gpu.wait(timeout);
  std::vector<double> seconds(launches);
  for (double& each : seconds) {
    timer.start();
    run.enqueue();
    each = timer.stop();
  }
  std::ranges::nth_element(seconds, seconds.begin() + launches / 2);
  const double median = seconds[launches / 2];
  return {{"timed_requests", requests, ""},
          {"timed_heads", heads, ""},
          {"timed_keys", keys, ""},
          {"time", median * 1e6, "us"},
          {"bandwidth", least_bytes(shape) / median * 1e-9, "GB/s"},
          {"bandwidth_limit", copy_bandwidth(gpu, copied_bytes, timeout) * 1e-9, "GB/s"}};
}

}  // namespace bp::mla
