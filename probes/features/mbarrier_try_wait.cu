// mbarrier.try_wait: with a time-out hint, by state and by parity. One warp first waits in vain for
// a phase that nobody ends; then each warp hands words to the other, late, and the waits must not
// end early.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/ptx/async_proxy.cuh"

BP_ENTRY(mbarrier_try_wait) {
  using namespace bp::ptx;
  __shared__ unsigned long long never;
  __shared__ unsigned long long handed[2];
  __shared__ unsigned words[64];
  const unsigned warp = threadIdx.x / 32, lane = threadIdx.x % 32;
  auto* result = reinterpret_cast<unsigned*>(out);
  if (threadIdx.x == 0) {
    mbarrier_init(&never, 2);
    mbarrier_init(&handed[0], 32);
    mbarrier_init(&handed[1], 33);
  }
  __syncthreads();
  // Whoever waits by state has arrived as well.
  unsigned long long state = 0;
  if (warp == 0) {
    unsigned bits = 0;
    if (lane == 0) {
      const auto mine = mbarrier_arrive_state(&never);
      bits |= mbarrier_try_wait_hint(&never, mine, 500) ? 1 : 0;
      bits |= mbarrier_try_wait_parity_hint(&never, 0, 500) ? 2 : 0;
      bits |= mbarrier_try_wait_parity_hint(&never, 1, 500) ? 4 : 0;  // the phase before: ended
      state = mbarrier_arrive_state(&handed[1]);
    }
    state = __shfl_sync(0xffffffffu, state, 0);
    result[64 + lane] = lane + bits;
  }
  const long long start = clock64();
  while (clock64() - start < 4000) {
  }
  words[threadIdx.x] = reinterpret_cast<const unsigned*>(in)[threadIdx.x];
  mbarrier_arrive(&handed[warp]);
  const long long deadline = clock64() + wait_limit_clocks;
  const auto ended = [&] {
    return warp == 0 ? mbarrier_try_wait_hint(&handed[1], state, 20000)
                     : mbarrier_try_wait_parity_hint(&handed[0], 0, 20000);
  };
  bool done = ended();
  while (!done && clock64() < deadline) done = ended();
  result[threadIdx.x] = done ? words[63 - threadIdx.x] : poison;
}

#else
#include "probes/features/words.h"

namespace bp {
namespace {

constexpr std::size_t threads = 64;
constexpr std::string_view instructions[] = {
    "mbarrier.try_wait.shared::cta.b64",
    "mbarrier.try_wait.parity.shared::cta.b64",
    "mbarrier.init.shared::cta.b64",
    "mbarrier.arrive.shared::cta.b64",
};
constexpr std::string_view needs[] = {"mbarrier"};
constexpr std::string_view native_sass[] = {"SYNCS.PHASECHK.TRANS64.TRYWAIT"};

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  for (std::size_t i = 0; i < threads; ++i) out[i] = load<std::uint32_t>(in, threads - 1 - i);
  for (std::size_t lane = 0; lane < 32; ++lane)
    out[threads + lane] = static_cast<double>(lane == 0 ? 4 : lane);
}

}  // namespace

extern const InstructionProbe mbarrier_try_wait_probe = words::describe({
    .feature = "mbarrier.try_wait",
    .entry = "mbarrier_try_wait",
    .instructions = instructions,
    .needs = needs,
    .ptx = {7, 8},
    .launch = {.grid = {1}, .block = {threads}},
    .inputs = threads,
    .outputs = threads + 32,
    .reference = &reference,
    .fault = {.what = "bits of word 30 are flipped", .corrupt = &words::flip<30>},
    .native_sass = native_sass,
    // Then no phase ever ends, and the waits end by the clock.
    .neutralise = {.line_with = "mbarrier.try_wait.", .replacement = "setp.ne.u32 p, 0, 0;"},
});

}  // namespace bp
#endif
