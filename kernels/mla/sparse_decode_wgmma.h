// Sparse MLA decode on wgmma: host side.
#pragma once

#include "kernels/mla/sparse_decode_path.h"

namespace bp::mla {

/// The row of the table in kernels/kernels.cpp.
Kernel sparse_decode_wgmma_kernel();

const SparseDecodePath& sparse_decode_wgmma_path();

}  // namespace bp::mla
