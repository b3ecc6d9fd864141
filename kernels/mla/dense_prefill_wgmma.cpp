#include "kernels/mla/dense_prefill_wgmma.h"

#include <array>

#include "kernels/mla/dense_prefill_shapes.h"
#include "kernels/mla/dense_prefill_wgmma_tiling.h"

namespace bp::mla {
namespace {

constexpr std::string_view prefill_wgmma_needs[] = {
    "wgmma.bf16", "wgmma.a_registers", "wgmma.mn_major",        "wgmma.swizzle", "tma.load.3d",
    "mbarrier",   "mbarrier.try_wait", "fence_proxy.tensormap", "setmaxnreg"};

template <class Tiling>
constexpr PrefillVariant wgmma_variant(const char* entry) {
  return {entry, Tiling::threads, Tiling::shared_bytes, Tiling::keys};
}

constexpr PrefillVariant wgmma_192 = wgmma_variant<PrefillWgmma192>("mla_prefill_wgmma_192_128");
constexpr PrefillVariant wgmma_256 = wgmma_variant<PrefillWgmma256>("mla_prefill_wgmma_256_256");

PrefillVariant choose_prefill_wgmma(int qk_width, const GpuLimits& limits) {
  PrefillVariant chosen = qk_width == PrefillWgmma192::qk ? wgmma_192 : wgmma_256;
  chosen.blocks = limits.multiprocessors;
  return chosen.shared_bytes <= limits.shared_per_block_optin ? chosen : PrefillVariant{};
}

std::vector<KernelEntry> prefill_wgmma_entries() {
  return prefill_entries(std::array{wgmma_192, wgmma_256});
}

ModuleImage load_prefill_wgmma(const Gpu& gpu, Tuning) {
  return load_hopper_kernel(gpu, "mla.dense_prefill.wgmma");
}

KernelResult check_prefill_wgmma(const Gpu& gpu, Tuning tuning, std::uint64_t seed,
                                 std::chrono::milliseconds timeout) {
  return check_dense_prefill(dense_prefill_wgmma_path(), gpu, tuning, seed, timeout);
}

std::unique_ptr<KernelProblem> prefill_wgmma_problem(std::size_t index, std::uint64_t seed,
                                                     const KernelProblem* like) {
  return dense_prefill_problem(dense_prefill_wgmma_path(), index, seed, like);
}

}  // namespace

const PrefillPath& dense_prefill_wgmma_path() {
  static constexpr PrefillPath path{&dense_prefill_wgmma_kernel,
                                    {9, 0},
                                    "wgmma.bf16",
                                    &load_prefill_wgmma,
                                    &choose_prefill_wgmma};
  return path;
}

Kernel dense_prefill_wgmma_kernel() {
  return {.id = "mla.dense_prefill.wgmma",
          .operation = "mla.dense_prefill",
          .path = "wgmma",
          .title = "Dense MLA prefill, bf16, 192/128 and 256/256, on wgmma",
          .needs = prefill_wgmma_needs,
          .check = &check_prefill_wgmma,
          .time = nullptr,
          .shapes = &dense_prefill_shapes,
          .make_problem = &prefill_wgmma_problem,
          .has_portable = false,
          .entries = &prefill_wgmma_entries};
}

}  // namespace bp::mla
