// The real shapes of the indexer that `bench` times, and their work.
#pragma once

#include <vector>

#include "kernels/dsa/indexer_problem.h"
#include "kernels/kernel.h"

namespace bp::dsa {

/// Those in bf16 come last, so that indices are the same with and without them.
std::vector<KernelShape> indexer_shapes();
/// Without those in bf16, which wgmma has no path for: FP8 is what it is there for.
std::vector<KernelShape> indexer_fp8_shapes();

/// Of indexer_shapes()[index].
IndexerShape indexer_shape(std::size_t index);

/// Counts the pairs inside of the ranges alone. `unit`: see KernelWork.
KernelWork indexer_work(const IndexerShape& shape, std::string_view unit);

}  // namespace bp::dsa
