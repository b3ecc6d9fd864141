// The check of the indexer and its benchmark problem, for both paths.
#pragma once

#include "kernels/dsa/indexer_run.h"
#include "kernels/kernel.h"

namespace bp::dsa {

/// The rows of the table in kernels/kernels.cpp.
Kernel indexer_mma_sync_kernel();
Kernel indexer_wgmma_kernel();

/// Kernel::check of the row `kernel`, whose path is `path`.
KernelResult check_indexer(const Gpu& gpu, const Kernel& kernel, IndexerPath path, Tuning tuning,
                           std::uint64_t seed, std::chrono::milliseconds timeout);

/// Kernel::make_problem of indexer_shapes()[index].
std::unique_ptr<KernelProblem> make_indexer_problem(std::size_t index, std::uint64_t seed,
                                                    const KernelProblem* like, IndexerPath path);

}  // namespace bp::dsa
