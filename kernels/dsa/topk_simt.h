// Host side of top-k selection: device buffers and launch.
#pragma once

#include <vector>

#include "kernels/dsa/topk_params.h"
#include "kernels/dsa/topk_problem.h"
#include "kernels/kernel.h"
#include "kernels/limits.h"
#include "probes/driver/gpu.h"
#include "probes/image/image.h"

namespace bp::dsa {

/// The row of the table in kernels/kernels.cpp.
Kernel topk_simt_kernel();

/// Kernel::shapes and Kernel::make_problem of that row.
std::vector<KernelShape> topk_shapes();
std::unique_ptr<KernelProblem> topk_problem(std::size_t index, std::uint64_t seed,
                                            const KernelProblem* like);

struct TopkVariant {
  const char* entry;
  int threads;
};
/// Blocks of 1024 threads have a row done sooner, but fewer of them run at once: for less rows than
/// the GPU has SMs for.
inline constexpr TopkVariant topk_many_rows{"dsa_topk_threads256", 256};
inline constexpr TopkVariant topk_few_rows{"dsa_topk_threads1024", 1024};
TopkVariant choose_topk(int rows, const GpuLimits& limits);

ModuleImage load_topk_image(const Gpu& gpu, Tuning tuning = Tuning::free);

/// One problem on the GPU. All members throw DriverError.
class TopkRun {
 public:
  TopkRun(const Gpu& gpu, const Module& module, const TopkInputs& inputs,
          const TopkVariant& variant);
  /// Fills the output with -1010580541: no column, no place.
  void poison();
  void enqueue();
  /// [rows, k]. Waits for the launches (LaunchTimeout).
  std::vector<std::int32_t> outputs(std::chrono::milliseconds timeout) const;
  /// Changes one value of a row's range in the device's copy.
  void set_logit(int row, int column, float value);

 private:
  const Gpu& gpu_;
  const TopkInputs& inputs_;
  TopkVariant variant_;
  CUfunction function_;
  DeviceBuffer logits_, row_begin_, row_end_, block_table_, indices_;
  TopkParams params_;
};

/// What a row of the output is compared by.
struct TopkRowValues {
  std::vector<double> values;   // of the chosen, from the largest on: the same whoever selects
  std::vector<double> indices;  // as written: which of equal ones, and in what order
};
/// Throws WrongOutput if the row has an index twice, or one that no column of it gives.
TopkRowValues topk_row_values(const TopkInputs& inputs, int row,
                              std::span<const std::int32_t> written);
TopkRowValues expected_topk_row(const TopkInputs& inputs, int row);

}  // namespace bp::dsa
