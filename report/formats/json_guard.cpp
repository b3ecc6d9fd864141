#include "report/formats/json_guard.h"

#include <vector>

#include "report/formats/json.h"

namespace bp {

std::string broken_limit(std::string_view text) {
  if (text.size() > max_report_bytes) {
    return "The report is larger than " + std::to_string(max_report_bytes >> 20) +
           " MiB, which no report of this tool is.";
  }
  struct Level {
    bool object;
    std::size_t items;
  };
  std::vector<Level> open;
  std::size_t values = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (open.size() == max_report_depth) {
        return "The report nests deeper than " + std::to_string(max_report_depth) +
               " levels, which no report of this tool does.";
      }
      open.push_back({c == '{', 0});
      ++values;
    } else if (c == '}' || c == ']') {
      if (!open.empty()) open.pop_back();
    } else if (c == ',') {
      ++values;
      // The parser looks a key up by walking the object: a huge object would take quadratic time.
      if (!open.empty() && ++open.back().items >= max_object_keys && open.back().object) {
        return "The report has an object of more than " + std::to_string(max_object_keys) +
               " keys, which no report of this tool has.";
      }
    }
    if (values > max_report_values) {
      return "The report holds more than " + std::to_string(max_report_values) +
             " values, which no report of this tool does.";
    }
  }
  return {};
}

}  // namespace bp
