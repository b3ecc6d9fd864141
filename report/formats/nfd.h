// A report as a feature file of Kubernetes' node-feature-discovery: a few labels of the node.
#pragma once

#include <string>

#include "report/formats/format.h"

namespace bp {

std::string serialise_nfd(const Report& report, const Style& style);

}  // namespace bp
