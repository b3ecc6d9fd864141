// wgmma.e4m3: D (64 x 64) = A (64 x 64) B (64 x 64) by one warpgroup in two k-steps of m64n64k32.
// Both operands lie in shared memory, K-major without swizzle: core matrices of 8 rows x 16 bytes,
// four of them side by side.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/ptx/async_proxy.cuh"
#include "probes/ptx/operand_tile.cuh"
#include "probes/ptx/wgmma.cuh"

BP_ENTRY(wgmma_e4m3) {
  using namespace bp::ptx;
  constexpr unsigned rows = 64, row_bytes = 64;
  constexpr unsigned leading = 128;                      // to the next 16 bytes of the same 8 rows
  constexpr unsigned stride = leading * row_bytes / 16;  // to the next 8 rows
  __shared__ alignas(128) unsigned char a[rows * row_bytes];
  __shared__ alignas(128) unsigned char b[rows * row_bytes];
  copy_core_matrices(a, in, rows, row_bytes, leading, stride);
  copy_core_matrices(b, in + rows * row_bytes, rows, row_bytes, leading, stride);
  fence_proxy_async();
  __syncthreads();

  float d[32] = {};
  wgmma_fence();
#pragma unroll
  for (unsigned step = 0; step < 2; ++step) {
    // A k-step is two core matrices.
    const unsigned offset = step * 2 * leading;
    wgmma_m64n64k32_e4m3(
        d, wgmma_descriptor(shared_address(a) + offset, leading, stride, WgmmaSwizzle::none),
        wgmma_descriptor(shared_address(b) + offset, leading, stride, WgmmaSwizzle::none));
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

using Gemm = KMajorGemm<e4m3, std::uint8_t, 64, 64, 64>;
constexpr std::string_view instructions[] = {
    "wgmma.mma_async.sync.aligned.m64n64k32.f32.e4m3.e4m3",
    "wgmma.fence.sync.aligned",
    "wgmma.commit_group.sync.aligned",
    "wgmma.wait_group.sync.aligned",
    "fence.proxy.async.shared::cta",
};
constexpr std::string_view native_sass[] = {"QGMMA"};

}  // namespace

extern const InstructionProbe wgmma_e4m3_probe{
    .feature = "wgmma.e4m3",
    .entry = "wgmma_e4m3",
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
    // Hopper's FP8 tensor core aligns the 32 products of a step and the accumulator to the largest
    // of them and keeps about 13 bits below it (DeepSeek-V3 technical report, 3.3.2): up to 33
    // truncations of 2^-10 in each of two steps where the sum reaches 8.
    .tolerance = {.absolute = 0.0625},
    .native_sass = native_sass,
    .rate = std::nullopt,
    .native_test = std::nullopt,
    // Without it the accumulators stay 0.
    .neutralise = {.line_with = "wgmma.mma_async.", .replacement = ""},
    .neutralise_exception = {},
};

}  // namespace bp
#endif
