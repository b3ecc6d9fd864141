// mbarrier.test_wait: one thread asks a barrier of three arrivals, by state and by parity, whether
// its phase has ended: before and after the last arrival, where the first is one that must not end
// the phase, and in the next phases, after an arrival that leaves the barrier for good. A second
// warp polls for words that the first hands over.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/ptx/async_proxy.cuh"

BP_ENTRY(mbarrier_test_wait) {
  using namespace bp::ptx;
  __shared__ unsigned long long barrier;
  __shared__ unsigned long long handed;
  __shared__ unsigned words[32];
  const unsigned lane = threadIdx.x % 32;
  const auto* values = reinterpret_cast<const unsigned*>(in);
  auto* result = reinterpret_cast<unsigned*>(out);
  if (threadIdx.x == 0) {
    mbarrier_init(&barrier, 3);
    mbarrier_init(&handed, 32);
  }
  __syncthreads();
  if (threadIdx.x >= 32) {
    const long long deadline = clock64() + wait_limit_clocks;
    bool done = bp::ptx::mbarrier_test_wait_parity(&handed, 0);
    while (!done && clock64() < deadline) done = mbarrier_test_wait_parity(&handed, 0);
    result[1 + lane] = done ? words[lane] * 3 : poison;
    return;
  }
  if (lane == 0) {
    unsigned bits = 0, count = 0;
    const auto note = [&](bool ended) { bits |= (ended ? 1u : 0u) << count++; };
    const auto first = mbarrier_arrive_no_complete(&barrier);
    note(bp::ptx::mbarrier_test_wait(&barrier, first));  // no
    note(mbarrier_test_wait_parity(&barrier, 0));        // no: the phase under way
    note(mbarrier_test_wait_parity(&barrier, 1));        // yes: the one before
    mbarrier_arrive(&barrier);
    const auto last = mbarrier_arrive_state(&barrier);
    note(bp::ptx::mbarrier_test_wait(&barrier, last));  // yes
    note(mbarrier_test_wait_parity(&barrier, 0));       // yes
    note(mbarrier_test_wait_parity(&barrier, 1));       // no
    mbarrier_arrive_drop(&barrier);
    mbarrier_arrive(&barrier);
    note(mbarrier_test_wait_parity(&barrier, 1));  // no
    mbarrier_arrive(&barrier);
    note(mbarrier_test_wait_parity(&barrier, 1));  // yes
    mbarrier_arrive(&barrier);
    note(mbarrier_test_wait_parity(&barrier, 0));  // no
    mbarrier_arrive(&barrier);
    note(mbarrier_test_wait_parity(&barrier, 0));  // yes: two arrivals are enough now
    result[0] = values[32] ^ bits;
    const long long start = clock64();
    while (clock64() - start < 2000) {
    }
  }
  __syncwarp();
  words[lane] = values[31 - lane];
  mbarrier_arrive(&handed);
}

#else
#include "probes/features/words.h"

namespace bp {
namespace {

constexpr std::string_view instructions[] = {
    "mbarrier.test_wait.shared::cta.b64",
    "mbarrier.test_wait.parity.shared::cta.b64",
    "mbarrier.init.shared::cta.b64",
    "mbarrier.arrive.shared::cta.b64",
    "mbarrier.arrive.noComplete.shared::cta.b64",
    "mbarrier.arrive_drop.shared::cta.b64",
};
// Before sm_90 barriers are atomics on shared memory.
constexpr std::string_view native_sass[] = {"SYNCS.PHASECHK", "ATOMS.ARRIVE"};

// The answers in the order of the questions, first one lowest: no no yes, yes yes no, no yes, no
// yes.
constexpr std::uint32_t answers = 0b10'10'011'100;

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  out[0] = load<std::uint32_t>(in, 32) ^ answers;
  for (std::size_t i = 0; i < 32; ++i) out[1 + i] = load<std::uint32_t>(in, 31 - i) * 3;
}

}  // namespace

extern const InstructionProbe mbarrier_test_wait_probe = words::describe({
    .feature = "mbarrier.test_wait",
    .entry = "mbarrier_test_wait",
    .instructions = instructions,
    .ptx = {7, 8},
    .launch = {.grid = {1}, .block = {64}},
    .inputs = 33,
    .outputs = 33,
    .reference = &reference,
    .fault = {.what = "bits of word 30 are flipped", .corrupt = &words::flip<30>},
    .native_sass = native_sass,
    // Then no phase ever ends, and the poll ends by the clock.
    .neutralise = {.line_with = "mbarrier.test_wait.", .replacement = "setp.ne.u32 p, 0, 0;"},
});

}  // namespace bp
#endif
