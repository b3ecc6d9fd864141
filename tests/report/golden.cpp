#include "tests/report/golden.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/support/paths.h"

namespace bp::test {

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path << " cannot be opened";
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

bool updating() {
  const char* value = std::getenv("BP_UPDATE_GOLDEN");
  return value != nullptr && *value != '\0' && *value != '0';
}

void expect_golden(const std::string& name, const std::string& text) {
  const std::string path = test::path("BP_TEST_ROOT") + "/tests/report/golden/" + name;
  if (updating()) {
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  const std::string want = read_file(path);
  if (want == text) return;
  std::istringstream have_lines(text), want_lines(want);
  std::string have_line, want_line;
  int line = 0;
  do {
    ++line;
    if (!std::getline(have_lines, have_line)) have_line = "<end>";
    if (!std::getline(want_lines, want_line)) want_line = "<end>";
  } while (have_line == want_line && have_line != "<end>");
  ADD_FAILURE() << name << " differs from line " << line << ":\n  golden: " << want_line
                << "\n  now:    " << have_line
                << "\nIf the change is meant: BP_UPDATE_GOLDEN=1 ctest -R Golden";
}

}  // namespace bp::test
