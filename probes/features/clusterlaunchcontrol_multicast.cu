// clusterlaunchcontrol.multicast: a grid of more clusters of two CTAs than fit at once. Each does
// its own parts and then takes over those of clusters that have not started, until there are none
// left: CTA 0 asks, and the answer comes to both, each of which takes the part of its own rank.
// Every part must be done exactly once, and CTAs of either rank must have taken over.
#ifdef __CUDACC__
#include "probes/features/bulk_device.cuh"
#include "probes/ptx/cluster.cuh"
#include "probes/ptx/clusterlaunchcontrol.cuh"

BP_ENTRY(clusterlaunchcontrol_multicast_take_over) {
  using namespace bp::ptx;
  __shared__ alignas(16) ulonglong2 answer;
  __shared__ alignas(8) unsigned long long full;
  // Whether this CTA goes on, of this round and of the last.
  __shared__ unsigned goes_on[2];
  start_barrier(&full);
  if (threadIdx.x >= 32) return;
  const bool first = threadIdx.x == 0;
  const unsigned rank = cluster_ctarank();
  const auto* words = reinterpret_cast<const unsigned*>(in);
  auto* result = reinterpret_cast<unsigned*>(out);
  // Behind the outputs, zero before the launch.
  unsigned* done = result + gridDim.x + 2;
  unsigned part = blockIdx.x;
  const long long deadline = clock64() + wait_limit_clocks / 100;
  for (unsigned parity = 0; part < gridDim.x; parity ^= 1) {
    if (first) {
      result[part] = words[part] * 3 + atomicAdd(&done[part], 1u);
      mbarrier_arrive_expect_tx(&full, sizeof answer);
    }
    __syncwarp();
    // Both barriers are ready, and both have read the last answer.
    cluster_barrier();
    if (first) {
      if (rank == 0) clusterlaunchcontrol_try_cancel_multicast(&answer, &full);
      goes_on[parity] = 0;
      if (mbarrier_wait_parity(&full, parity, deadline)) {
        const auto cancelled = clusterlaunchcontrol_query(&answer);
        // The next answer comes to the same place.
        fence_proxy_async();
        goes_on[parity] = cancelled.any;
        if (cancelled.any) result[gridDim.x + rank] = 1;
        // The first CTA's index is that of the cluster.
        part = cancelled.ctaid + rank;
      }
    }
    __syncwarp();
    cluster_barrier();
    part = __shfl_sync(0xffffffff, part, 0);
    // Neither goes on, or asks for an answer to the other, where one stops.
    if (load_shared_cluster(map_to_rank(shared_address(&goes_on[parity]), 0)) == 0 ||
        load_shared_cluster(map_to_rank(shared_address(&goes_on[parity]), 1)) == 0)
      break;
  }
  // A CTA must not leave while its shared memory is being read.
  __syncwarp();
  cluster_barrier();
}

#else
#include "probes/features/words.h"

namespace bp {
namespace {

// Of 1024 threads: at most two on an SM at once.
constexpr std::size_t ctas = 1024;
constexpr std::array<std::string_view, 3> own{
    "clusterlaunchcontrol.try_cancel.async.shared::cta.mbarrier::complete_tx::bytes"
    ".multicast::cluster::all.b128",
    "clusterlaunchcontrol.query_cancel.is_canceled.pred.b128",
    "clusterlaunchcontrol.query_cancel.get_first_ctaid.v4.b32.b128"};
constexpr std::array<std::string_view, 2> others{"mov.b128", "ld.shared::cluster.u32"};
constexpr auto instructions = words::joined(own, words::barrier, words::expect_tx, words::mapa,
                                            words::cluster_barrier, others);
constexpr std::string_view needs[] = {"clusterlaunchcontrol", "cluster.launch", "dsmem.read"};
constexpr std::string_view native_sass[] = {"UGETNEXTWORKID.BROADCAST"};

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  for (std::size_t i = 0; i < ctas; ++i) out[i] = load<std::uint32_t>(in, i) * 3;
  out[ctas] = out[ctas + 1] = 1;
}

}  // namespace

extern const InstructionProbe clusterlaunchcontrol_multicast_probe = words::describe({
    .feature = "clusterlaunchcontrol.multicast",
    .entry = "clusterlaunchcontrol_multicast_take_over",
    .instructions = instructions,
    .needs = needs,
    .ptx = {8, 6},
    .launch = {.grid = {ctas}, .block = {1024}, .cluster = {2, 1, 1}},
    .inputs = ctas,
    .outputs = ctas + 2,
    .scratch_bytes = ctas * sizeof(std::uint32_t),
    .reference = &reference,
    .fault = {.what = "bits of word 300 are flipped", .corrupt = &words::flip<300>},
    .native_sass = native_sass,
    // Without it no answer comes, each CTA does its own part, and nothing is taken over.
    .neutralise = {.line_with = "clusterlaunchcontrol.try_cancel.", .replacement = ""},
});

}  // namespace bp
#endif
