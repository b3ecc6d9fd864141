// The row of dsa.indexer.mma_sync.
#include "kernels/dsa/indexer_check.h"
#include "kernels/dsa/indexer_shapes.h"

namespace bp::dsa {
namespace {

constexpr std::string_view indexer_mma_sync_needs[] = {"mma_sync.f16", "mma_sync.bf16", "ldmatrix",
                                                       "cp_async"};

KernelResult check_indexer_mma_sync(const Gpu& gpu, Tuning tuning, std::uint64_t seed,
                                    std::chrono::milliseconds timeout) {
  return check_indexer(gpu, indexer_mma_sync_kernel(), IndexerPath::mma_sync, tuning, seed,
                       timeout);
}

std::unique_ptr<KernelProblem> indexer_mma_sync_problem(std::size_t index, std::uint64_t seed,
                                                        const KernelProblem* like) {
  return make_indexer_problem(index, seed, like, IndexerPath::mma_sync);
}

}  // namespace

Kernel indexer_mma_sync_kernel() {
  return {.id = "dsa.indexer.mma_sync",
          .operation = "dsa.indexer",
          .path = "mma_sync",
          .title = "DSA lightning indexer logits, e4m3 or bf16, contiguous and paged, on mma.sync",
          .needs = indexer_mma_sync_needs,
          .check = &check_indexer_mma_sync,
          .time = nullptr,
          .shapes = &indexer_shapes,
          .make_problem = &indexer_mma_sync_problem,
          .has_portable = true,
          .entries = &indexer_mma_sync_entries};
}

}  // namespace bp::dsa
