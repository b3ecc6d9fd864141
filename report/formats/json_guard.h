// A look at JSON text before it is parsed: bounds that keep a hostile report from exhausting memory
// or time.
#pragma once

#include <string>
#include <string_view>

namespace bp {

/// Empty if the text keeps the limits of report/formats/json.h; else the sentence that says which
/// one it breaks. Says nothing about whether the text is valid JSON.
std::string broken_limit(std::string_view text);

}  // namespace bp
