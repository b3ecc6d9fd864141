// The real shapes of the indexer that `bench` times, and their work.
#pragma once

#include <vector>

#include "kernels/dsa/indexer_problem.h"
#include "kernels/kernel.h"

namespace bp::dsa {

std::vector<KernelShape> indexer_shapes();

/// Of indexer_shapes()[index].
IndexerShape indexer_shape(std::size_t index);

/// Counts the pairs inside of the ranges alone. `unit`: see KernelWork.
KernelWork indexer_work(const IndexerShape& shape, std::string_view unit);

}  // namespace bp::dsa
