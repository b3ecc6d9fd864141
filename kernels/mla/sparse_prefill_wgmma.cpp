#include "kernels/mla/sparse_prefill_wgmma.h"

#include <array>

#include "kernels/image.h"
#include "kernels/mla/sparse_prefill_shapes.h"
#include "kernels/mla/sparse_prefill_wgmma_tiling.h"

namespace bp::mla {
namespace {

constexpr std::string_view sparse_prefill_wgmma_needs[] = {
    "wgmma.bf16",        "wgmma.a_registers", "wgmma.mn_major", "wgmma.swizzle", "cp_async",
    "mbarrier.try_wait", "fence_proxy.async", "setmaxnreg",     "stmatrix"};

template <int width>
constexpr SparsePrefillLaunch wgmma_launch(const char* entry) {
  using Tiling = SparsePrefillWgmmaTiling<width>;
  return {entry, Tiling::heads, Tiling::threads, Tiling::shared_bytes};
}

constexpr SparsePrefillLaunch wgmma_576 = wgmma_launch<576>("mla_sparse_prefill_576");
constexpr SparsePrefillLaunch wgmma_512 = wgmma_launch<512>("mla_sparse_prefill_512");

SparsePrefillLaunch choose_sparse_wgmma(int width, int, const GpuLimits& limits) {
  const auto chosen = width == 576 ? wgmma_576 : wgmma_512;
  return chosen.shared_bytes <= limits.shared_per_block_optin ? chosen : SparsePrefillLaunch{};
}

ModuleImage load_sparse_prefill_wgmma(const Gpu& gpu, Tuning) {
  return load_hopper_kernel(gpu, "mla.sparse_prefill.wgmma");
}

KernelResult check_sparse_prefill_wgmma(const Gpu& gpu, Tuning tuning, std::uint64_t seed,
                                        std::chrono::milliseconds timeout) {
  return check_sparse_prefill(sparse_prefill_wgmma_path(), gpu, tuning, seed, timeout);
}

std::unique_ptr<KernelProblem> sparse_prefill_wgmma_problem(std::size_t index, std::uint64_t seed,
                                                            const KernelProblem* like) {
  return sparse_prefill_problem(sparse_prefill_wgmma_path(), index, seed, like);
}

std::vector<KernelEntry> sparse_prefill_wgmma_entries() {
  return entries_of(std::array{wgmma_576, wgmma_512});
}

}  // namespace

const SparsePrefillPath& sparse_prefill_wgmma_path() {
  static constexpr SparsePrefillPath path{"wgmma.bf16",
                                          {9, 0},
                                          &sparse_prefill_wgmma_kernel,
                                          &load_sparse_prefill_wgmma,
                                          &choose_sparse_wgmma};
  return path;
}

Kernel sparse_prefill_wgmma_kernel() {
  return {.id = "mla.sparse_prefill.wgmma",
          .operation = "mla.sparse_prefill",
          .path = "wgmma",
          .title = "Sparse MLA prefill, bf16, on wgmma",
          .needs = sparse_prefill_wgmma_needs,
          .check = &check_sparse_prefill_wgmma,
          .time = nullptr,
          .shapes = &sparse_prefill_shapes,
          .make_problem = &sparse_prefill_wgmma_problem,
          .has_portable = false,
          .entries = &sparse_prefill_wgmma_entries};
}

}  // namespace bp::mla
