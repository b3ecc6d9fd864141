// Writes a text into every place of a report that can hold text from outside, ids included or not.
#pragma once

#include <string>

#include "report/model/report.h"

namespace bp::test {

/// Appends " <text>" to every text of the report that a machine, driver or file can influence.
void plant(Report& report, const std::string& text);

}  // namespace bp::test
