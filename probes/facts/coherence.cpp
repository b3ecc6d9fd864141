// Whether CPU and GPU see each other's writes while a kernel runs, and how long a round trip takes.
#include <algorithm>
#include <atomic>
#include <chrono>

#include "probes/survey/launch.h"
#include "probes/survey/registered.h"

namespace bp {
namespace {

using Clock = std::chrono::steady_clock;

constexpr unsigned rounds = 200;
constexpr auto of_gpu = SurveyRun::Of::gpu;
constexpr long long patience_clocks = 400'000'000;  // of the GPU: about 0.2 s
constexpr auto patience = std::chrono::milliseconds(500);

/// Median nanoseconds of a round trip through `words`, which the GPU knows as `address`.
FactValue round_trip(SurveyRun& run, std::span<std::uint32_t> words, CUdeviceptr address) {
  constexpr std::size_t apart = 64;  // words: cache lines of their own
  std::ranges::fill(words, 0u);
  const std::atomic_ref<std::uint32_t> ping(words[0]);
  const std::atomic_ref<std::uint32_t> pong(words[apart]);
  DeviceBuffer done(run.gpu(), sizeof(unsigned));
  const CUfunction function = run.entry(run.gpu(), "ping_pong", "bp_survey_ping_pong");
  if (const auto refused =
          start(run.gpu(), function, shape(1, 1), address, address + apart * sizeof(std::uint32_t),
                done.address(), rounds, patience_clocks))
    throw Absent{"the launch was refused: " + *refused};
  std::vector<double> times;
  bool answered = true;
  for (std::uint32_t round = 1; answered && round <= rounds; ++round) {
    const auto begin = Clock::now();
    ping.store(round, std::memory_order_release);
    do {
      answered = pong.load(std::memory_order_acquire) == round;
    } while (!answered && Clock::now() - begin < patience);
    times.push_back(std::chrono::duration<double, std::nano>(Clock::now() - begin).count());
  }
  run.wait(run.gpu());
  const unsigned heard = download<unsigned>(done, 1)[0];
  if (!answered || heard != rounds)
    throw Absent{"the writes were not seen while the kernel ran: " + std::to_string(heard) +
                 " of " + std::to_string(rounds) + " rounds"};
  std::ranges::nth_element(times, times.begin() + rounds / 2);
  return times[rounds / 2];
}

void measure(SurveyRun& run) {
  constexpr std::size_t bytes = 4096;
  run.value_by_wall_clock(of_gpu, "registered_memory_round_trip", "ns", EvidenceKind::verified,
                          [&] {
                            Registered memory(run, bytes);
                            return round_trip(run, memory.words(), memory.address());
                          });
  run.value_by_wall_clock(of_gpu, "malloc_round_trip", "ns", EvidenceKind::verified, [&] {
    if (!run.says(CU_DEVICE_ATTRIBUTE_PAGEABLE_MEMORY_ACCESS))
      throw Absent{"the driver says that the GPU does not reach it"};
    std::vector<std::uint32_t> memory(bytes / sizeof(std::uint32_t));
    return round_trip(run, memory, reinterpret_cast<CUdeviceptr>(memory.data()));
  });
}

}  // namespace

extern const Survey coherence_survey;
const Survey coherence_survey{"fact.coherence", measure};

}  // namespace bp
