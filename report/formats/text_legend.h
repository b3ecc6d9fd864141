// How to read a report of text: its last section.
#pragma once

#include "report/formats/text_page.h"

namespace bp {

void write_legend(Page& page);

}  // namespace bp
