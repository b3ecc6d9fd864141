// report.html: one file without script or outside request, for reading, printing and sending.
#pragma once

#include <string>

#include "report/formats/format.h"

namespace bp {

std::string serialise_html(const Report& report, const Style& style = {});

}  // namespace bp
