// A report in the formats of report/formats, to files and standard output.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "cli/output/outputs.h"
#include "report/formats/format.h"
#include "report/model/report.h"

namespace bp {

/// The formats of reports, as outputs know them.
std::vector<FormatName> report_formats();

/// What the receiving end of an output can show.
Style style_of(const Output& output, const OutputOptions& options);

/// Beside annotations for GitHub, the summary of the step is written too, where GitHub says to.
std::variant<std::vector<Output>, std::string> open_report_outputs(const OutputOptions& options,
                                                                   Print print);

/// False if one output failed. Standard output gets text in this detail; with files beside it the
/// summary alone: the details are in them.
bool write_report(std::vector<Output>& outputs, const Report& report, const OutputOptions& options,
                  Detail standard = Detail::full);

}  // namespace bp
