// The table of probes/assembly/toolkits.json, as it was when the program was built.
#pragma once

#include <span>
#include <string_view>

#include "probes/assembly/toolkits.h"

namespace bp {

std::span<const std::string_view> embedded_toolkit_files();
/// Read once, on first use. Throws ToolkitTableError if the program is damaged.
const ToolkitTable& toolkit_table();

}  // namespace bp
