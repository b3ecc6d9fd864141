// Host side of the indexer on either path: modules, device buffers and launch.
#pragma once

#include <optional>
#include <vector>

#include "kernels/dsa/indexer_plan.h"
#include "kernels/dsa/indexer_problem.h"
#include "kernels/dsa/indexer_variant.h"
#include "kernels/dsa/indexer_wgmma_tiling.h"
#include "kernels/kernel.h"
#include "probes/driver/gpu.h"
#include "probes/image/image.h"

namespace bp::dsa {

enum class IndexerPath : std::uint8_t { mma_sync, wgmma };

/// The modules of a path for a GPU. On mma.sync the first is the one for sm_80 and up; the second,
/// with e4m3, where the tuning takes it and the GPU multiplies e4m3 in mma.sync.
struct IndexerImages {
  ModuleImage first;
  std::optional<ModuleImage> e4m3;

  const ModuleImage& of(const IndexerShape& shape) const {
    return e4m3 && !shape.bf16 ? *e4m3 : first;
  }
};

/// Whether mma.sync of e4m3 is an instruction there (QMMA: sm_89 and sm_12x). For sm_90, sm_100,
/// sm_103 and sm_110 ptxas 13.0 converts both factors to f16 before every product.
constexpr bool multiplies_e4m3(ComputeCapability cc) {
  return cc == ComputeCapability{8, 9} || cc.major == 12;
}

/// Throws DriverError.
IndexerImages load_indexer_images(const Gpu& gpu, IndexerPath path, Tuning tuning);

/// Throws DriverError where the path has no entry for the shape.
IndexerVariant choose_indexer_variant(const IndexerImages& images, IndexerPath path,
                                      const IndexerShape& shape, const GpuLimits& limits);

/// One problem on the GPU. All members throw DriverError.
class IndexerRun {
 public:
  /// Allocates and uploads. `parts` (>= 1): thread blocks. The inputs are not needed afterwards.
  IndexerRun(const Gpu& gpu, const Module& module, const IndexerInputs& inputs,
             const IndexerVariant& variant, int parts);

  /// Fills the logits with NaN.
  void poison();
  void enqueue();
  /// Waits for the launch (LaunchTimeout) and fetches the logits of one token.
  std::vector<double> row(int token, std::chrono::milliseconds timeout) const;
  /// Of all tokens, one after the other.
  std::vector<double> logits(std::chrono::milliseconds timeout) const;
  /// Changes one byte of the device's copy of the keys.
  void set_key_byte(std::size_t index, std::uint8_t value);

  const IndexerPlan& plan() const { return plan_; }

 private:
  const Gpu& gpu_;
  IndexerVariant variant_;
  IndexerPlan plan_;
  CUfunction function_ = nullptr;
  int tokens_ = 0;
  int columns_ = 0;
  int row_stride_ = 0;
  DeviceBuffer q_, weights_, k_, k_scale_, block_table_, first_, end_, segments_, part_begin_;
  DeviceBuffer logits_;
  IndexerWgmmaParams params_;
};

/// Thread blocks that fill the GPU.
int indexer_parts(const IndexerVariant& variant, const GpuLimits& limits);

}  // namespace bp::dsa
