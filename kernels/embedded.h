// The assemblies of all kernels of this build, embedded in the program.
#pragma once

#include "probes/assembly/pack.h"

namespace bp {
/// Read once, on first use. Throws PackError if the program is damaged.
const Pack& kernel_pack();
}  // namespace bp
