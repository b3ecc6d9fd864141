// Host side of dense MLA decode, whatever it runs on: device buffers, work split and launch.
#pragma once

#include <vector>

#include "kernels/mla/decode_params.h"
#include "kernels/mla/decode_plan.h"
#include "kernels/mla/decode_problem.h"
#include "kernels/mla/decode_variant.h"
#include "kernels/mla/decode_wgmma_tiling.h"
#include "probes/driver/gpu.h"

namespace bp::mla {

struct DecodeOutputs {
  std::vector<double> out;  // [batch, s_q, h_q, 512]
  std::vector<double> lse;  // [batch, h_q, s_q]
  bool operator==(const DecodeOutputs&) const = default;
};

/// One problem on the GPU. All members throw DriverError.
class DecodeRun {
 public:
  /// Allocates and uploads. `parts` (>= 1): see parts_for. The inputs are not needed afterwards.
  DecodeRun(const Gpu& gpu, const Module& module, const DecodeInputs& inputs,
            const DecodeVariant& variant, int parts);

  /// Fills the outputs and the partial results with NaN.
  void poison();
  /// Puts the launches on the GPU's stream: the decode, and the combine if any request was cut.
  void enqueue();
  /// Waits for the launches (LaunchTimeout) and fetches the outputs.
  DecodeOutputs outputs(std::chrono::milliseconds timeout) const;
  /// Changes one bf16 value of the device's copy of the cache.
  void set_key(std::size_t index, std::uint16_t value);

  const DecodePlan& plan() const { return plan_; }

 private:
  const Gpu& gpu_;
  DecodeVariant variant_;
  DecodePlan plan_;
  CUfunction decode_ = nullptr;
  CUfunction combine_ = nullptr;
  int query_rows_ = 0;
  int batch_ = 0;
  DeviceBuffer q_, cache_, block_table_, seqlens_, segments_, part_begin_, split_begin_;
  DeviceBuffer out_, lse_, partial_out_, partial_lse_;
  DecodeParams params_;
  TensorMapBytes cache_map_{};  // of the variants that copy by TMA
};

}  // namespace bp::mla
