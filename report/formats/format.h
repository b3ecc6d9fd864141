// The table of report formats. A format is one file of this folder with a pure function and one row
// of the table in format.cpp. Nothing here prints or opens files, and nothing here redacts: callers
// pass a report that has been through report/redact.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "report/model/report.h"

namespace bp {

/// How much a format for people tells.
enum class Detail : unsigned char {
  summary,  // what is read in ten seconds
  full,     // the same, then everything
};

/// What the receiving end can show. Formats for machines ignore it.
struct Style {
  int width = 80;       // columns; values under 40 count as 40
  bool colour = false;  // ANSI colours (ECMA-48 SGR)
  bool unicode =
      true;  // false: our own words and marks are ASCII (the report's texts stay as they are)
  Detail detail = Detail::full;
};

struct Format {
  std::string_view name;                       // of --format: "json"
  std::span<const std::string_view> suffixes;  // of -o FILE: ".json"; none: -o NAME:FILE
  std::string (*serialise)(const Report& report, const Style& style);
};

std::span<const Format> formats();
/// nullptr for a name that is not in the table.
const Format* find_format(std::string_view name);
/// The format that the suffix of a file name stands for; nullptr if there is none. Case is ignored.
const Format* format_of_file(std::string_view path);

}  // namespace bp
