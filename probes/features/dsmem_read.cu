// dsmem.read: in each of two clusters of two CTAs, every thread loads the word that its
// counterpart, counted from the other end, left in the shared memory of the other CTA.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/ptx/async_proxy.cuh"
#include "probes/ptx/cluster.cuh"

BP_ENTRY(dsmem_read) {
  using namespace bp::ptx;
  constexpr unsigned threads = 128;
  __shared__ unsigned words[threads];
  const unsigned index = blockIdx.x * threads + threadIdx.x;
  words[threadIdx.x] = reinterpret_cast<const unsigned*>(in)[index];
  cluster_barrier();
  const unsigned there =
      map_to_rank(shared_address(&words[threads - 1 - threadIdx.x]), cluster_ctarank() ^ 1);
  reinterpret_cast<unsigned*>(out)[index] = load_shared_cluster(there);
  // A CTA must not leave while its shared memory is being read.
  cluster_barrier();
}

#else
#include "probes/features/peer_exchange.h"

namespace bp {
namespace {

constexpr std::array<std::string_view, 1> own{"ld.shared::cluster.u32"};
constexpr auto instructions = words::joined(own, words::mapa, words::cluster_barrier);
// A generic load: those to global and to the CTA's own shared memory have names of their own.
constexpr std::string_view native_sass[] = {"LD.E"};
constexpr std::string_view needs[] = {"cluster.launch"};

}  // namespace

extern const InstructionProbe dsmem_read_probe = PeerExchange::describe({
    .feature = "dsmem.read",
    .entry = "dsmem_read",
    .instructions = instructions,
    .needs = needs,
    .native_sass = native_sass,
    .neutralise = {.line_with = "ld.shared::cluster.", .replacement = "mov.u32 %0, 0;"},
});

}  // namespace bp
#endif
