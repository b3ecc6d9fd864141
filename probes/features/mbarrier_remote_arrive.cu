// mbarrier.remote_arrive: in each of two clusters of two CTAs, every thread stores its word to the
// shared memory of the other CTA, counted from the other end, and arrives at the other's barrier;
// one thread more expects transaction bytes there, which another completes. Each CTA waits on its
// own barrier.
#ifdef __CUDACC__
#include "probes/features/bulk_device.cuh"
#include "probes/ptx/cluster.cuh"

BP_ENTRY(mbarrier_remote_arrive) {
  using namespace bp::ptx;
  constexpr unsigned threads = 128, bytes = 64;
  __shared__ unsigned words[threads];
  __shared__ alignas(8) unsigned long long full;
  const unsigned index = blockIdx.x * threads + threadIdx.x;
  words[threadIdx.x] = poison;
  start_barrier(&full, threads + 1);
  cluster_barrier();
  const unsigned peer = cluster_ctarank() ^ 1;
  const unsigned barrier = map_to_rank(shared_address(&full), peer);
  if (threadIdx.x == 5) mbarrier_arrive_expect_tx_remote(barrier, bytes);
  const unsigned there = map_to_rank(shared_address(&words[threads - 1 - threadIdx.x]), peer);
  store_shared_cluster(there, reinterpret_cast<const unsigned*>(in)[index]);
  mbarrier_arrive_remote(barrier);
  if (threadIdx.x == 77) mbarrier_complete_tx_remote(barrier, bytes);
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

constexpr std::array<std::string_view, 4> own{
    "mbarrier.arrive.release.cluster.shared::cluster.b64",
    "mbarrier.arrive.expect_tx.release.cluster.shared::cluster.b64",
    "mbarrier.complete_tx.relaxed.cluster.shared::cluster.b64", "st.shared::cluster.u32"};
constexpr auto instructions =
    words::joined(own, PeerExchange::wait, PeerExchange::start, PeerExchange::fence,
                  words::cluster_barrier, words::mapa);
constexpr std::string_view needs[] = {"cluster.launch", "dsmem.write", "mbarrier"};
constexpr std::string_view native_sass[] = {"SYNCS.ARRIVE.TRANS64.RED"};

}  // namespace

extern const InstructionProbe mbarrier_remote_arrive_probe = PeerExchange::describe({
    .feature = "mbarrier.remote_arrive",
    .entry = "mbarrier_remote_arrive",
    .instructions = instructions,
    .needs = needs,
    .native_sass = native_sass,
    // No phase ends then, and the waits end by the clock.
    .neutralise = {.line_with = "mbarrier.arrive.release.cluster.", .replacement = {}},
});

}  // namespace bp
#endif
