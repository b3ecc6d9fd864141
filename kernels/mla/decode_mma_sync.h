// Dense MLA decode on mma.sync.
#pragma once

#include <vector>

#include "kernels/kernel.h"
#include "kernels/mla/decode_run.h"
#include "probes/image/image.h"

namespace bp::mla {

/// The row of the table in kernels/kernels.cpp.
Kernel decode_mma_sync_kernel();

/// Kernel::time of that row.
std::vector<Figure> time_decode_mma_sync(const Gpu& gpu, std::chrono::milliseconds timeout);

/// Kernel::entries of that row.
std::vector<KernelEntry> dense_decode_mma_sync_entries();

/// What the check looks at, for tests and benchmarks. Throws DriverError.
ModuleImage load_decode_image(const Gpu& gpu, Tuning tuning = Tuning::free);

}  // namespace bp::mla
