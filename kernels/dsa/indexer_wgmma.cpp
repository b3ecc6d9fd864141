// The row of dsa.indexer.wgmma.
#include "kernels/dsa/indexer_check.h"
#include "kernels/dsa/indexer_shapes.h"

namespace bp::dsa {
namespace {

constexpr std::string_view indexer_wgmma_needs[] = {
    "wgmma.e4m3",    "wgmma.swizzle", "tma.load",          "tma.load.3d",
    "cp_async_bulk", "mbarrier",      "mbarrier.try_wait", "setmaxnreg"};

KernelResult check_indexer_wgmma(const Gpu& gpu, Tuning tuning, std::uint64_t seed,
                                 std::chrono::milliseconds timeout) {
  return check_indexer(gpu, indexer_wgmma_kernel(), IndexerPath::wgmma, tuning, seed, timeout);
}

std::unique_ptr<KernelProblem> indexer_wgmma_problem(std::size_t index, std::uint64_t seed,
                                                     const KernelProblem* like) {
  return make_indexer_problem(index, seed, like, IndexerPath::wgmma);
}

}  // namespace

Kernel indexer_wgmma_kernel() {
  return {.id = "dsa.indexer.wgmma",
          .operation = "dsa.indexer",
          .path = "wgmma",
          .title = "DSA lightning indexer logits, e4m3, contiguous and paged, on wgmma",
          .needs = indexer_wgmma_needs,
          .check = &check_indexer_wgmma,
          .time = nullptr,
          .shapes = &indexer_fp8_shapes,
          .make_problem = &indexer_wgmma_problem,
          .has_portable = false,
          .entries = &indexer_wgmma_entries};
}

}  // namespace bp::dsa
