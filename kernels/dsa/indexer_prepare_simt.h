// Host side of indexer_prepare: device buffers and launch, and the row of the table.
#pragma once

#include "kernels/dsa/indexer_prepare.h"
#include "kernels/dsa/indexer_prepare_problem.h"
#include "kernels/kernel.h"
#include "probes/driver/gpu.h"
#include "probes/image/image.h"

namespace bp::dsa {

/// The row of the table in kernels/kernels.cpp.
Kernel indexer_prepare_simt_kernel();

/// Kernel::make_problem of that row.
std::unique_ptr<KernelProblem> indexer_prepare_problem(std::size_t index, std::uint64_t seed,
                                                       const KernelProblem* like);

/// Throws DriverError.
ModuleImage load_indexer_prepare_image(const Gpu& gpu, Tuning tuning);

/// One problem on the GPU. All members throw DriverError.
class IndexerPrepareRun {
 public:
  IndexerPrepareRun(const Gpu& gpu, const Module& module, const IndexerPrepareInputs& inputs);

  /// Fills the outputs with NaN.
  void poison();
  void enqueue();
  /// Waits for the launch (LaunchTimeout) and fetches the rows of `count` tokens, in the form of
  /// indexer_prepare_reference.
  IndexerPrepareValues values(int first, int count, std::chrono::milliseconds timeout) const;
  /// Everything that may be written, byte for byte, and a page behind the cache.
  std::vector<std::uint8_t> bytes(std::chrono::milliseconds timeout) const;
  /// Changes one value of the device's copy of q.
  void set_query(std::size_t index, std::uint16_t value);

 private:
  const Gpu& gpu_;
  IndexerPrepareShape shape_;
  std::vector<std::int32_t> slot_;
  int cache_slots_ = 0;
  CUfunction function_ = nullptr;
  DeviceBuffer q_, k_, weights_, cos_sin_, positions_, slots_;
  DeviceBuffer q_out_, weights_out_, k_out_, k_scale_;
  IndexerPrepareParams params_;
};

}  // namespace bp::dsa
