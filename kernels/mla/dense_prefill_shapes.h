// The real shapes of dense MLA prefill that `bench` times.
#pragma once

#include <vector>

#include "kernels/kernel.h"
#include "kernels/mla/dense_prefill_problem.h"

namespace bp::mla {

std::vector<KernelShape> dense_prefill_shapes();

/// Inputs of dense_prefill_shapes()[index].
PrefillShape dense_prefill_shape(std::size_t index);

/// Rows of a large problem that are compared with the reference: of the first, a middle and the
/// last head the first and last query of each request, those beside the borders of tiles, and some
/// between.
std::vector<PrefillRow> sampled_prefill_rows(const PrefillInputs& inputs);

}  // namespace bp::mla
