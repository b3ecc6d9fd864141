// Check and benchmark of dense MLA prefill, the same for both instruction paths.
#pragma once

#include "kernels/image.h"
#include "kernels/kernel.h"
#include "kernels/limits.h"
#include "kernels/mla/dense_prefill_run.h"

namespace bp::mla {

/// What differs between the paths.
struct PrefillPath {
  Kernel (*kernel)();
  ComputeCapability smallest;
  std::string_view unit;  // see KernelWork
  ModuleImage (*load)(const Gpu& gpu, Tuning tuning);
  /// The entry for heads of this width of q and k.
  PrefillVariant (*choose)(int qk_width, const GpuLimits& limits);
};

/// As `choose`; throws DriverError where no entry fits.
PrefillVariant choose_prefill(const PrefillPath& path, const PrefillShape& shape, const Gpu& gpu,
                              Tuning tuning);

/// Kernel::entries of a path with these variants.
std::vector<KernelEntry> prefill_entries(std::span<const PrefillVariant> variants);

/// Kernel::check of that path.
KernelResult check_dense_prefill(const PrefillPath& path, const Gpu& gpu, Tuning tuning,
                                 std::uint64_t seed, std::chrono::milliseconds timeout);

/// Kernel::make_problem of that path, of dense_prefill_shapes()[index].
std::unique_ptr<KernelProblem> dense_prefill_problem(const PrefillPath& path, std::size_t index,
                                                     std::uint64_t seed, const KernelProblem* like);

}  // namespace bp::mla
