// dsmem.st_async: in each of two clusters of two CTAs, every thread sends its word to the shared
// memory of the other CTA by st.async, counted from the other end. Each CTA knows by its own
// barrier, which counts the bytes, that all of its words have come.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/ptx/async_proxy.cuh"
#include "probes/ptx/cluster.cuh"

BP_ENTRY(dsmem_st_async) {
  using namespace bp::ptx;
  constexpr unsigned threads = 128;
  __shared__ unsigned words[threads];
  __shared__ alignas(8) unsigned long long full;
  const unsigned index = blockIdx.x * threads + threadIdx.x;
  // What an earlier launch left must not pass for a result.
  words[threadIdx.x] = poison;
  if (threadIdx.x == 0) {
    mbarrier_init(&full, 1);
    fence_mbarrier_init();
  }
  __syncthreads();
  if (threadIdx.x == 0) mbarrier_arrive_expect_tx(&full, sizeof words);
  __syncwarp();
  cluster_barrier();
  const unsigned peer = cluster_ctarank() ^ 1;
  store_async(map_to_rank(shared_address(&words[threads - 1 - threadIdx.x]), peer),
              reinterpret_cast<const unsigned*>(in)[index],
              map_to_rank(shared_address(&full), peer));
  const long long deadline = clock64() + wait_limit_clocks;
  bool in_time = mbarrier_try_wait_parity_cluster(&full, 0);
  while (!in_time && clock64() < deadline) in_time = mbarrier_try_wait_parity_cluster(&full, 0);
  reinterpret_cast<unsigned*>(out)[index] = in_time ? words[threadIdx.x] : poison;
  __syncwarp();
  cluster_barrier();
}

#else
#include "probes/features/peer_exchange.h"

namespace bp {
namespace {

constexpr std::string_view instructions[] = {
    "st.async.weak.shared::cluster.mbarrier::complete_tx::bytes.u32",
    "mapa.shared::cluster.u32",
    "barrier.cluster.arrive.release.aligned",
    "barrier.cluster.wait.acquire.aligned",
    "mbarrier.init.shared::cta.b64",
    "mbarrier.arrive.expect_tx.shared::cta.b64",
    "mbarrier.try_wait.parity.acquire.cluster.shared::cta.b64",
    "fence.mbarrier_init.release.cluster",
};
constexpr std::string_view needs[] = {"cluster.launch", "dsmem.write", "mbarrier"};
constexpr std::string_view native_sass[] = {"STAS"};

}  // namespace

extern const InstructionProbe dsmem_st_async_probe{
    .feature = "dsmem.st_async",
    .entry = "dsmem_st_async",
    .instructions = instructions,
    .needs = needs,
    .ptx = {8, 1},
    .operations = PeerExchange::bytes,
    .launch = PeerExchange::launch,
    .input_bytes = PeerExchange::bytes,
    .element = Element::u32,
    .outputs = PeerExchange::words,
    .scratch_bytes = 0,
    .tensor_map = std::nullopt,
    .exact = &PeerExchange::exact,
    .random = &PeerExchange::random,
    .reference = &PeerExchange::reference,
    .fault = {.what = "word 5 of CTA 2 gets another value", .corrupt = &PeerExchange::corrupt},
    .tolerance = {},
    .native_sass = native_sass,
    .rate = std::nullopt,
    .native_test = std::nullopt,
    // Without it no byte is counted, and the waits end by the clock.
    .neutralise = {.line_with = "st.async.", .replacement = ""},
    .neutralise_exception = {},
};

}  // namespace bp
#endif
