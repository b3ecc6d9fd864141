// Host side of sparse MLA decode, of every path: device buffers, work split and launch.
#pragma once

#include <vector>

#include "kernels/kernel.h"
#include "kernels/mla/decode_plan.h"
#include "kernels/mla/sparse_decode_params.h"
#include "kernels/mla/sparse_decode_problem.h"
#include "probes/driver/gpu.h"
#include "probes/image/image.h"

namespace bp::mla {

/// An entry of a path's module, and how it is launched: grid x = tiles of `rows` heads, y = parts.
struct SparseDecodeVariant {
  const char* entry = nullptr;  // nullptr: none fits the GPU
  int rows = 0;                 // heads of a block
  int threads = 0;
  int shared_bytes = 0;
  int blocks_per_multiprocessor = 1;
  int cluster = 1;  // blocks along x that work together; tiles are rounded up to it

  int tiles(int heads) const {
    const int blocks = (heads + rows - 1) / rows;
    return (blocks + cluster - 1) / cluster * cluster;
  }
  /// How many parts let all blocks run at once.
  int parts(int heads, int multiprocessors) const;
};

struct SparseDecodeOutputs {
  std::vector<double> out;  // [batch, s_q, h_q, 512]
  std::vector<double> lse;  // [batch, s_q, h_q]
  bool operator==(const SparseDecodeOutputs&) const = default;
};

/// Buffers of one pool on the GPU.
class SparsePoolBuffers {
 public:
  SparsePoolBuffers(const Gpu& gpu, KvLayout layout, const SparsePoolShape& shape,
                    const SparsePoolInputs& inputs);
  SparsePool pool() const;
  DeviceBuffer& cache() { return cache_; }

 private:
  DeviceBuffer cache_, indices_, topk_length_;
  SparsePool pool_;
};

/// One problem on the GPU. All members throw DriverError.
class SparseDecodeRun {
 public:
  /// Allocates and uploads. `module` has the variant's entry and mla_sparse_decode_combine.
  /// `parts`: at least 1. The inputs are not needed afterwards.
  SparseDecodeRun(const Gpu& gpu, const Module& module, const SparseDecodeInputs& inputs,
                  const SparseDecodeVariant& variant, int parts);

  /// Fills the outputs and the partial results with NaN.
  void poison();
  /// Puts the launches on the GPU's stream: the decode, and the combine if any query was cut.
  void enqueue();
  /// Waits for the launches (LaunchTimeout) and fetches the outputs.
  SparseDecodeOutputs outputs(std::chrono::milliseconds timeout) const;
  /// Changes bytes of the device's copy of the pool's cache.
  void set_cache(std::size_t at, std::span<const std::uint8_t> bytes);

  const DecodePlan& plan() const { return plan_; }

 private:
  const Gpu& gpu_;
  SparseDecodeVariant variant_;
  DecodePlan plan_;
  CUfunction decode_ = nullptr;
  CUfunction combine_ = nullptr;
  int heads_ = 0;
  int queries_ = 0;
  DeviceBuffer q_;
  SparsePoolBuffers pool_, extra_;
  DeviceBuffer sink_, segments_, part_begin_, split_begin_;
  DeviceBuffer out_, lse_, partial_out_, partial_lse_;
  SparseDecodeParams params_;
};

/// Which queries are cut where: plan_decode over blocks of candidates.
DecodePlan plan_sparse_decode(std::span<const std::int32_t> blocks, int parts);

}  // namespace bp::mla
