// Host side that both paths of sparse MLA prefill share: device buffers, launch, check and
// benchmark.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "kernels/kernel.h"
#include "kernels/limits.h"
#include "kernels/mla/sparse_prefill_params.h"
#include "kernels/mla/sparse_prefill_problem.h"
#include "probes/driver/gpu.h"
#include "probes/image/image.h"

namespace bp::mla {

/// Which entry, and how it is launched: a block for each query token and `heads` of its heads,
/// blocks of one token side by side. nullptr entry: nothing fits the GPU.
struct SparsePrefillLaunch {
  const char* entry = nullptr;
  int heads = 0;
  int threads = 0;
  int shared_bytes = 0;
  int cluster = 1;  // blocks
};

/// Kernel::entries of these.
std::vector<KernelEntry> entries_of(std::span<const SparsePrefillLaunch> launches);

/// What differs between the paths.
struct SparsePrefillPath {
  std::string_view unit;  // KernelWork::unit
  ComputeCapability smallest;
  Kernel (*kernel)();
  ModuleImage (*load)(const Gpu& gpu, Tuning tuning);
  SparsePrefillLaunch (*choose)(int width, int h_q, const GpuLimits& limits);
};

struct SparsePrefillOutputs {
  std::vector<double> out;         // [s_q, h_q, 512]
  std::vector<double> max_logits;  // [s_q, h_q]
  std::vector<double> lse;         // [s_q, h_q]
  bool operator==(const SparsePrefillOutputs&) const = default;
};

/// One problem on the GPU. All members throw DriverError.
class SparsePrefillRun {
 public:
  /// Allocates and uploads; the inputs are not needed afterwards.
  SparsePrefillRun(const Gpu& gpu, const Module& module, const SparsePrefillInputs& inputs,
                   const SparsePrefillLaunch& launch);

  /// Fills the outputs with NaN.
  void poison();
  void enqueue();
  /// Waits for the launch (LaunchTimeout) and fetches the outputs.
  SparsePrefillOutputs outputs(std::chrono::milliseconds timeout) const;
  /// The same of `count` query tokens alone.
  SparsePrefillOutputs outputs(int first, int count, std::chrono::milliseconds timeout) const;
  /// Changes one bf16 value of the device's copy of the keys.
  void set_kv(std::size_t index, std::uint16_t value);

 private:
  const Gpu& gpu_;
  SparsePrefillLaunch launch_;
  CUfunction function_ = nullptr;
  int tokens_ = 0;
  std::size_t heads_ = 0;
  unsigned blocks_ = 0;
  DeviceBuffer q_, kv_, indices_, topk_length_, sink_;
  DeviceBuffer out_, max_logits_, lse_;
  SparsePrefillParams params_;
};

/// Kernel::check and Kernel::make_problem of a path. The problem lives no longer than `path`.
KernelResult check_sparse_prefill(const SparsePrefillPath& path, const Gpu& gpu, Tuning tuning,
                                  std::uint64_t seed, std::chrono::milliseconds timeout);
std::unique_ptr<KernelProblem> sparse_prefill_problem(const SparsePrefillPath& path,
                                                      std::size_t index, std::uint64_t seed,
                                                      const KernelProblem* like);

/// path.choose; throws DriverError where nothing fits.
SparsePrefillLaunch choose_sparse_prefill(const SparsePrefillPath& path,
                                          const SparsePrefillShape& shape, const Gpu& gpu,
                                          Tuning tuning);

}  // namespace bp::mla
