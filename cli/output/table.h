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

/// RFC 4180: fields with commas, quotes or line ends are quoted, quotes doubled. Lines end with \n.
std::string to_csv(const Table& table);
/// Aligned columns, two spaces between them; the last column is not padded.
std::string to_text(const Table& table);

}  // namespace bp
