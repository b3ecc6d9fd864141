// A report as one flat table: a line for each thing that the report says of a GPU or target.
#pragma once

#include <string>

#include "report/formats/format.h"

namespace bp {

std::string serialise_csv(const Report& report, const Style& style);

}  // namespace bp
