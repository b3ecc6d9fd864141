// Models in the formats for people.
#pragma once

#include "report/formats/text_page.h"
#include "report/model/report.h"

namespace bp {

void write_models(Page& page, const Report& report);

}  // namespace bp
