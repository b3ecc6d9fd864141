// Dense MLA prefill on mma.sync.
#pragma once

#include "kernels/mla/dense_prefill_path.h"

namespace bp::mla {

/// The row of the table in kernels/kernels.cpp.
Kernel dense_prefill_mma_sync_kernel();

/// For tests.
const PrefillPath& dense_prefill_mma_sync_path();

}  // namespace bp::mla
