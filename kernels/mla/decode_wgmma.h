// Dense MLA decode on wgmma, for sm_90a.
#pragma once

#include "kernels/kernel.h"
#include "kernels/mla/decode_run.h"
#include "probes/image/image.h"

namespace bp::mla {

/// The row of the table in kernels/kernels.cpp.
Kernel decode_wgmma_kernel();

/// Throws DriverError.
ModuleImage load_decode_wgmma_image(const Gpu& gpu);

/// One entry for all shapes; see DecodePath.
DecodeVariant choose_wgmma_variant(int query_rows, const GpuLimits& limits);

}  // namespace bp::mla
