// dsmem.atomic: in each of two clusters of two CTAs, every thread exchanges its word with that of
// its counterpart, counted from the other end, in the shared memory of the other CTA, and adds it
// to one of 16 sums there, each shared by eight threads.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/ptx/async_proxy.cuh"
#include "probes/ptx/cluster.cuh"

BP_ENTRY(dsmem_atomic) {
  using namespace bp::ptx;
  constexpr unsigned threads = 128, shared_sums = 16;
  __shared__ unsigned words[threads];
  __shared__ unsigned sums[shared_sums];
  const unsigned index = blockIdx.x * threads + threadIdx.x;
  const unsigned word = reinterpret_cast<const unsigned*>(in)[index];
  words[threadIdx.x] = word * 3;
  if (threadIdx.x < shared_sums) sums[threadIdx.x] = 0;
  __syncwarp();
  cluster_barrier();
  const unsigned peer = cluster_ctarank() ^ 1;
  const unsigned old = atomic_exchange_shared_cluster(
      map_to_rank(shared_address(&words[threads - 1 - threadIdx.x]), peer), word);
  atomic_add_shared_cluster(map_to_rank(shared_address(&sums[threadIdx.x % shared_sums]), peer),
                            word);
  cluster_barrier();
  auto* result = reinterpret_cast<unsigned*>(out);
  result[index] = old;
  result[gridDim.x * threads + index] = words[threadIdx.x] + sums[threadIdx.x / 8];
}

#else
#include "probes/features/peer_exchange.h"

namespace bp {
namespace {

constexpr std::array<std::string_view, 2> own{"atom.relaxed.cluster.shared::cluster.exch.b32",
                                              "atom.relaxed.cluster.shared::cluster.add.u32"};
constexpr auto instructions = words::joined(own, words::mapa, words::cluster_barrier);
// Generic atomics: those to global and to the CTA's own shared memory have names of their own.
constexpr std::string_view native_sass[] = {"ATOM.E"};
constexpr std::string_view needs[] = {"cluster.launch"};

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  constexpr unsigned threads = PeerExchange::threads;
  for (unsigned cta = 0; cta < PeerExchange::ctas; ++cta) {
    std::array<std::uint32_t, 16> sums{};
    for (unsigned t = 0; t < threads; ++t)
      sums[t % 16] += load<std::uint32_t>(in, (cta ^ 1) * threads + t);
    for (unsigned t = 0; t < threads; ++t) {
      const auto given = load<std::uint32_t>(in, PeerExchange::sender(cta, t));
      // What was at the sender's counterpart's place before.
      out[cta * threads + t] = given * 3;
      out[PeerExchange::count + cta * threads + t] = given + sums[t / 8];
    }
  }
}

}  // namespace

extern const InstructionProbe dsmem_atomic_probe = PeerExchange::describe({
    .feature = "dsmem.atomic",
    .entry = "dsmem_atomic",
    .instructions = instructions,
    .needs = needs,
    .outputs = std::size_t{2} * PeerExchange::count,
    .reference = &reference,
    .native_sass = native_sass,
    .neutralise = {.line_with = "atom.relaxed.cluster.", .replacement = "mov.u32 %0, 0;"},
});

}  // namespace bp
#endif
