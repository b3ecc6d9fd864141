// The machine code of an embedded module (of a kernel, of a survey) for the GPU in hand.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "probes/assembly/pack.h"
#include "probes/driver/gpu.h"

namespace bp {

struct ModuleImage {
  std::unique_ptr<Module> module;
  Target target;     // of the cubin, or of the PTX text
  std::string text;  // for the evidence: "cubin sm_90 of ptxas 13.0.88"
};

/// The embedded cubin closest to the GPU that runs on it; where there is none or the driver does
/// not load it (older than its format), the PTX for `portable`, the oldest target that takes it,
/// through the driver's assembler. `ptx`: smallest `.version` that the text needs. Throws
/// DriverError if the driver takes neither.
ModuleImage load_module_image(const Gpu& gpu, const Pack& pack, std::string_view module,
                              PtxVersion ptx, Target portable = {{8, 0}, Suffix::none});

/// The PTX of a module for `portable`, through the driver's assembler. Throws DriverError.
ModuleImage load_ptx_image(const Gpu& gpu, const Pack& pack, std::string_view module,
                           PtxVersion ptx, Target portable);

}  // namespace bp
