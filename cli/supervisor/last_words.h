// What a process printed before it died, fit for a report that must not differ from run to run.
#pragma once

#include <string>
#include <string_view>

namespace bp {

/// The last three lines that are not empty, at most 400 characters, as one line: printable ASCII
/// only, addresses (0x...), process ids (==123==, pid 123) replaced by "N".
std::string stable_last_words(std::string_view output);

}  // namespace bp
