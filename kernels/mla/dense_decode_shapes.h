// The real shapes of dense MLA decode that `bench` times, and their work.
#pragma once

#include <vector>

#include "kernels/kernel.h"
#include "kernels/mla/decode_problem.h"

namespace bp::mla {

std::vector<KernelShape> dense_decode_shapes();

/// Shape and inputs of dense_decode_shapes()[index].
DecodeShape dense_decode_shape(std::size_t index);

/// `unit`: see KernelWork.
KernelWork dense_decode_work(const DecodeShape& shape, std::string_view unit);

/// Requests of a large problem that verify() compares: all heads of the first, a middle and the
/// last one.
std::vector<int> sampled_requests(int batch);

}  // namespace bp::mla
