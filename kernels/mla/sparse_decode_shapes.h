// The real shapes of sparse MLA decode that `bench` times, and their work.
#pragma once

#include <vector>

#include "kernels/kernel.h"
#include "kernels/mla/sparse_decode_problem.h"

namespace bp::mla {

std::vector<KernelShape> sparse_decode_shapes();

/// Shape and inputs of sparse_decode_shapes()[index].
SparseDecodeShape sparse_decode_shape(std::size_t index);

/// `unit`: see KernelWork. Operations: of the candidates that are not masked; bytes: each named
/// slot once, indices, Q and O, as FlashMLA counts (tests/lib.py:367-402 at 9241ae3).
KernelWork sparse_decode_work(const SparseDecodeInputs& inputs, std::string_view unit);

}  // namespace bp::mla
