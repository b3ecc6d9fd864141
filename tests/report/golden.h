// Golden files: what a format wrote last time, read by people in reviews. BP_UPDATE_GOLDEN=1 in the
// environment rewrites them instead of comparing.
#pragma once

#include <string>

namespace bp::test {

std::string read_file(const std::string& path);
/// Compares with tests/report/golden/<name>; reports the first line that differs.
void expect_golden(const std::string& name, const std::string& text);
bool updating();

}  // namespace bp::test
