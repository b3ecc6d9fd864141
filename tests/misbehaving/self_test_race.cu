// A planted race on shared memory, for compute-sanitizer's racecheck to find: each of two warps
// reads what the other one writes, with no barrier between. What was read goes to the scratch area,
// so the result is right.
#ifdef __CUDACC__
#include "tests/misbehaving/words_device.cuh"

BP_ENTRY(self_test_race) {
  __shared__ volatile unsigned slots[64];
  slots[threadIdx.x] = reinterpret_cast<const unsigned*>(in)[threadIdx.x % 32];
  auto* words = reinterpret_cast<unsigned*>(out);
  words[32 + threadIdx.x] = slots[(threadIdx.x + 32) % 64];
  if (threadIdx.x < 32) add_one(in, out);
}

#else
#include "tests/misbehaving/words.h"

namespace bp {
namespace {

constexpr InstructionProbe description() {
  constexpr unsigned threads = 64;
  InstructionProbe probe = self_test::words_probe<&self_test::exact>(
      "self_test.race", "self_test_race", threads * sizeof(std::uint32_t));
  probe.launch.block.x = threads;
  return probe;
}

}  // namespace

extern const InstructionProbe self_test_race_probe = description();

}  // namespace bp
#endif
