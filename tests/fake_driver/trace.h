// What the fake driver was asked to do, line by line, for tests that count it.
#pragma once

#include <string_view>

namespace bp::fake {
/// Appends a line to the file named by BLACKWELL_PROBE_FAKE_TRACE; does nothing where there is
/// none.
void trace(std::string_view line);
}  // namespace bp::fake
