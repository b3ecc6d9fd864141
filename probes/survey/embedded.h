// The assemblies of all surveys' device code, embedded in the program.
#pragma once

#include "probes/assembly/pack.h"

namespace bp {
/// Read once, on first use. Throws PackError if the program is damaged.
const Pack& survey_pack();
}  // namespace bp
