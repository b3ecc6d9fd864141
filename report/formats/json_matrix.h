// The matrix in report.json: one row for all targets of a feature of which the same was said. Cell
// by cell it was half of the file.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "probes/registry/codec.h"
#include "probes/registry/evidence.h"

namespace bp {

/// "{target}" in the message of a row of several targets stands for the name of each. What cannot
/// be taken apart again without a loss stays a row of one target.
std::vector<Json> encode_matrix(std::span<const MatrixRow> matrix);

/// The cells, in the order in which they were encoded. Rows of the first reports name one
/// "target". Throws DecodeError.
std::vector<MatrixRow> decode_matrix(const Json& rows);

}  // namespace bp
