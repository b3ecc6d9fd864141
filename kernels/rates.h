// What the matrix units of this GPU give to a loop that does nothing else: the yardstick beside
// which `bench` puts a kernel.
#pragma once

#include <chrono>
#include <string_view>

#include "probes/driver/gpu.h"

namespace bp {

/// Operations per second (multiply and add as two) of all SMs together on `unit` (KernelWork::unit:
/// "mma_sync.bf16", "mma_sync.e4m3", "wgmma.bf16", "wgmma.e4m3"), with operands where the kernels
/// have theirs as well: of mma.sync in registers, of wgmma in shared memory. The median of several
/// launches of a few milliseconds each. Throws DriverError where the GPU has no such instruction.
double matrix_rate(const Gpu& gpu, std::string_view unit, std::chrono::milliseconds timeout);

}  // namespace bp
