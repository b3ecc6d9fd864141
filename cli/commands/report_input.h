// A report.json, or another file, as input.
#pragma once

#include <cstddef>
#include <string>
#include <variant>

#include "report/model/report.h"

namespace bp {

struct InputFile {
  std::string text;
  std::string error;  // a sentence; empty: read
};
/// "-" is standard input. At most one byte more than `most`, so that whoever parses it sees that it
/// is too long. `what` is the remedy: "name a report.json that blackwell-probe wrote".
InputFile read_input(const std::string& path, std::size_t most, const std::string& what);

/// "-" is standard input. The sentence says what is wrong with the file: that is a usage error.
/// What a report made with --identify tells of its machine is left out, unless this command has
/// `identify` too.
std::variant<Report, std::string> read_report(const std::string& path, bool identify = false);

}  // namespace bp
