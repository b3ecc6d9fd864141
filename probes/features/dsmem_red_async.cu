// dsmem.red_async: in each of two clusters of two CTAs, every thread adds its word, counted from
// the other end, to one word of the other CTA's shared memory and xors it into another. Each CTA
// knows by its own barrier, which counts the bytes, that all has been done.
#ifdef __CUDACC__
#include "probes/features/bulk_device.cuh"
#include "probes/ptx/cluster.cuh"

BP_ENTRY(dsmem_red_async) {
  using namespace bp::ptx;
  constexpr unsigned threads = 128;
  __shared__ unsigned sums[threads];
  __shared__ unsigned xors[threads];
  __shared__ alignas(8) unsigned long long full;
  const unsigned index = blockIdx.x * threads + threadIdx.x;
  const unsigned word = reinterpret_cast<const unsigned*>(in)[index];
  sums[threadIdx.x] = xors[threadIdx.x] = word;
  start_barrier(&full);
  if (threadIdx.x == 0) mbarrier_arrive_expect_tx(&full, sizeof sums + sizeof xors);
  __syncwarp();
  cluster_barrier();
  const unsigned peer = cluster_ctarank() ^ 1;
  const unsigned there = threads - 1 - threadIdx.x;
  const unsigned barrier = map_to_rank(shared_address(&full), peer);
  reduce_async_add(map_to_rank(shared_address(&sums[there]), peer), word, barrier);
  reduce_async_xor(map_to_rank(shared_address(&xors[there]), peer), word, barrier);
  const bool in_time = wait_bounded_cluster(&full, 0);
  auto* result = reinterpret_cast<unsigned*>(out);
  result[index] = in_time ? sums[threadIdx.x] : poison;
  result[gridDim.x * threads + index] = in_time ? xors[threadIdx.x] : poison;
  __syncwarp();
  cluster_barrier();
}

#else
#include "probes/features/peer_exchange.h"

namespace bp {
namespace {

constexpr std::array<std::string_view, 2> own{
    "red.async.relaxed.cluster.shared::cluster.mbarrier::complete_tx::bytes.add.u32",
    "red.async.relaxed.cluster.shared::cluster.mbarrier::complete_tx::bytes.xor.b32"};
constexpr auto instructions = words::joined(own, PeerExchange::bulk_instructions);
constexpr std::string_view needs[] = {"cluster.launch", "mbarrier"};
constexpr std::string_view native_sass[] = {"REDAS"};

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  for (unsigned i = 0; i < PeerExchange::count; ++i) {
    const auto mine = load<std::uint32_t>(in, i);
    const auto given = load<std::uint32_t>(
        in, PeerExchange::sender(i / PeerExchange::threads, i % PeerExchange::threads));
    out[i] = mine + given;
    out[PeerExchange::count + i] = mine ^ given;
  }
}

}  // namespace

extern const InstructionProbe dsmem_red_async_probe = PeerExchange::describe({
    .feature = "dsmem.red_async",
    .entry = "dsmem_red_async",
    .instructions = instructions,
    .needs = needs,
    .ptx = {8, 1},
    .outputs = std::size_t{2} * PeerExchange::count,
    .reference = &reference,
    .native_sass = native_sass,
    // Without it no byte is counted, and the waits end by the clock.
    .neutralise = {.line_with = "red.async.", .replacement = ""},
});

}  // namespace bp
#endif
