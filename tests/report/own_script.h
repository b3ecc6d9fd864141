// report.html holds one script, the program's own. Tests that look for foreign ones take it out
// first.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "report/formats/html_script.h"

namespace bp::test {

inline std::string without_own_script(std::string page) {
  const std::string own = "<script>" + std::string(page_script.text) + "</script>";
  const std::size_t at = page.find(own);
  EXPECT_NE(at, std::string::npos) << "the page has no script of its own";
  if (at != std::string::npos) page.erase(at, own.size());
  return page;
}

}  // namespace bp::test
