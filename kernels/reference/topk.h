// Top-k selection on the host: the plain definition of kernels/dsa/topk_params.h.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace bp::dsa {

/// Columns of the k largest of `row` in rising order; of equal ones at the border the lowest
/// columns; NaN below everything; -1 behind them where the row has fewer than k.
std::vector<std::int32_t> topk_reference(std::span<const float> row, int k);

/// The values of these columns from the largest to the smallest, NaN last; -1 is left out. What two
/// selections of the same row must have in common whatever they do with equal values.
std::vector<double> selected_values(std::span<const float> row,
                                    std::span<const std::int32_t> columns);

}  // namespace bp::dsa
