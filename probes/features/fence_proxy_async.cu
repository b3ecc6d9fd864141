// fence_proxy.async: words written to shared memory by ordinary stores are copied to global memory
// by a bulk copy, changed there by ordinary loads and stores, and copied back and out: fences of
// the shared, the global and both memories stand between.
#ifdef __CUDACC__
#include "probes/features/bulk_device.cuh"
#include "probes/ptx/cp_async_bulk.cuh"

BP_ENTRY(fence_proxy_async_views) {
  using namespace bp::ptx;
  constexpr unsigned words = 256;
  __shared__ alignas(16) unsigned piece[words];
  __shared__ alignas(8) unsigned long long full;
  const unsigned i = threadIdx.x;
  auto* result = reinterpret_cast<volatile unsigned*>(out);
  piece[i] = reinterpret_cast<const unsigned*>(in)[words - 1 - i];
  start_barrier(&full);  // with the fence of shared memory
  if (i == 0) {
    cp_async_bulk_store(out, piece, sizeof piece);
    bulk_commit_and_wait();
    fence_proxy_async_all();
  }
  __syncthreads();
  result[i] = result[i] * 3;
  piece[i] = poison;
  fence_proxy_async_global();
  fence_proxy_async();
  __syncthreads();
  if (i == 0) {
    mbarrier_arrive_expect_tx(&full, sizeof piece);
    cp_async_bulk_load(piece, out, sizeof piece, &full);
  }
  __syncwarp();
  const bool in_time = wait_bounded(&full, 0);
  result[i] = in_time ? piece[i] + 1 : poison;
}

#else
#include "probes/features/words.h"

namespace bp {
namespace {

constexpr std::size_t count = 256;
constexpr std::array<std::string_view, 7> own{
    "fence.proxy.async.shared::cta",
    "fence.proxy.async",
    "fence.proxy.async.global",
    "cp.async.bulk.global.shared::cta.bulk_group",
    "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes",
    "mbarrier.init.shared::cta.b64",
    "mbarrier.try_wait.parity.shared::cta.b64"};
constexpr std::array<std::string_view, 1> init{"fence.mbarrier_init.release.cluster"};
constexpr auto instructions = words::joined(own, init, words::expect_tx, words::bulk_group);
constexpr std::string_view needs[] = {"cp_async_bulk", "cp_async_bulk.store"};
constexpr std::string_view native_sass[] = {"FENCE.VIEW.ASYNC"};

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  for (std::size_t i = 0; i < count; ++i) out[i] = load<std::uint32_t>(in, count - 1 - i) * 3 + 1;
}

}  // namespace

extern const InstructionProbe fence_proxy_async_probe = words::describe({
    .feature = "fence_proxy.async",
    .entry = "fence_proxy_async_views",
    .instructions = instructions,
    .needs = needs,
    .launch = {.grid = {1}, .block = {count}},
    .inputs = count,
    .outputs = count,
    .reference = &reference,
    .fault = {.what = "bits of word 30 are flipped", .corrupt = &words::flip<30>},
    .native_sass = native_sass,
    .neutralise_exception = "without the fence the copies may see the writes all the same",
});

}  // namespace bp
#endif
