// Sparse MLA prefill on mma_sync: its row of the table, and what tests need.
#pragma once

#include "kernels/mla/sparse_prefill_run.h"

namespace bp::mla {

/// The row of the table in kernels/kernels.cpp.
Kernel sparse_prefill_mma_sync_kernel();

const SparsePrefillPath& sparse_prefill_mma_sync_path();

}  // namespace bp::mla
