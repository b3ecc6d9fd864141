// The driver's assembler through cuLink*: what it says of a PTX text, for this GPU or for another
// target.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probes/driver/gpu.h"
#include "probes/registry/target.h"

namespace bp {

struct LinkResult {
  CUresult code = CUDA_SUCCESS;
  std::string name;        // of the code: "CUDA_ERROR_INVALID_PTX"
  std::string log;         // the assembler's error log
  bool truncated = false;  // the log filled its buffer: what it does not name says nothing
  std::vector<std::uint8_t> image{};  // machine code; only of link_image
  bool accepted() const { return code == CUDA_SUCCESS; }
};

/// Judges one text, without optimising it: for `target` (CU_JIT_TARGET), or for the GPU in hand
/// where that is empty. The context must be current. Throws DriverError only for a sticky error.
/// `log_bytes`: size of the log buffer; 0: enough for most texts of that size. The driver goes over
/// the whole buffer for each line that it writes: 1700 refused lines take 60 ms with 256 KiB and
/// 700 ms with 8 MiB (H200, driver 580).
LinkResult link(const Gpu& gpu, std::string_view ptx, std::optional<Target> target,
                std::size_t log_bytes = 0);

/// Assembles one text as cuModuleLoadData would, and hands out the machine code, so that it can be
/// read before it is loaded. Accepted without an image: the driver kept it to itself.
LinkResult link_image(const Gpu& gpu, std::string_view ptx, std::optional<Target> target);

}  // namespace bp
