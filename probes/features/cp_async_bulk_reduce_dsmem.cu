// cp_async_bulk.reduce_dsmem: in each of two clusters of two CTAs, each CTA reduces its words, last
// first, into four vectors in the shared memory of the other: added as 32 and as 64 bits, the
// larger one, and the xor. Each CTA knows by its own barrier, which counts the bytes, that all was
// done.
#ifdef __CUDACC__
#include "probes/features/bulk_device.cuh"
#include "probes/ptx/cluster.cuh"
#include "probes/ptx/cp_async_bulk.cuh"

BP_ENTRY(cp_async_bulk_reduce_dsmem) {
  using namespace bp::ptx;
  using R = BulkReduction;
  constexpr unsigned threads = 128, vectors = 4, bytes = threads * sizeof(unsigned);
  __shared__ alignas(16) unsigned sent[threads];
  __shared__ alignas(16) unsigned words[vectors * threads];
  __shared__ alignas(8) unsigned long long full;
  const unsigned index = blockIdx.x * threads + threadIdx.x;
  // Of both signs.
  const unsigned word = reinterpret_cast<const unsigned*>(in)[index] - 0x40000000u;
  for (unsigned i = 0; i < vectors; ++i) words[i * threads + threadIdx.x] = word;
  sent[threads - 1 - threadIdx.x] = word;
  start_barrier(&full);
  if (threadIdx.x == 0) mbarrier_arrive_expect_tx(&full, sizeof words);
  __syncwarp();
  cluster_barrier();
  if (threadIdx.x == 0) {
    const unsigned peer = cluster_ctarank() ^ 1;
    const unsigned barrier = map_to_rank(shared_address(&full), peer);
    const unsigned there = map_to_rank(shared_address(words), peer);
    cp_reduce_async_bulk_to_cluster<R::add_u32>(there, sent, bytes, barrier);
    cp_reduce_async_bulk_to_cluster<R::add_u64>(there + bytes, sent, bytes, barrier);
    cp_reduce_async_bulk_to_cluster<R::max_s32>(there + 2 * bytes, sent, bytes, barrier);
    cp_reduce_async_bulk_to_cluster<R::xor_b32>(there + 3 * bytes, sent, bytes, barrier);
  }
  __syncwarp();
  const bool in_time = wait_bounded_cluster(&full, 0);
  auto* result = reinterpret_cast<unsigned*>(out) + index;
  for (unsigned i = 0; i < vectors; ++i)
    result[i * gridDim.x * threads] = in_time ? words[i * threads + threadIdx.x] : poison;
  __syncwarp();
  cluster_barrier();
}

#else
#include <algorithm>

#include "probes/features/peer_exchange.h"

namespace bp {
namespace {

constexpr std::array<std::string_view, 4> own{
    "cp.reduce.async.bulk.shared::cluster.shared::cta.mbarrier::complete_tx::bytes.add.u32",
    "cp.reduce.async.bulk.shared::cluster.shared::cta.mbarrier::complete_tx::bytes.add.u64",
    "cp.reduce.async.bulk.shared::cluster.shared::cta.mbarrier::complete_tx::bytes.max.s32",
    "cp.reduce.async.bulk.shared::cluster.shared::cta.mbarrier::complete_tx::bytes.xor.b32",
};
constexpr auto instructions = words::joined(own, PeerExchange::bulk_instructions);
constexpr std::string_view needs[] = {"cluster.launch", "mbarrier"};
constexpr std::string_view native_sass[] = {"UBLKRED.S.S"};

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  constexpr unsigned threads = PeerExchange::threads, count = PeerExchange::count;
  const auto value = [&](unsigned i) { return load<std::uint32_t>(in, i) - 0x40000000u; };
  const auto given = [&](unsigned i) {
    return value(PeerExchange::sender(i / threads, i % threads));
  };
  const auto wide = [](std::uint32_t low, std::uint32_t high) {
    return std::uint64_t{high} << 32 | low;
  };
  for (unsigned i = 0; i < count; ++i) {
    const unsigned even = i & ~1u;
    const auto sum = wide(value(even), value(even + 1)) + wide(given(even), given(even + 1));
    out[i] = value(i) + given(i);
    out[count + i] = static_cast<std::uint32_t>(i == even ? sum : sum >> 32);
    out[2 * count + i] = static_cast<std::uint32_t>(
        std::max(static_cast<std::int32_t>(value(i)), static_cast<std::int32_t>(given(i))));
    out[3 * count + i] = value(i) ^ given(i);
  }
}

}  // namespace

extern const InstructionProbe cp_async_bulk_reduce_dsmem_probe = PeerExchange::describe({
    .feature = "cp_async_bulk.reduce_dsmem",
    .entry = "cp_async_bulk_reduce_dsmem",
    .instructions = instructions,
    .needs = needs,
    .outputs = std::size_t{4} * PeerExchange::count,
    .reference = &reference,
    .native_sass = native_sass,
    // Without it no byte is counted, and the waits end by the clock.
    .neutralise = {.line_with = "cp.reduce.async.bulk.", .replacement = {}},
});

}  // namespace bp
#endif
