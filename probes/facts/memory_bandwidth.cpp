// Bandwidth of memory from both sides: the GPU's copies in its memory, the CPU's in its own, and
// copies between them. On an integrated GPU all of it is one memory.
#include <algorithm>
#include <chrono>
#include <cstring>
#include <thread>

#include "probes/survey/registered.h"

namespace bp {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t most_bytes = std::size_t{128} << 20;
constexpr int repetitions = 3;
constexpr auto of_gpu = SurveyRun::Of::gpu;

/// The best of a few, in GB/s; `act` moves `bytes` and waits.
template <typename Act>
FactValue gigabytes_per_second(double bytes, Act act) {
  act();  // pages and clocks
  double best = 0;
  for (int i = 0; i < repetitions; ++i) {
    const auto begin = Clock::now();
    act();
    const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    best = std::max(best, bytes / seconds / 1e9);
  }
  return best;
}

void copy_by_threads(std::span<std::uint32_t> to, std::span<const std::uint32_t> from) {
  const std::size_t threads = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 16);
  const std::size_t share = from.size() / threads;
  std::vector<std::jthread> workers;
  for (std::size_t i = 0; i < threads; ++i)
    workers.emplace_back([=] {
      std::memcpy(to.data() + i * share, from.data() + i * share, share * sizeof(std::uint32_t));
    });
}

void measure(SurveyRun& run) {
  const auto& gpu = run.gpu();
  const std::size_t bytes = run.affordable(gpu, 2 * most_bytes) / 2 / 65536 * 65536;
  if (bytes == 0) throw Stop{Status::blocked, make_reason("out_of_memory")};
  run.value("buffer", whole(bytes), "B", EvidenceKind::declared);
  const double moved = static_cast<double>(bytes);
  DeviceBuffer a(gpu, bytes);
  a.fill(1);
  {
    DeviceBuffer b(gpu, bytes);
    run.value_by_wall_clock(of_gpu, "gpu_copy_read_and_write", "GB/s", EvidenceKind::launched, [&] {
      constexpr int copies = 8;  // one takes less than a tenth of a millisecond
      const FactValue best = gigabytes_per_second(2 * copies * moved, [&] {
        for (int i = 0; i < copies; ++i)
          gpu.check(run.api().MemcpyDtoDAsync(b.address(), a.address(), bytes, gpu.stream()),
                    "cuMemcpyDtoDAsync");
        run.wait(gpu);
      });
      run.evidence(EvidenceKind::launched, "copies within the GPU, timed by the host's clock");
      return best;
    });
  }
  // The host gets the same cap, whatever the GPU has.
  const std::size_t host_bytes =
      std::min(bytes, static_cast<std::size_t>(run.host_available() / 20 / 2 / 65536 * 65536));
  const double host_moved = static_cast<double>(host_bytes);
  run.value_by_wall_clock(of_gpu, "host_to_gpu", "GB/s", EvidenceKind::launched, [&] {
    Registered memory(run, host_bytes);
    std::ranges::fill(memory.words(), 1u);
    return gigabytes_per_second(host_moved, [&] {
      gpu.check(
          run.api().MemcpyHtoDAsync(a.address(), memory.words().data(), host_bytes, gpu.stream()),
          "cuMemcpyHtoDAsync");
      run.wait(gpu);
    });
  });
  run.value_by_wall_clock(of_gpu, "gpu_to_host", "GB/s", EvidenceKind::launched, [&] {
    Registered memory(run, host_bytes);
    return gigabytes_per_second(host_moved, [&] {
      gpu.check(
          run.api().MemcpyDtoHAsync(memory.words().data(), a.address(), host_bytes, gpu.stream()),
          "cuMemcpyDtoHAsync");
      run.wait(gpu);
    });
  });
  std::vector<std::uint32_t> from(host_bytes / sizeof(std::uint32_t), 1);
  std::vector<std::uint32_t> to(from.size());
  run.value_by_wall_clock(
      SurveyRun::Of::host, "cpu_copy_read_and_write", "GB/s", EvidenceKind::launched,
      [&] { return gigabytes_per_second(2 * host_moved, [&] { copy_by_threads(to, from); }); });
}

}  // namespace

extern const Survey memory_bandwidth_survey;
const Survey memory_bandwidth_survey{"fact.memory_bandwidth", measure};

}  // namespace bp
