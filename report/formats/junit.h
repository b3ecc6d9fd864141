// A report as JUnit XML: features, kernels and sweeps are test cases, verdicts
// on backends properties.
#pragma once

#include <string>

#include "report/formats/format.h"

namespace bp {

std::string serialise_junit(const Report& report, const Style& style);

}  // namespace bp
