// Sparse MLA decode over an FP8 cache on mma.sync: host side.
#pragma once

#include "kernels/mla/sparse_decode_path.h"

namespace bp::mla {

/// The row of the table in kernels/kernels.cpp.
Kernel sparse_decode_mma_sync_kernel();

const SparseDecodePath& sparse_decode_mma_sync_path();

}  // namespace bp::mla
