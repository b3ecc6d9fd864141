// Every text of a report, for a change of all of them.
#pragma once

#include <functional>
#include <string>

#include "report/model/report.h"

namespace bp {

/// What happens to a string of a report.
struct TextChange {
  std::function<void(std::string&)> text;  // anything
  std::function<void(std::string&)> name;  // ids, keys and units of our own
};

/// Calls `change` with every string of the report. A new field of the model that holds text gets a
/// line here; a test that plants names into all of report.json finds what was forgotten.
void for_each_text(Report& report, const TextChange& change);

}  // namespace bp
