// What the gate can print.
#pragma once

#include <string>
#include <vector>

#include "cli/output/outputs.h"

namespace bp {

std::vector<FormatName> gate_formats();
/// What --emit takes.
std::vector<std::string> emit_kinds();

}  // namespace bp
