// tma.multicast: CTA 0 of a cluster of two loads one box of a 2-D tensor into the shared memory of
// both; each CTA waits on its own barrier and writes its own copy out.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/ptx/async_proxy.cuh"
#include "probes/ptx/cluster.cuh"
#include "probes/ptx/tma.cuh"

BP_ENTRY(tma_multicast) {
  using namespace bp::ptx;
  constexpr unsigned words = 16 * 8;
  __shared__ alignas(128) unsigned tile[words];
  __shared__ alignas(8) unsigned long long full;
  const unsigned rank = cluster_ctarank();
  // What an earlier launch left must not pass for a result.
  tile[threadIdx.x] = poison;
  if (threadIdx.x == 0) {
    mbarrier_init(&full, 1);
    fence_mbarrier_init();
  }
  fence_proxy_async();
  __syncthreads();
  if (threadIdx.x == 0) mbarrier_arrive_expect_tx(&full, sizeof tile);
  __syncwarp();
  // Both barriers are ready before anything is sent to them.
  cluster_barrier();
  if (rank == 0 && threadIdx.x == 0) {
    tma_load_2d_multicast(shared_address(tile), &tensor_map, 20, 13, shared_address(&full), 0b11);
  }
  __syncwarp();
  const bool in_time = wait_bounded(&full, 0);
  reinterpret_cast<unsigned*>(out)[rank * words + threadIdx.x] =
      in_time ? tile[threadIdx.x] : poison;
  __syncwarp();
  cluster_barrier();
}

#else
#include "probes/features/tile_copy.h"

namespace bp {
namespace {

constexpr unsigned ctas = 2;
constexpr std::size_t outputs = ctas * TileCopy::box_words;
constexpr std::string_view instructions[] = {
    "cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes.multicast::"
    "cluster",
    "mbarrier.init.shared::cta.b64",
    "mbarrier.arrive.expect_tx.shared::cta.b64",
    "mbarrier.try_wait.parity.shared::cta.b64",
    "fence.mbarrier_init.release.cluster",
    "fence.proxy.async.shared::cta",
    "barrier.cluster.arrive.release.aligned",
    "barrier.cluster.wait.acquire.aligned",
};
constexpr std::string_view needs[] = {"tma.load", "cluster.launch", "mbarrier"};
constexpr std::string_view native_sass[] = {"UTMALDG.2D.MULTICAST"};

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  for (unsigned cta = 0; cta < ctas; ++cta)
    TileCopy::box(in, 20, 13, out.subspan(cta * TileCopy::box_words, TileCopy::box_words));
}

void corrupt(std::span<std::uint8_t> in) { TileCopy::corrupt_at(in, 30, 17); }

}  // namespace

extern const InstructionProbe tma_multicast_probe{
    .feature = "tma.multicast",
    .entry = "tma_multicast",
    .instructions = instructions,
    .needs = needs,
    .ptx = {8, 0},
    .operations = outputs * sizeof(std::uint32_t),  // bytes delivered
    .launch = {.grid = {ctas}, .block = {TileCopy::box_words}, .cluster = {ctas, 1, 1}},
    .input_bytes = TileCopy::input_bytes,
    .element = Element::u32,
    .outputs = outputs,
    .scratch_bytes = 0,
    .tensor_map = TileCopy::map,
    .exact = &TileCopy::exact,
    .random = &TileCopy::random,
    .reference = &reference,
    .fault = {.what = "the word at (30, 17) gets another value", .corrupt = &corrupt},
    .tolerance = {},
    .native_sass = native_sass,
    .rate = std::nullopt,
    .native_test = std::nullopt,
    // Without it nothing completes on the barriers, and the waits end by the clock.
    .neutralise = {.line_with = "cp.async.bulk.tensor.2d.", .replacement = ""},
    .neutralise_exception = {},
};

}  // namespace bp
#endif
