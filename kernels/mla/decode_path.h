// What the host needs to know of one of the instruction paths of dense MLA decode, and what all of
// them share: check and benchmark.
#pragma once

#include "kernels/check.h"
#include "kernels/mla/decode_run.h"

namespace bp::mla {

struct DecodePath {
  ModuleImage (*load)(const Gpu& gpu, Tuning tuning);
  /// nullptr entry: none fits into the GPU's shared memory.
  DecodeVariant (*variant)(int query_rows, const GpuLimits& limits);
  std::string_view unit;  // KernelWork::unit
};

/// path.variant; throws DriverError where no entry fits.
DecodeVariant choose_dense_decode(const DecodePath& path, int query_rows, const GpuLimits& limits);

/// Kernel::check without its frame.
void check_dense_decode(const DecodePath& path, const Gpu& gpu, Tuning tuning, std::uint64_t seed,
                        std::chrono::milliseconds timeout, CheckRecord& record);

/// Kernel::make_problem.
std::unique_ptr<KernelProblem> dense_decode_problem(const DecodePath& path, std::size_t index,
                                                    std::uint64_t seed, const KernelProblem* like);

}  // namespace bp::mla
