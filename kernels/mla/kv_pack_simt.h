// Quantise and pack on CUDA cores: host side.
#pragma once

#include <vector>

#include "kernels/kernel.h"
#include "kernels/mla/kv_pack_params.h"
#include "kernels/reference/kv_pack.h"
#include "probes/driver/gpu.h"
#include "probes/image/image.h"

namespace bp::mla {

/// The row of the table in kernels/kernels.cpp.
Kernel kv_pack_simt_kernel();

/// Kernel::make_problem of that row.
std::unique_ptr<KernelProblem> kv_pack_simt_problem(std::size_t index, std::uint64_t seed,
                                                    const KernelProblem* like);

ModuleImage load_kv_pack_simt(const Gpu& gpu, Tuning tuning = Tuning::free);

struct KvPackShape {
  KvLayout layout = KvLayout::v32;
  ScaleRule rule = ScaleRule::power_of_two;
  int tokens = 0;
  int page_tokens = 64;
  bool skipped = false;  // whether some slots are of no page
};

struct KvPackInputs {
  KvPackShape shape;
  int pages = 0;
  std::vector<std::uint16_t> values;  // bf16 [tokens, 576 | 512]
  std::vector<std::int32_t> slots;

  std::size_t width() const { return static_cast<std::size_t>(key_width_of(shape.layout)); }
  std::size_t cache_bytes() const {
    return static_cast<std::size_t>(pages) *
           static_cast<std::size_t>(page_bytes_of(shape.layout, shape.page_tokens));
  }
  bool is_skipped(std::int32_t slot) const { return slot < 0 || slot >= pages * shape.page_tokens; }
};

/// Values of all magnitudes, zeros and groups of zeros among them; slots in no order, one page more
/// than needed.
KvPackInputs make_kv_pack_inputs(const KvPackShape& shape, std::uint64_t seed);

/// What every byte of the cache starts as; padding and slots not named keep it.
inline constexpr std::uint8_t untouched_byte = 0xa5;

/// The whole cache as it has to be.
Bytes kv_pack_reference(const KvPackInputs& inputs);

/// One problem on the GPU. All members throw DriverError.
class KvPackRun {
 public:
  KvPackRun(const Gpu& gpu, const Module& module, const KvPackInputs& inputs);
  /// Fills the cache with untouched_byte.
  void poison();
  void enqueue();
  /// Waits for the launches (LaunchTimeout) and fetches the cache.
  Bytes cache(std::chrono::milliseconds timeout) const;
  /// Changes one value of the device's copy.
  void set_value(std::size_t index, std::uint16_t value);

 private:
  const Gpu& gpu_;
  CUfunction function_ = nullptr;
  DeviceBuffer values_, slots_, cache_;
  KvPackParams params_;
};

}  // namespace bp::mla
