// blackwell-probe-bench: how fast the reference kernels are on the GPU in hand (CUDA ordinal 0),
// next to the bandwidth of a plain copy in the same run. Takes Google Benchmark's flags.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>

#include "kernels/bench/decode.h"
#include "kernels/device_timer.h"
#include "kernels/mla/decode_mma_sync.h"

namespace {

constexpr int no_gpu = 3;
constexpr std::size_t copy_bytes = std::size_t{1} << 30;

int fail(int status, const char* sentence) {
  std::fprintf(stderr, "blackwell-probe-bench: %s\n", sentence);
  return status;
}

/// What a Reason says, as one sentence.
std::string sentence_of(const bp::Reason& reason) {
  return reason.sentence + (reason.remedy.empty() ? "." : ". " + reason.remedy);
}

int run(const bp::Driver& driver) {
  if (const auto result = driver.api.Init(0); result != CUDA_SUCCESS) {
    const char* name = nullptr;
    driver.api.GetErrorName(result, &name);
    return fail(no_gpu, (std::string("There is no usable GPU: cuInit says ") +
                         (name == nullptr ? "an unknown error" : name) + ".")
                            .c_str());
  }
  const bp::Gpu gpu(driver, 0);
  const auto image = bp::mla::load_decode_image(gpu);
  const double copy = bp::copy_bandwidth(gpu, copy_bytes);
  char name[256] = {};
  gpu.check(driver.api.DeviceGetName(name, sizeof name, gpu.device()), "cuDeviceGetName");
  benchmark::AddCustomContext("gpu", name);
  benchmark::AddCustomContext("driver", driver.library + (driver.fake.empty() ? "" : " (fake)"));
  benchmark::AddCustomContext("image", image.text);
  benchmark::AddCustomContext("copy_GB/s", std::to_string(copy * 1e-9) + " (bytes read + written)");
  bp::bench::register_decode(gpu, image, copy);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  benchmark::Initialize(&count, arguments);
  if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 2;
  try {
    // As the workers of blackwell-probe do: no code from an earlier run's cache.
    setenv("CUDA_CACHE_DISABLE", "1", 1);
    const auto driver = bp::load_driver({});
    if (const auto* reason = std::get_if<bp::Reason>(&driver)) {
      return fail(no_gpu, sentence_of(*reason).c_str());
    }
    return run(std::get<bp::Driver>(driver));
  } catch (const bp::Unusable& unusable) {
    return fail(no_gpu, sentence_of(unusable.reason).c_str());
  } catch (const std::exception& error) {
    return fail(4, error.what());
  }
}
