// tcgen05.commit.multicast: a commit whose mask names only the other CTA of a cluster of two ends
// the phase of that CTA's barrier and not of the issuing one's.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/ptx/async_proxy.cuh"
#include "probes/ptx/cluster.cuh"
#include "probes/ptx/operand_tile.cuh"
#include "probes/ptx/tcgen05.cuh"

BP_ENTRY(tcgen05_commit_multicast) {
  using namespace bp::ptx;
  constexpr unsigned columns = 32, rows = 128;
  __shared__ alignas(128) unsigned char tile[rows * 16];
  __shared__ alignas(8) unsigned long long done;
  __shared__ unsigned allocated;
  const unsigned warp = threadIdx.x / 32;
  const unsigned rank = cluster_ctarank();
  if (warp == 0) {
    tcgen05_alloc<1>(shared_address(&allocated), columns);
    tcgen05_relinquish_alloc_permit<1>();
  }
  if (threadIdx.x == 0) {
    mbarrier_init(&done, 1);
    fence_mbarrier_init();
  }
  copy_core_matrices(tile, in, rows, 16, 128, 128);
  fence_proxy_async();
  tcgen05_fence_before_sync();
  cluster_barrier();
  tcgen05_fence_after_sync();
  const unsigned base = allocated;

  if (rank == 0 && threadIdx.x == 0) {
    tcgen05_copy_128x128b(base,
                          tcgen05_descriptor(shared_address(tile), 128, 128, Tcgen05Swizzle::none));
    tcgen05_commit_multicast_single(shared_address(&done), 0b10);
  }
  __syncwarp();
  // CTA 1 waits for what CTA 0 has issued; CTA 0's own barrier must not have moved by then.
  bool right = rank == 0 || wait_bounded(&done, 0);
  cluster_barrier();
  if (rank == 0) right = !mbarrier_try_wait_parity(&done, 0);

  const unsigned index = rank * blockDim.x + threadIdx.x;
  reinterpret_cast<unsigned*>(out)[index] =
      right ? reinterpret_cast<const unsigned*>(in)[index] : poison;
  // Then CTA 0 waits for the copy itself: it may not free what is still written.
  if (rank == 0 && threadIdx.x == 0) tcgen05_commit_multicast_single(shared_address(&done), 0b01);
  __syncwarp();
  if (rank == 0) wait_bounded(&done, 0);
  tcgen05_fence_before_sync();
  cluster_barrier();
  tcgen05_fence_after_sync();
  if (warp == 0) tcgen05_dealloc<1>(base, columns);
}

#else
#include "probes/features/tcgen05_move_host.h"

namespace bp {
namespace {

constexpr std::string_view instructions[] = {
    "tcgen05.commit.cta_group::1.mbarrier::arrive::one.shared::cluster.multicast::cluster.b64",
    "tcgen05.cp.cta_group::1.128x128b",
    "tcgen05.alloc.cta_group::1.sync.aligned.shared::cta.b32",
    "tcgen05.relinquish_alloc_permit.cta_group::1.sync.aligned",
    "tcgen05.dealloc.cta_group::1.sync.aligned.b32",
    "tcgen05.fence::before_thread_sync",
    "tcgen05.fence::after_thread_sync",
    "mbarrier.init.shared::cta.b64",
    "mbarrier.try_wait.parity.shared::cta.b64",
    "fence.mbarrier_init.release.cluster",
    "fence.proxy.async.shared::cta",
    "barrier.cluster.arrive.release.aligned",
    "barrier.cluster.wait.acquire.aligned",
};
constexpr std::string_view native_sass[] = {"UTCBAR.MULTICAST"};
constexpr std::size_t results = 2 * 128;

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  for (std::size_t i = 0; i < results; ++i) out[i] = load<std::uint32_t>(in, i);
}

void corrupt(std::span<std::uint8_t> in) {
  store<std::uint32_t>(in, 177, load<std::uint32_t>(in, 177) ^ 0x10100u);
}

}  // namespace

extern const InstructionProbe tcgen05_commit_multicast_probe = tcgen05::describe_move({
    .feature = "tcgen05.commit.multicast",
    .entry = "tcgen05_commit_multicast",
    .instructions = instructions,
    .input_words = 128 * 4,
    .outputs = results,
    .threads = 128,
    .ctas = 2,
    .reference = &reference,
    .fault = {.what = "the value that thread 49 of CTA 1 passes on is another",
              .corrupt = &corrupt},
    .native_sass = native_sass,
    // Without it CTA 1 waits in vain.
    .neutralise = "tcgen05.commit.",
});

}  // namespace bp
#endif
