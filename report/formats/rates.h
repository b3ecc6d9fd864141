// Rates against known peaks, for the formats that people read.
#pragma once

#include "report/formats/html_builder.h"
#include "report/formats/text_page.h"
#include "report/model/report.h"

namespace bp {

/// Nothing where the GPU has no rates.
void write_rates(Page& page, const Report& report, const GpuReport& gpu);
html::Node rates_section(const Report& report, const GpuReport& gpu);

}  // namespace bp
