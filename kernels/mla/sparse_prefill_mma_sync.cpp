#include "kernels/mla/sparse_prefill_mma_sync.h"

#include <array>

#include "kernels/image.h"
#include "kernels/mla/sparse_prefill_shapes.h"
#include "kernels/mla/sparse_prefill_tiling.h"

namespace bp::mla {
namespace {

constexpr std::string_view sparse_mma_needs[] = {"mma_sync.bf16", "ldmatrix", "cp_async"};

template <class Tiling>
constexpr SparsePrefillLaunch mma_launch(const char* entry) {
  return {entry, Tiling::rows, Tiling::threads, Tiling::shared_bytes};
}

/// The entries of one width.
struct MmaLaunches {
  SparsePrefillLaunch rows16, rows32, rows32_wide;
};

constexpr MmaLaunches mma_576{
    mma_launch<SparsePrefillTiling<576, 1, 32, 2>>("mla_sparse_prefill_576_rows16_keys32"),
    mma_launch<SparsePrefillTiling<576, 2, 32, 2>>("mla_sparse_prefill_576_rows32_keys32"),
    mma_launch<SparsePrefillTiling<576, 2, 64, 2>>("mla_sparse_prefill_576_rows32_keys64")};
constexpr MmaLaunches mma_512{
    mma_launch<SparsePrefillTiling<512, 1, 32, 2>>("mla_sparse_prefill_512_rows16_keys32"),
    mma_launch<SparsePrefillTiling<512, 2, 32, 2>>("mla_sparse_prefill_512_rows32_keys32"),
    mma_launch<SparsePrefillTiling<512, 2, 64, 2>>("mla_sparse_prefill_512_rows32_keys64")};

SparsePrefillLaunch choose_sparse_mma(int width, int h_q, const GpuLimits& limits) {
  const MmaLaunches& of_width = width == 576 ? mma_576 : mma_512;
  SparsePrefillLaunch chosen = of_width.rows16;
  if (h_q > of_width.rows16.heads) {
    chosen = of_width.rows32_wide.shared_bytes <= limits.shared_per_block_optin
                 ? of_width.rows32_wide
                 : of_width.rows32;
  }
  return chosen.shared_bytes <= limits.shared_per_block_optin ? chosen : SparsePrefillLaunch{};
}

std::vector<KernelEntry> sparse_mma_entries() {
  return entries_of(std::array{mma_576.rows16, mma_576.rows32, mma_576.rows32_wide, mma_512.rows16,
                               mma_512.rows32, mma_512.rows32_wide});
}

ModuleImage load_sparse_mma(const Gpu& gpu, Tuning tuning) {
  return load_portable_kernel(gpu, "mla.sparse_prefill.mma_sync", tuning);
}

KernelResult check_sparse_mma(const Gpu& gpu, Tuning tuning, std::uint64_t seed,
                              std::chrono::milliseconds timeout) {
  return check_sparse_prefill(sparse_prefill_mma_sync_path(), gpu, tuning, seed, timeout);
}

std::unique_ptr<KernelProblem> sparse_mma_problem(std::size_t index, std::uint64_t seed,
                                                  const KernelProblem* like) {
  return sparse_prefill_problem(sparse_prefill_mma_sync_path(), index, seed, like);
}

}  // namespace

const SparsePrefillPath& sparse_prefill_mma_sync_path() {
  static constexpr SparsePrefillPath path{"mma_sync.bf16",
                                          {8, 0},
                                          &sparse_prefill_mma_sync_kernel,
                                          &load_sparse_mma,
                                          &choose_sparse_mma};
  return path;
}

Kernel sparse_prefill_mma_sync_kernel() {
  return {.id = "mla.sparse_prefill.mma_sync",
          .operation = "mla.sparse_prefill",
          .path = "mma_sync",
          .title = "Sparse MLA prefill, bf16, on mma.sync",
          .needs = sparse_mma_needs,
          .check = &check_sparse_mma,
          .time = nullptr,
          .shapes = &sparse_prefill_shapes,
          .make_problem = &sparse_mma_problem,
          .has_portable = true,
          .entries = &sparse_mma_entries};
}

}  // namespace bp::mla
