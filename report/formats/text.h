// The terminal report: a summary that is read in ten seconds, then everything the report holds.
#pragma once

#include <string>

#include "report/formats/format.h"

namespace bp {

/// No line is wider than style.width columns; control characters from the report are shown escaped.
std::string serialise_text(const Report& report, const Style& style);

}  // namespace bp
