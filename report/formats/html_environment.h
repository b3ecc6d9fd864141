// The part of report.html on the environment of the run and the state of its GPUs.
#pragma once

#include "report/formats/html_builder.h"
#include "report/model/report.h"

namespace bp {

/// A table of the GPUs' states, then the facts of the environment, each group behind its title.
html::Node environment_parts(const Report& report);

}  // namespace bp
