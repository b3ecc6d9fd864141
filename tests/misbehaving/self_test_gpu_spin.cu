// Keeps the GPU busy for as many milliseconds as the input says, by the GPU's own clock: three
// times the time-out of the test that runs it (BLACKWELL_PROBE_SELF_TEST_SPIN_MS), 30 s otherwise.
#ifdef __CUDACC__
#include "tests/misbehaving/words_device.cuh"

BP_ENTRY(self_test_gpu_spin) {
  const unsigned long long limit = *reinterpret_cast<const unsigned long long*>(in) * 1000000;
  unsigned long long start, now;
  asm volatile("mov.u64 %0, %%globaltimer;" : "=l"(start));
  do {
    __nanosleep(1000);
    asm volatile("mov.u64 %0, %%globaltimer;" : "=l"(now));
  } while (now - start < limit);
  add_one(in, out);
}

#else
#include <algorithm>
#include <cstdlib>

#include "tests/misbehaving/words.h"

namespace bp {
namespace {

/// Three times the longest time-out that anybody runs the tests with, unless the test says how
/// long.
void gpu_spin(std::span<std::uint8_t> in) {
  self_test::exact(in);
  const char* text = std::getenv("BLACKWELL_PROBE_SELF_TEST_SPIN_MS");
  const long asked = text == nullptr ? 30000 : std::strtol(text, nullptr, 10);
  store<std::uint64_t>(in, 0, static_cast<std::uint64_t>(std::clamp(asked, 0L, 60000L)));
}

void no_spin(std::span<std::uint8_t> in, std::uint64_t seed) {
  self_test::random(in, seed);
  store<std::uint64_t>(in, 0, 0);
}

constexpr InstructionProbe description() {
  InstructionProbe probe =
      self_test::words_probe<&gpu_spin>("self_test.gpu_spin", "self_test_gpu_spin");
  probe.random = &no_spin;
  return probe;
}

}  // namespace

extern const InstructionProbe self_test_gpu_spin_probe = description();

}  // namespace bp
#endif
