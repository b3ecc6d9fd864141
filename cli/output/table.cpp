#include "cli/output/table.h"

#include <algorithm>

#include "report/formats/csv_writer.h"

namespace bp {

std::string to_csv(const Table& table) {
  std::string out;
  append_csv_line(out, table.header);
  for (const auto& row : table.rows) append_csv_line(out, row);
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
