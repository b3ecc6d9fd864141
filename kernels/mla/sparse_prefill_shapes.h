// The real shapes of sparse MLA prefill that `bench` times, and their work.
#pragma once

#include <vector>

#include "kernels/kernel.h"
#include "kernels/mla/sparse_prefill_problem.h"

namespace bp::mla {

std::vector<KernelShape> sparse_prefill_shapes();

/// Of sparse_prefill_shapes()[index].
SparsePrefillShape sparse_prefill_shape(std::size_t index);

/// `unit`: see KernelWork. Bytes: each key once, Q, the lists and the outputs.
KernelWork sparse_prefill_work(const SparsePrefillInputs& inputs, std::string_view unit);

}  // namespace bp::mla
