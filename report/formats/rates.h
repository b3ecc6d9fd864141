// Rates against known peaks, for the formats that people read.
#pragma once

#include <string_view>

#include "report/formats/html_builder.h"
#include "report/formats/text_page.h"
#include "report/model/report.h"

namespace bp {

/// Nothing where the GPU has no rates.
void write_rates(Page& page, const Report& report, const GpuReport& gpu);
/// "published" and the other words for a peak, in one paragraph.
std::string_view peak_words_meaning();
html::Node rates_section(const Report& report, const GpuReport& gpu);

}  // namespace bp
