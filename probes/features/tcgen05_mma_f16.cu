// tcgen05.mma.f16: D (128 x 64) = A (128 x 64) B (64 x 64) in four k-steps of 16 by the tensor core
// of one SM. A and B lie in shared memory, K-major with 128-byte swizzle; D in Tensor Memory, lane
// = row, column = column.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/ptx/async_proxy.cuh"
#include "probes/ptx/operand_tile.cuh"
#include "probes/ptx/tcgen05.cuh"

BP_ENTRY(tcgen05_mma_f16) {
  using namespace bp::ptx;
  constexpr unsigned m = 128, n = 64;
  __shared__ alignas(1024) unsigned char a[m * 128];
  __shared__ alignas(1024) unsigned char b[n * 128];
  __shared__ alignas(8) unsigned long long done;
  __shared__ unsigned allocated;
  const unsigned warp = threadIdx.x / 32;
  if (warp == 0) {
    tcgen05_alloc<1>(shared_address(&allocated), n);
    tcgen05_relinquish_alloc_permit<1>();
  }
  if (threadIdx.x == 0) {
    mbarrier_init(&done, 1);
    fence_mbarrier_init();
  }
  copy_swizzled_128b(a, in, m);
  copy_swizzled_128b(b, in + m * 128, n);
  fence_proxy_async();
  tcgen05_fence_before_sync();
  __syncthreads();
  tcgen05_fence_after_sync();
  const unsigned d = allocated;
  const unsigned lanes = d + (warp * 32 << 16);

  // What an earlier launch left in D must not pass for a result.
  unsigned values[32];
#pragma unroll
  for (unsigned i = 0; i < 32; ++i) values[i] = poison;
  for (unsigned column = 0; column < n; column += 32) tcgen05_store(lanes + column, values);
  tcgen05_wait_store();
  tcgen05_fence_before_sync();
  __syncthreads();
  tcgen05_fence_after_sync();

  if (threadIdx.x == 0) {
    for (unsigned step = 0; step < 4; ++step) {
      // A k-step is 32 bytes of each row; the swizzle is a function of the address.
      tcgen05_mma_f16<1>(d,
                         tcgen05_descriptor(shared_address(a) + step * 32, 16, swizzled_128b_stride,
                                            Tcgen05Swizzle::b128),
                         tcgen05_descriptor(shared_address(b) + step * 32, 16, swizzled_128b_stride,
                                            Tcgen05Swizzle::b128),
                         tcgen05_instruction_f16(m, n), step > 0);
    }
    tcgen05_commit(shared_address(&done));
  }
  __syncwarp();
  const bool in_time = wait_bounded(&done, 0);
  tcgen05_fence_after_sync();

  // A warp's loads are for all its threads together: they are made in any case.
  auto* result = reinterpret_cast<unsigned*>(out) + threadIdx.x * n;
  for (unsigned column = 0; column < n; column += 32) {
    __syncwarp();
    tcgen05_load(values, lanes + column);
    tcgen05_wait_load();
#pragma unroll
    for (unsigned i = 0; i < 32; ++i) result[column + i] = in_time ? values[i] : poison;
  }
  tcgen05_fence_before_sync();
  __syncthreads();
  tcgen05_fence_after_sync();
  if (warp == 0) tcgen05_dealloc<1>(d, n);
}

#else
#include "probes/features/k_major_gemm.h"

namespace bp {
namespace {

using Gemm = KMajorGemm<f16, std::uint16_t, 128, 64, 64>;
constexpr std::string_view instructions[] = {
    "tcgen05.mma.cta_group::1.kind::f16",
    "tcgen05.commit.cta_group::1.mbarrier::arrive::one.shared::cluster.b64",
    "tcgen05.st.sync.aligned.32x32b.x32.b32",
    "tcgen05.ld.sync.aligned.32x32b.x32.b32",
    "tcgen05.wait::st.sync.aligned",
    "tcgen05.wait::ld.sync.aligned",
    "tcgen05.alloc.cta_group::1.sync.aligned.shared::cta.b32",
    "tcgen05.relinquish_alloc_permit.cta_group::1.sync.aligned",
    "tcgen05.dealloc.cta_group::1.sync.aligned.b32",
    "tcgen05.fence::before_thread_sync",
    "tcgen05.fence::after_thread_sync",
    "mbarrier.init.shared::cta.b64",
    "mbarrier.try_wait.parity.shared::cta.b64",
    "fence.mbarrier_init.release.cluster",
    "fence.proxy.async.shared::cta",
};
constexpr std::string_view needs[] = {"tcgen05.tmem", "mbarrier"};
constexpr std::string_view native_sass[] = {"UTCHMMA"};

}  // namespace

extern const InstructionProbe tcgen05_mma_f16_probe{
    .feature = "tcgen05.mma.f16",
    .entry = "tcgen05_mma_f16",
    .instructions = instructions,
    .needs = needs,
    .ptx = {8, 6},
    .operations = Gemm::operations,
    .launch = {.grid = {1}, .block = {128}},
    .input_bytes = Gemm::input_bytes,
    .element = Element::f32,
    .outputs = Gemm::outputs,
    .scratch_bytes = 0,
    .tensor_map = std::nullopt,
    .exact = &Gemm::exact,
    .random = &Gemm::random,
    .reference = &Gemm::reference,
    .fault = {.what = "element (101, 61) of A is larger by 16", .corrupt = &Gemm::corrupt},
    // 64 products below 1, sums below 64: the accumulator keeps at least 22 bits.
    .tolerance = {.absolute = 1e-3},
    .native_sass = native_sass,
    .rate = std::nullopt,
    .native_test = std::nullopt,
    // Without it D keeps what was stored there first; the commit still arrives.
    .neutralise = {.line_with = "tcgen05.mma.", .replacement = ""},
    .neutralise_exception = {},
};

}  // namespace bp
#endif
