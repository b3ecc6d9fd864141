// dsmem.write: in each of two clusters of two CTAs, every thread stores its word to the shared
// memory of the other CTA, counted from the other end; each CTA then writes out what it was given.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/ptx/async_proxy.cuh"
#include "probes/ptx/cluster.cuh"

BP_ENTRY(dsmem_write) {
  using namespace bp::ptx;
  constexpr unsigned threads = 128;
  __shared__ unsigned words[threads];
  const unsigned index = blockIdx.x * threads + threadIdx.x;
  // What an earlier launch left must not pass for a result. The barrier also says that the peer has
  // started.
  words[threadIdx.x] = poison;
  cluster_barrier();
  const unsigned there =
      map_to_rank(shared_address(&words[threads - 1 - threadIdx.x]), cluster_ctarank() ^ 1);
  store_shared_cluster(there, reinterpret_cast<const unsigned*>(in)[index]);
  cluster_barrier();
  reinterpret_cast<unsigned*>(out)[index] = words[threadIdx.x];
}

#else
#include "probes/features/peer_exchange.h"

namespace bp {
namespace {

constexpr std::array<std::string_view, 1> own{"st.shared::cluster.u32"};
constexpr auto instructions = words::joined(own, words::mapa, words::cluster_barrier);
// A generic store: those to global and to the CTA's own shared memory have names of their own.
constexpr std::string_view native_sass[] = {"ST.E"};
constexpr std::string_view needs[] = {"cluster.launch"};

}  // namespace

extern const InstructionProbe dsmem_write_probe = PeerExchange::describe({
    .feature = "dsmem.write",
    .entry = "dsmem_write",
    .instructions = instructions,
    .needs = needs,
    .native_sass = native_sass,
    // Without it the words keep what was put there first.
    .neutralise = {.line_with = "st.shared::cluster.", .replacement = ""},
});

}  // namespace bp
#endif
