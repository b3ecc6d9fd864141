// A report.json as input: a file or standard input.
#pragma once

#include <string>
#include <variant>

#include "report/model/report.h"

namespace bp {

/// "-" is standard input. The sentence says what is wrong with the file: that is a usage error.
std::variant<Report, std::string> read_report(const std::string& path);

}  // namespace bp
