// dsmem.st_async: in each of two clusters of two CTAs, every thread sends its word to the shared
// memory of the other CTA by st.async, counted from the other end. Each CTA knows by its own
// barrier, which counts the bytes, that all of its words have come.
#ifdef __CUDACC__
#include "probes/features/bulk_device.cuh"
#include "probes/ptx/cluster.cuh"

BP_ENTRY(dsmem_st_async) {
  using namespace bp::ptx;
  constexpr unsigned threads = 128;
  __shared__ unsigned words[threads];
  __shared__ alignas(8) unsigned long long full;
  const unsigned index = blockIdx.x * threads + threadIdx.x;
  // What an earlier launch left must not pass for a result.
  words[threadIdx.x] = poison;
  start_barrier(&full);
  if (threadIdx.x == 0) mbarrier_arrive_expect_tx(&full, sizeof words);
  __syncwarp();
  cluster_barrier();
  const unsigned peer = cluster_ctarank() ^ 1;
  store_async(map_to_rank(shared_address(&words[threads - 1 - threadIdx.x]), peer),
              reinterpret_cast<const unsigned*>(in)[index],
              map_to_rank(shared_address(&full), peer));
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
    "st.async.weak.shared::cluster.mbarrier::complete_tx::bytes.u32"};
constexpr auto instructions = words::joined(own, PeerExchange::bulk_instructions);
constexpr std::string_view needs[] = {"cluster.launch", "dsmem.write", "mbarrier"};
constexpr std::string_view native_sass[] = {"STAS"};

}  // namespace

extern const InstructionProbe dsmem_st_async_probe = PeerExchange::describe({
    .feature = "dsmem.st_async",
    .entry = "dsmem_st_async",
    .instructions = instructions,
    .needs = needs,
    .ptx = {8, 1},
    .native_sass = native_sass,
    // Without it no byte is counted, and the waits end by the clock.
    .neutralise = {.line_with = "st.async.", .replacement = ""},
});

}  // namespace bp
#endif
