#include "kernels/mla/decode_wgmma.h"

#include "kernels/image.h"
#include "kernels/mla/combine.cuh"
#include "kernels/mla/decode_path.h"
#include "kernels/mla/dense_decode_shapes.h"

namespace bp::mla {
namespace {

constexpr std::string_view wgmma_needs[] = {
    "wgmma.bf16",         "wgmma.a_registers", "wgmma.mn_major", "wgmma.swizzle",
    "tma.load",           "tma.prefetch",      "mbarrier",       "mbarrier.try_wait",
    "mbarrier.test_wait", "fence_proxy.async", "setmaxnreg",     "griddepcontrol"};

ModuleImage load_image(const Gpu& gpu, Tuning /*tuning*/) { return load_decode_wgmma_image(gpu); }

constexpr DecodePath wgmma_path{&load_image, &choose_wgmma_variant, "wgmma.bf16"};

KernelResult check_wgmma(const Gpu& gpu, Tuning tuning, std::uint64_t seed,
                         std::chrono::milliseconds timeout) {
  return run_check(gpu, decode_wgmma_kernel(), {9, 0}, [&](CheckRecord& record) {
    check_dense_decode(wgmma_path, gpu, tuning, seed, timeout, record);
  });
}

std::unique_ptr<KernelProblem> wgmma_problem(std::size_t index, std::uint64_t seed,
                                             const KernelProblem* like) {
  return dense_decode_problem(wgmma_path, index, seed, like);
}

std::vector<KernelEntry> wgmma_entries() {
  using Tiling = WgmmaDecodeTiling;
  return {{"mla_decode_wgmma", Tiling::threads, sizeof(WgmmaDecodeShared)},
          {"mla_decode_combine", CombineTiling::threads, CombineTiling::shared_bytes}};
}

}  // namespace

ModuleImage load_decode_wgmma_image(const Gpu& gpu) {
  return load_hopper_kernel(gpu, "mla.dense_decode.wgmma");
}

DecodeVariant choose_wgmma_variant(int /*query_rows*/, const GpuLimits& limits) {
  using Tiling = WgmmaDecodeTiling;
  if (static_cast<int>(sizeof(WgmmaDecodeShared)) > limits.shared_per_block_optin) return {};
  DecodeVariant variant{"mla_decode_wgmma", Tiling::rows, Tiling::threads,
                        sizeof(WgmmaDecodeShared), 1};
  variant.early_combine = true;
  variant.copies_by_tma = true;
  return variant;
}

Kernel decode_wgmma_kernel() {
  return {.id = "mla.dense_decode.wgmma",
          .operation = "mla.dense_decode",
          .path = "wgmma",
          .title = "Dense MLA decode, bf16, paged KV cache, on wgmma",
          .needs = wgmma_needs,
          .check = &check_wgmma,
          .time = nullptr,
          .shapes = &dense_decode_shapes,
          .make_problem = &wgmma_problem,
          .has_portable = false,
          .entries = &wgmma_entries};
}

}  // namespace bp::mla
