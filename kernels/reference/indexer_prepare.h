// RoPE and Hadamard rotation of the indexer's inputs in double precision on the host, and what
// quantisation makes of them. What it computes: kernels/dsa/indexer_prepare.h.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "kernels/reference/compare.h"

namespace bp {

using IndexerRow = std::array<double, 128>;

/// `row`: 128 bf16 values; `cos_sin`: 32 cosines and 32 sines of its position.
IndexerRow rotate_indexer_row(std::span<const std::uint16_t> row, std::span<const float> cos_sin,
                              bool interleaved);

/// The scale that a rotated row is stored with.
double indexer_row_scale(const IndexerRow& rotated, bool power_of_two);

/// What a stored code has to stand for, as value / scale: the nearest number of e4m3, by as much
/// more as fp32 may be off. Half a step is at most 1/17 of a normal number, and 2^-10 below.
inline constexpr CompareLimits indexer_prepare_code_limits{0x1p-10 * 1.01, 1.001 / 17, 1e-3};
/// Scales, and weights with them, in fp32.
inline constexpr CompareLimits indexer_prepare_scale_limits{0, 1e-5, -1};

}  // namespace bp
