// A report as metrics that Prometheus' node_exporter reads from a text file.
#pragma once

#include <string>

#include "report/formats/format.h"

namespace bp {

std::string serialise_prom(const Report& report, const Style& style);

}  // namespace bp
