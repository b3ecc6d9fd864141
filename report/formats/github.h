// A report as annotations of GitHub Actions: what is broken, and what each GPU can run.
#pragma once

#include <string>

#include "report/formats/format.h"

namespace bp {

std::string serialise_github(const Report& report, const Style& style);

}  // namespace bp
