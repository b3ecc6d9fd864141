// The assemblies of all probes of this build, embedded in the program.
#pragma once

#include "probes/assembly/pack.h"

namespace bp {
/// Read once, on first use. Throws PackError if the program is damaged.
const Pack& probe_pack();
}  // namespace bp
