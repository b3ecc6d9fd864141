#include "kernels/mla/sparse_prefill_mma_sync.h"

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

template <int width>
SparsePrefillLaunch choose_of_width(int h_q, const GpuLimits& limits,
                                    const char* const (&entries)[3]) {
  const auto rows16 = mma_launch<SparsePrefillTiling<width, 1, 2>>(entries[0]);
  const auto rows32 = mma_launch<SparsePrefillTiling<width, 2, 2>>(entries[1]);
  const auto rows32_deep = mma_launch<SparsePrefillTiling<width, 2, 4>>(entries[2]);
  SparsePrefillLaunch chosen = rows16;
  if (h_q > rows16.heads) {
    chosen = rows32_deep.shared_bytes <= limits.shared_per_block_optin ? rows32_deep : rows32;
  }
  return chosen.shared_bytes <= limits.shared_per_block_optin ? chosen : SparsePrefillLaunch{};
}

SparsePrefillLaunch choose_sparse_mma(int width, int h_q, const GpuLimits& limits) {
  return width == 576 ? choose_of_width<576>(h_q, limits,
                                             {"mla_sparse_prefill_576_rows16_stages2",
                                              "mla_sparse_prefill_576_rows32_stages2",
                                              "mla_sparse_prefill_576_rows32_stages4"})
                      : choose_of_width<512>(h_q, limits,
                                             {"mla_sparse_prefill_512_rows16_stages2",
                                              "mla_sparse_prefill_512_rows32_stages2",
                                              "mla_sparse_prefill_512_rows32_stages4"});
}

ModuleImage load_sparse_mma(const Gpu& gpu, Tuning tuning) {
  return load_portable_kernel(gpu, "mla.sparse_prefill.mma_sync", tuning);
}

KernelResult check_sparse_mma(const Gpu& gpu, Tuning tuning, std::uint64_t seed,
                              std::chrono::milliseconds timeout) {
  return check_sparse_prefill(sparse_prefill_mma_sync_path(), gpu, tuning, seed, timeout);
}

std::unique_ptr<KernelProblem> sparse_mma_problem(std::size_t index, std::uint64_t seed) {
  return sparse_prefill_problem(sparse_prefill_mma_sync_path(), index, seed);
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
          .has_portable = true};
}

}  // namespace bp::mla
