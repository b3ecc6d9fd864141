// Comma-separated values: RFC 4180, but that lines end as the tools of this system expect.
#pragma once

#include <span>
#include <string>

namespace bp {

/// Appends one line. A field with commas, quotes or line ends is quoted; one that a spreadsheet
/// would take for a formula gets an apostrophe before it, so that nothing of a report is executed
/// where it is opened.
void append_csv_line(std::string& out, std::span<const std::string> fields);

}  // namespace bp
