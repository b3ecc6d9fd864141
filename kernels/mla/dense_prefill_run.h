// Host side of dense MLA prefill, of both instruction paths: device buffers, tensor maps, launch.
#pragma once

#include <vector>

#include "kernels/mla/dense_prefill_params.h"
#include "kernels/mla/dense_prefill_plan.h"
#include "kernels/mla/dense_prefill_problem.h"
#include "probes/driver/gpu.h"

namespace bp::mla {

/// An entry of a kernel for one pair of widths.
struct PrefillVariant {
  const char* entry = nullptr;  // null: none fits into the GPU's shared memory
  int threads = 0;
  int shared_bytes = 0;
  // wgmma alone:
  int key_tile = 0;  // keys of one copy by a tensor map
  int blocks = 0;    // that run at once and walk over the items of their deal; 0: a block is one
                     // tile of one head
};

struct PrefillOutputs {
  std::vector<double> out;  // [rows, v_width]
  std::vector<double> lse;  // [rows]
  bool operator==(const PrefillOutputs&) const = default;
};

/// One problem on the GPU. All members throw DriverError.
class PrefillRun {
 public:
  /// Allocates and uploads; `inputs` must live as long as this object.
  PrefillRun(const Gpu& gpu, const Module& module, const PrefillInputs& inputs,
             const PrefillVariant& variant);

  /// Fills the outputs with NaN.
  void poison();
  /// Puts the launch on the GPU's stream.
  void enqueue();
  /// Waits for the launch (LaunchTimeout) and fetches the outputs of these rows.
  PrefillOutputs outputs(std::span<const PrefillRow> rows, std::chrono::milliseconds timeout) const;
  /// Changes one bf16 value of the device's copy of v.
  void set_value(std::size_t index, std::uint16_t value);

 private:
  const Gpu& gpu_;
  const PrefillInputs& inputs_;
  PrefillVariant variant_;
  std::vector<PrefillTile> tiles_;
  PrefillDeal deal_;  // of no blocks where the entry needs none
  CUfunction function_ = nullptr;
  DeviceBuffer q_, k_, v_, tiles_on_gpu_, items_, item_begin_, maps_, out_, lse_;
  PrefillParams params_;
};

}  // namespace bp::mla
