#include "report/formats/csv_writer.h"

#include <cstdlib>
#include <string_view>

namespace bp {
namespace {

bool is_number(const std::string& field) {
  char* end = nullptr;
  std::strtod(field.c_str(), &end);
  return !field.empty() && end == field.c_str() + field.size();
}

/// OWASP, "CSV Injection": what cells of formulas begin with.
bool is_formula(const std::string& field) {
  constexpr std::string_view starts = "=+-@\t\r";
  return field.size() > 1 && starts.find(field.front()) != std::string_view::npos &&
         !is_number(field);
}

void append_csv_field(std::string& out, const std::string& field) {
  const bool formula = is_formula(field);
  if (field.find_first_of(",\"\r\n") == std::string::npos) {
    out.append(formula ? "'" : "").append(field);
    return;
  }
  out += formula ? "\"'" : "\"";
  for (const char c : field) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  out += '"';
}

}  // namespace

void append_csv_line(std::string& out, std::span<const std::string> fields) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) out.push_back(',');
    append_csv_field(out, fields[i]);
  }
  out.push_back('\n');
}

}  // namespace bp
