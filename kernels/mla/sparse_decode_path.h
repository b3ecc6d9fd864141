// Sparse MLA decode, of every path: the check and the real shapes. A path says which module it has
// and which entry of it fits.
#pragma once

#include "kernels/image.h"
#include "kernels/limits.h"
#include "kernels/mla/sparse_decode_run.h"

namespace bp::mla {

struct SparseDecodePath {
  Kernel (*kernel)();  // its row of the table
  ComputeCapability smallest;
  std::string_view unit;  // KernelWork::unit
  ModuleImage (*load)(const Gpu& gpu, Tuning tuning);
  /// An entry for shapes of this layout and number of heads.
  SparseDecodeVariant (*choose)(KvLayout layout, int heads, const GpuLimits& limits);
};

/// path.choose; throws DriverError where no entry fits.
SparseDecodeVariant choose_sparse_decode(const SparseDecodePath& path,
                                         const SparseDecodeShape& shape, const GpuLimits& limits);

/// Kernel::check.
KernelResult check_sparse_decode(const SparseDecodePath& path, const Gpu& gpu, Tuning tuning,
                                 std::uint64_t seed, std::chrono::milliseconds timeout);

/// Kernel::make_problem, of sparse_decode_shapes()[index]. `path` has to live as long.
std::unique_ptr<KernelProblem> make_sparse_decode_problem(const SparseDecodePath& path,
                                                          std::size_t index, std::uint64_t seed,
                                                          const KernelProblem* like);

}  // namespace bp::mla
