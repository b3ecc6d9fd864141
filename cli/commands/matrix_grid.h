// The matrix as a grid for people: features down, GPUs across, what suffix a feature needs in the
// cells.
#pragma once

#include <span>
#include <string>

#include "probes/registry/evidence.h"

namespace bp {

/// Fits the width by splitting the columns into several grids, each with all features.
std::string matrix_grid(std::span<const MatrixRow> rows, int width);

}  // namespace bp
