// Benchmarks of dense MLA decode.
#pragma once

#include "probes/driver/gpu.h"
#include "probes/image/image.h"

namespace bp::bench {

/// Registers them with Google Benchmark. Both must live until the benchmarks have run.
void register_decode(const Gpu& gpu, const ModuleImage& image, double copy_bandwidth);

}  // namespace bp::bench
