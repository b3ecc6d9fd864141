#include "kernels/mla/dense_prefill_mma_sync.h"

#include <array>

#include "kernels/mla/dense_prefill_shapes.h"
#include "kernels/mla/dense_prefill_tiling.h"

namespace bp::mla {
namespace {

constexpr std::string_view prefill_mma_sync_needs[] = {"mma_sync.bf16", "ldmatrix", "cp_async"};

template <class Tiling>
constexpr PrefillVariant mma_sync_variant(const char* entry) {
  return {entry, Tiling::threads, Tiling::shared_bytes};
}

constexpr PrefillVariant mma_sync_192 =
    mma_sync_variant<Prefill192>("mla_prefill_mma_sync_192_128");
constexpr PrefillVariant mma_sync_192_small =
    mma_sync_variant<Prefill192Small>("mla_prefill_mma_sync_192_128_small");
constexpr PrefillVariant mma_sync_256 =
    mma_sync_variant<Prefill256>("mla_prefill_mma_sync_256_256");

constexpr PrefillVariant mma_sync_256_small =
    mma_sync_variant<Prefill256Small>("mla_prefill_mma_sync_256_256_small");

PrefillVariant choose_mma_sync(int qk_width, const GpuLimits& limits) {
  const bool wide = qk_width == Prefill256::qk;
  for (const PrefillVariant& variant :
       {wide ? mma_sync_256 : mma_sync_192, wide ? mma_sync_256_small : mma_sync_192_small}) {
    if (variant.shared_bytes <= limits.shared_per_block_optin) return variant;
  }
  return {};
}

std::vector<KernelEntry> prefill_mma_sync_entries() {
  return prefill_entries(
      std::array{mma_sync_192, mma_sync_192_small, mma_sync_256, mma_sync_256_small});
}

ModuleImage load_prefill_mma_sync(const Gpu& gpu, Tuning tuning) {
  return load_portable_kernel(gpu, "mla.dense_prefill.mma_sync", tuning);
}

KernelResult check_prefill_mma_sync(const Gpu& gpu, Tuning tuning, std::uint64_t seed,
                                    std::chrono::milliseconds timeout) {
  return check_dense_prefill(dense_prefill_mma_sync_path(), gpu, tuning, seed, timeout);
}

std::unique_ptr<KernelProblem> prefill_mma_sync_problem(std::size_t index, std::uint64_t seed,
                                                        const KernelProblem* like) {
  return dense_prefill_problem(dense_prefill_mma_sync_path(), index, seed, like);
}

}  // namespace

const PrefillPath& dense_prefill_mma_sync_path() {
  static constexpr PrefillPath path{&dense_prefill_mma_sync_kernel,
                                    {8, 0},
                                    "mma_sync.bf16",
                                    &load_prefill_mma_sync,
                                    &choose_mma_sync};
  return path;
}

Kernel dense_prefill_mma_sync_kernel() {
  return {.id = "mla.dense_prefill.mma_sync",
          .operation = "mla.dense_prefill",
          .path = "mma_sync",
          .title = "Dense MLA prefill, bf16, 192/128 and 256/256, on mma.sync",
          .needs = prefill_mma_sync_needs,
          .check = &check_prefill_mma_sync,
          .time = nullptr,
          .shapes = &dense_prefill_shapes,
          .make_problem = &prefill_mma_sync_problem,
          .has_portable = true,
          .entries = &prefill_mma_sync_entries};
}

}  // namespace bp::mla
