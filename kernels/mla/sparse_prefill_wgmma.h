// Sparse MLA prefill on wgmma: its row of the table, and what tests need.
#pragma once

#include "kernels/mla/sparse_prefill_run.h"

namespace bp::mla {

/// The row of the table in kernels/kernels.cpp.
Kernel sparse_prefill_wgmma_kernel();

const SparsePrefillPath& sparse_prefill_wgmma_path();

}  // namespace bp::mla
