#include "cli/output/table.h"

#include <algorithm>

namespace bp {
namespace {

std::string csv_field(std::string_view field) {
  if (field.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(field);
  std::string quoted = "\"";
  for (const char c : field) {
    if (c == '"') quoted.push_back('"');
    quoted.push_back(c);
  }
  return quoted + "\"";
}

void csv_line(std::string& out, const std::vector<std::string>& fields) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) out.push_back(',');
    out += csv_field(fields[i]);
  }
  out.push_back('\n');
}

}  // namespace

std::string to_csv(const Table& table) {
  std::string out;
  csv_line(out, table.header);
  for (const auto& row : table.rows) csv_line(out, row);
  return out;
}

std::string to_text(const Table& table) {
  std::vector<std::size_t> widths;
  for (const std::string& name : table.header) widths.push_back(name.size());
  for (const auto& row : table.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string out;
  const auto line = [&](const std::vector<std::string>& fields) {
    for (std::size_t i = 0; i < fields.size(); ++i) {
      out += fields[i];
      if (i + 1 < fields.size()) out.append(widths[i] - fields[i].size() + 2, ' ');
    }
    out.push_back('\n');
  };
  line(table.header);
  for (const auto& row : table.rows) line(row);
  return out;
}

}  // namespace bp
