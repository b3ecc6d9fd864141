// What a yes and a no look like on a page of text.
#pragma once

#include <string>

#include "report/formats/summary.h"
#include "report/formats/text_page.h"

namespace bp {

Ink text_ink(Tone tone);
std::string text_mark(Tone tone, bool unicode);

}  // namespace bp
