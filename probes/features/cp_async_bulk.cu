// cp.async.bulk: two contiguous pieces from global to shared memory, each in the other's place.
// Written with a .shared::cluster destination for the reason that tma_load.cu gives.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/ptx/async_proxy.cuh"
#include "probes/ptx/cp_async_bulk.cuh"

BP_ENTRY(cp_async_bulk) {
  using namespace bp::ptx;
  constexpr unsigned words = 256;
  __shared__ alignas(16) unsigned pieces[2 * words];
  __shared__ alignas(8) unsigned long long full;
  // What an earlier launch left must not pass for a result.
  pieces[threadIdx.x] = pieces[words + threadIdx.x] = poison;
  if (threadIdx.x == 0) {
    mbarrier_init(&full, 1);
    fence_mbarrier_init();
  }
  fence_proxy_async();
  __syncthreads();
  if (threadIdx.x == 0) {
    mbarrier_arrive_expect_tx(&full, sizeof pieces);
    cp_async_bulk_load(pieces + words, in, sizeof pieces / 2, &full);
    cp_async_bulk_load(pieces, in + sizeof pieces / 2, sizeof pieces / 2, &full);
  }
  __syncwarp();
  const bool in_time = wait_bounded(&full, 0);
  auto* result = reinterpret_cast<unsigned*>(out);
  for (unsigned i = threadIdx.x; i < 2 * words; i += words)
    result[i] = in_time ? pieces[i] : poison;
}

#else
#include "probes/features/host.h"

namespace bp {
namespace {

constexpr unsigned words = 256;  // of a piece
constexpr std::string_view instructions[] = {
    "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes",
    "mbarrier.init.shared::cta.b64",
    "mbarrier.arrive.expect_tx.shared::cta.b64",
    "mbarrier.try_wait.parity.shared::cta.b64",
    "fence.mbarrier_init.release.cluster",
    "fence.proxy.async.shared::cta",
};
constexpr std::string_view needs[] = {"mbarrier"};
constexpr std::string_view native_sass[] = {"UBLKCP"};

void exact(std::span<std::uint8_t> in) {
  for (unsigned i = 0; i < 2 * words; ++i) store<std::uint32_t>(in, i, i + 1);
}

void random(std::span<std::uint8_t> in, std::uint64_t seed) {
  Random values(seed);
  for (unsigned i = 0; i < 2 * words; ++i) {
    store<std::uint32_t>(in, i, static_cast<std::uint32_t>(values.next() >> 33) + 1);
  }
}

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  for (unsigned i = 0; i < 2 * words; ++i) {
    out[(i + words) % (2 * words)] = load<std::uint32_t>(in, i);
  }
}

void corrupt(std::span<std::uint8_t> in) { in[4 * 300] ^= 1; }

}  // namespace

extern const InstructionProbe cp_async_bulk_probe{
    .feature = "cp_async_bulk",
    .entry = "cp_async_bulk",
    .instructions = instructions,
    .needs = needs,
    .ptx = {8, 0},
    .operations = 2 * words * sizeof(std::uint32_t),  // bytes
    .launch = {.grid = {1}, .block = {words}},
    .input_bytes = 2 * words * sizeof(std::uint32_t),
    .element = Element::u32,
    .outputs = 2 * words,
    .scratch_bytes = 0,
    .tensor_map = std::nullopt,
    .exact = &exact,
    .random = &random,
    .reference = &reference,
    .fault = {.what = "the lowest bit of word 300 is flipped", .corrupt = &corrupt},
    .tolerance = {},
    .native_sass = native_sass,
    .rate = std::nullopt,
    .native_test = std::nullopt,
    // Without it nothing completes on the barrier, and the wait ends by the clock.
    .neutralise = {.line_with = "cp.async.bulk.shared::cluster", .replacement = {}},
    .neutralise_exception = {},
};

}  // namespace bp
#endif
