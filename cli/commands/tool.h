// This program: version, commit, toolkit.
#pragma once

#include <string>

#include "report/model/report.h"

namespace bp {

/// Reads the index of the embedded pack for the toolkit's name.
ToolInfo tool_info();
/// The checkout had changes that were not committed.
bool built_from_changed_sources();
/// The time, as reports hold it: "2026-11-01T12:00:00Z".
std::string now_utc();

}  // namespace bp
