// Bringing operand tiles, row-major and K-major in global memory, to the layouts of
// matrix_layout.h. All threads of the CTA take part. fence_proxy_async and a barrier must follow.
#pragma once

#include "probes/ptx/matrix_layout.h"

namespace bp::ptx {

/// `rows` rows of 128 bytes, 128-byte swizzle. `tile` starts at a multiple of 1024. With fewer
/// `row_bytes`, the rest of each row is left as it is.
__device__ inline void copy_swizzled_128b(unsigned char* tile, const unsigned char* source,
                                          unsigned rows, unsigned row_bytes = 128) {
  const unsigned per_row = row_bytes / 16;
  for (unsigned chunk = threadIdx.x; chunk < rows * per_row; chunk += blockDim.x) {
    *reinterpret_cast<uint4*>(tile + swizzled_128b(chunk / per_row, chunk % per_row * 16)) =
        reinterpret_cast<const uint4*>(source)[chunk];
  }
}

/// `rows` rows of `row_bytes` bytes as core matrices without swizzle.
__device__ inline void copy_core_matrices(unsigned char* tile, const unsigned char* source,
                                          unsigned rows, unsigned row_bytes, unsigned leading,
                                          unsigned stride) {
  const unsigned per_row = row_bytes / 16;
  for (unsigned chunk = threadIdx.x; chunk < rows * per_row; chunk += blockDim.x) {
    const unsigned offset = core_matrices(chunk / per_row, chunk % per_row * 16, leading, stride);
    *reinterpret_cast<uint4*>(tile + offset) = reinterpret_cast<const uint4*>(source)[chunk];
  }
}

}  // namespace bp::ptx
