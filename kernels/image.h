// The machine code of a kernel for the GPU in hand.
#pragma once

#include <string_view>

#include "kernels/tuning.h"
#include "probes/image/image.h"

namespace bp {

/// Smallest `.version` of the kernels' PTX: `portable` of those for sm_80 and up (mma_sync, simt),
/// `float8` of those for sm_89 and up (mma_sync of e4m3), `hopper` of those for sm_90a (wgmma).
/// kernels/CMakeLists.txt names the same.
inline constexpr PtxVersion portable_ptx{7, 0};
inline constexpr PtxVersion float8_ptx{8, 4};
inline constexpr PtxVersion hopper_ptx{8, 3};
inline constexpr Target portable_target{{8, 0}, Suffix::none};
inline constexpr Target float8_target{{8, 9}, Suffix::none};
inline constexpr Target hopper_target{{9, 0}, Suffix::architecture};

/// The module of this name for sm_80 and up; under Tuning::portable always the PTX for sm_80
/// through the driver. Throws DriverError.
ModuleImage load_portable_kernel(const Gpu& gpu, std::string_view module, Tuning tuning);

/// The module of this name for sm_89 and up. Throws DriverError.
ModuleImage load_float8_kernel(const Gpu& gpu, std::string_view module);

/// The module of this name for sm_90a. Throws DriverError.
ModuleImage load_hopper_kernel(const Gpu& gpu, std::string_view module);

}  // namespace bp
