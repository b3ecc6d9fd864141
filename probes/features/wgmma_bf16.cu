// wgmma.bf16: D (64 x 64) = A (64 x 64) B (64 x 64) by one warpgroup in four k-steps of m64n64k16.
// Both operands lie in shared memory, K-major with 128-byte swizzle: a row of 64 bf16 is one row of
// the swizzle block.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/ptx/async_proxy.cuh"
#include "probes/ptx/operand_tile.cuh"
#include "probes/ptx/wgmma.cuh"

BP_ENTRY(wgmma_bf16) {
  using namespace bp::ptx;
  constexpr unsigned rows = 64;
  __shared__ alignas(1024) unsigned char a[rows * 128];
  __shared__ alignas(1024) unsigned char b[rows * 128];
  copy_swizzled_128b(a, in, rows);
  copy_swizzled_128b(b, in + rows * 128, rows);
  fence_proxy_async();
  __syncthreads();

  float d[32] = {};
  wgmma_fence();
#pragma unroll
  for (unsigned step = 0; step < 4; ++step) {
    // A k-step is 32 bytes of each row. The swizzle is a function of the address, so moving the
    // start moves along the rows; the leading dimension is not used.
    const unsigned offset = step * 32;
    wgmma_m64n64k16_bf16(
        d,
        wgmma_descriptor(shared_address(a) + offset, 16, swizzled_128b_stride, WgmmaSwizzle::b128),
        wgmma_descriptor(shared_address(b) + offset, 16, swizzled_128b_stride, WgmmaSwizzle::b128));
  }
  wgmma_commit();
  wgmma_wait();

  auto* result = reinterpret_cast<float*>(out);
  const unsigned row = threadIdx.x / 32 * 16 + threadIdx.x % 32 / 4;
  const unsigned column = threadIdx.x % 4 * 2;
#pragma unroll
  for (unsigned i = 0; i < 32; ++i)
    result[(row + i / 2 % 2 * 8) * 64 + column + i / 4 * 8 + i % 2] = d[i];
}

#else
#include "probes/features/k_major_gemm.h"

namespace bp {
namespace {

using Gemm = KMajorGemm<bf16, std::uint16_t, 64, 64, 64>;
constexpr std::string_view instructions[] = {
    "wgmma.mma_async.sync.aligned.m64n64k16.f32.bf16.bf16",
    "wgmma.fence.sync.aligned",
    "wgmma.commit_group.sync.aligned",
    "wgmma.wait_group.sync.aligned",
    "fence.proxy.async.shared::cta",
};
constexpr std::string_view native_sass[] = {"HGMMA"};

}  // namespace

extern const InstructionProbe wgmma_bf16_probe{
    .feature = "wgmma.bf16",
    .entry = "wgmma_bf16",
    .instructions = instructions,
    .needs = {},
    .ptx = {8, 0},
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
    .fault = {.what = "element (37, 61) of A is larger by 16", .corrupt = &Gemm::corrupt},
    // 64 products below 1, sums below 64: the accumulator keeps at least 22 bits.
    .tolerance = {.absolute = 1e-3},
    .native_sass = native_sass,
    .rate = std::nullopt,
    .native_test = std::nullopt,
    // Without it the accumulators stay 0.
    .neutralise = {.line_with = "wgmma.mma_async.", .replacement = ""},
    .neutralise_exception = {},
};

}  // namespace bp
#endif
