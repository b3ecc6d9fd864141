// What changed, as text, Markdown and JSON. Pure functions.
#pragma once

#include <string>

#include "report/diff/diff.h"
#include "report/formats/format.h"

namespace bp {

/// "2 got worse, 1 got better, 12 other changes."; "Nothing changed."
std::string diff_headline(const ReportDiff& diff);
std::string diff_text(const ReportDiff& diff, const Style& style);
/// For an issue: short enough to be posted.
std::string diff_markdown(const ReportDiff& diff);
/// Described by report/schema/diff.schema.json.
std::string diff_json(const ReportDiff& diff);

}  // namespace bp
