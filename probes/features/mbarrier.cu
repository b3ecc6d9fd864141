// mbarrier: one warp hands words to three others through one buffer, eight times, with a barrier
// for "full" and one for "empty", whose parity flips each time. A phase of "full" ends only when
// all have arrived *and* the transaction bytes are complete: the key of each round is written after
// the last arrival, long before the bytes.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/ptx/mbarrier.cuh"

namespace {
constexpr unsigned rounds = 8;
constexpr unsigned consumers = 3;
constexpr unsigned bytes = 128;
}  // namespace

BP_ENTRY(mbarrier_phases) {
  __shared__ unsigned long long full;
  __shared__ unsigned long long empty;
  __shared__ unsigned words[32];
  __shared__ unsigned key;
  const unsigned warp = threadIdx.x / 32;
  const unsigned lane = threadIdx.x % 32;
  const auto* values = reinterpret_cast<const unsigned*>(in);
  const unsigned* keys = values + 32 * rounds;
  auto* result = reinterpret_cast<unsigned*>(out);
  // About 50 ms at 2 GHz: a thousand times what all rounds take.
  const long long deadline = clock64() + 100'000'000;
  if (threadIdx.x == 0) {
    bp::ptx::mbarrier_init(&full, 32 + 1);
    bp::ptx::mbarrier_init(&empty, 32 * consumers);
    key = 0;
  }
  __syncthreads();

  if (warp == 0) {
#pragma unroll 1
    for (unsigned round = 0; round < rounds; ++round) {
      if (round > 0 && !bp::ptx::mbarrier_wait_parity(&empty, (round - 1) % 2, deadline)) break;
      words[lane] = values[32 * round + lane];
      if (lane == 0) bp::ptx::mbarrier_arrive_expect_tx(&full, bytes);
      bp::ptx::mbarrier_arrive(&full);
      __syncwarp();
      if (lane == 0) {
        const long long start = clock64();
        while (clock64() - start < 2000) {
        }
        // Atomic, so that reading it too early is a wrong value and not a data race.
        atomicExch(&key, keys[round]);
        __threadfence_block();
        bp::ptx::mbarrier_complete_tx(&full, bytes);
      }
    }
  } else {
#pragma unroll 1
    for (unsigned round = 0; round < rounds; ++round) {
      if (!bp::ptx::mbarrier_wait_parity(&full, round % 2, deadline)) break;
      result[((warp - 1) * rounds + round) * 32 + lane] = words[lane] ^ atomicAdd(&key, 0u);
      bp::ptx::mbarrier_arrive(&empty);
    }
  }
}

#else
#include "probes/features/host.h"

namespace bp {
namespace {

constexpr unsigned rounds = 8;
constexpr unsigned consumers = 3;
constexpr unsigned inputs = 32 * rounds + rounds;  // words, then keys
constexpr std::string_view instructions[] = {
    "mbarrier.arrive.expect_tx.shared::cta.b64", "mbarrier.try_wait.parity.shared::cta.b64",
    "mbarrier.complete_tx.relaxed.cta.shared::cta.b64", "mbarrier.init.shared::cta.b64",
    "mbarrier.arrive.shared::cta.b64"};
constexpr std::string_view native_sass[] = {"SYNCS.ARRIVE.TRANS64"};

void exact(std::span<std::uint8_t> in) {
  for (unsigned i = 0; i < inputs; ++i) store<std::uint32_t>(in, i, 100000 + 977 * i);
}

void random(std::span<std::uint8_t> in, std::uint64_t seed) {
  Random values(seed);
  for (unsigned i = 0; i < inputs; ++i) {
    store<std::uint32_t>(in, i, static_cast<std::uint32_t>(values.next() >> 32));
  }
}

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  for (unsigned consumer = 0; consumer < consumers; ++consumer) {
    for (unsigned round = 0; round < rounds; ++round) {
      for (unsigned lane = 0; lane < 32; ++lane) {
        out[(consumer * rounds + round) * 32 + lane] = load<std::uint32_t>(in, 32 * round + lane) ^
                                                       load<std::uint32_t>(in, 32 * rounds + round);
      }
    }
  }
}

void corrupt(std::span<std::uint8_t> in) { in[4 * (32 * rounds + 5)] ^= 1; }

}  // namespace

extern const InstructionProbe mbarrier_probe{
    .feature = "mbarrier",
    .entry = "mbarrier_phases",
    .instructions = instructions,
    .needs = {},
    .ptx = {8, 0},
    .operations = rounds,
    .launch = {.grid = {1}, .block = {32 * (1 + consumers)}},
    .input_bytes = inputs * sizeof(std::uint32_t),
    .element = Element::u32,
    .outputs = consumers * rounds * 32,
    .scratch_bytes = 0,
    .tensor_map = std::nullopt,
    .exact = &exact,
    .random = &random,
    .reference = &reference,
    .fault = {.what = "the lowest bit of the key of round 5 is flipped", .corrupt = &corrupt},
    .tolerance = {},
    .native_sass = native_sass,
    .rate = std::nullopt,
    .native_test = std::nullopt,
    // One arrival is then missing in every phase: no wait ends but by its clock.
    .neutralise = {.line_with = "mbarrier.arrive.expect_tx", .replacement = {}},
    .neutralise_exception = {},
};

}  // namespace bp
#endif
