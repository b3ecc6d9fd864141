// Rows and columns as text, CSV or JSON.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bp {

struct Table {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;  // each as long as the header
};

/// As report/formats/csv_writer.h has it.
std::string to_csv(const Table& table);
/// Aligned columns, two spaces between them; the last column is not padded.
std::string to_text(const Table& table);

}  // namespace bp
