// Keeps its worker busy on the CPU, far longer than any time-out of the tests.
#ifdef __CUDACC__
#include "tests/misbehaving/words_device.cuh"

BP_ENTRY(self_test_cpu_spin) { add_one(in, out); }

#else
#include <chrono>

#include "tests/misbehaving/words.h"

namespace bp {
namespace {

void cpu_spin(std::span<std::uint8_t> in) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::seconds(60);
  while (Clock::now() < end) {
  }
  self_test::exact(in);
}

}  // namespace

extern const InstructionProbe self_test_cpu_spin_probe =
    self_test::words_probe<&cpu_spin>("self_test.cpu_spin", "self_test_cpu_spin");

}  // namespace bp
#endif
