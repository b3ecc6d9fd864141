// tma.multicast: CTA 0 of a cluster of two loads one box of a 2-D tensor into the shared memory of
// both; each CTA waits on its own barrier and writes its own copy out.
#ifdef __CUDACC__
#include "probes/features/bulk_device.cuh"
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
  start_barrier(&full);
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
constexpr std::array<std::string_view, 1> own{
    "cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes.multicast::"
    "cluster"};
constexpr auto instructions =
    words::joined(own, words::barrier, words::expect_tx, words::cluster_barrier);
constexpr std::string_view needs[] = {"tma.load", "cluster.launch", "mbarrier"};
constexpr std::string_view native_sass[] = {"UTMALDG.2D.MULTICAST"};

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  for (unsigned cta = 0; cta < ctas; ++cta)
    TileCopy::box(in, 20, 13, out.subspan(cta * TileCopy::box_words, TileCopy::box_words));
}

}  // namespace

extern const InstructionProbe tma_multicast_probe = TileCopy::describe({
    .feature = "tma.multicast",
    .entry = "tma_multicast",
    .instructions = instructions,
    .needs = needs,
    .ctas = ctas,
    .outputs = ctas * TileCopy::box_words,
    .reference = &reference,
    .native_sass = native_sass,
    // Without it nothing completes on the barriers, and the waits end by the clock.
    .neutralise = {.line_with = "cp.async.bulk.tensor.2d.", .replacement = ""},
});

}  // namespace bp
#endif
