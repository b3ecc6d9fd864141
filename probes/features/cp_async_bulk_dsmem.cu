// cp_async_bulk.dsmem: in each of two clusters of two CTAs, each CTA sends its words, last first,
// to the shared memory of the other in two pieces, each to the other's place. Each CTA knows by its
// own barrier, which counts the bytes, that all of them have come.
#ifdef __CUDACC__
#include "probes/features/bulk_device.cuh"
#include "probes/ptx/cluster.cuh"
#include "probes/ptx/cp_async_bulk.cuh"

BP_ENTRY(cp_async_bulk_dsmem) {
  using namespace bp::ptx;
  constexpr unsigned threads = 128, half = threads / 2;
  __shared__ alignas(16) unsigned sent[threads];
  __shared__ alignas(16) unsigned words[threads];
  __shared__ alignas(8) unsigned long long full;
  const unsigned index = blockIdx.x * threads + threadIdx.x;
  words[threadIdx.x] = poison;
  sent[(threads - 1 - threadIdx.x) ^ half] = reinterpret_cast<const unsigned*>(in)[index];
  start_barrier(&full);
  if (threadIdx.x == 0) mbarrier_arrive_expect_tx(&full, sizeof words);
  __syncwarp();
  cluster_barrier();
  if (threadIdx.x == 0) {
    const unsigned peer = cluster_ctarank() ^ 1;
    const unsigned barrier = map_to_rank(shared_address(&full), peer);
    cp_async_bulk_to_cluster(map_to_rank(shared_address(words + half), peer), sent, sizeof sent / 2,
                             barrier);
    cp_async_bulk_to_cluster(map_to_rank(shared_address(words), peer), sent + half, sizeof sent / 2,
                             barrier);
  }
  __syncwarp();
  const bool in_time = wait_bounded_cluster(&full, 0);
  reinterpret_cast<unsigned*>(out)[index] = in_time ? words[threadIdx.x] : poison;
  __syncwarp();
  cluster_barrier();
}

#else
#include "probes/features/peer_exchange.h"

namespace bp {
namespace {

constexpr std::array<std::string_view, 1> own{
    "cp.async.bulk.shared::cluster.shared::cta.mbarrier::complete_tx::bytes"};
constexpr auto instructions = words::joined(own, PeerExchange::bulk_instructions);
constexpr std::string_view needs[] = {"cluster.launch", "mbarrier"};
constexpr std::string_view native_sass[] = {"UBLKCP.S.S"};

}  // namespace

extern const InstructionProbe cp_async_bulk_dsmem_probe = PeerExchange::describe({
    .feature = "cp_async_bulk.dsmem",
    .entry = "cp_async_bulk_dsmem",
    .instructions = instructions,
    .needs = needs,
    .native_sass = native_sass,
    // Without it no byte is counted, and the waits end by the clock.
    .neutralise = {.line_with = "cp.async.bulk.shared::cluster", .replacement = {}},
});

}  // namespace bp
#endif
