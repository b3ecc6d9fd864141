// Reading small files of a machine that may be broken, slow or hostile: everything is bounded, and
// what cannot be read is a sentence.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "probes/registry/facts.h"

namespace bp {

struct FileText {
  std::string text;
  std::string error;  // empty: read
};
/// The first `most` bytes of a regular file. A pipe, a device or a folder is refused, not waited
/// for.
FileText read_text(const std::filesystem::path& path, std::size_t most);

/// Names in a folder, sorted; those beyond `most` are not looked at. Empty if there is no such
/// folder.
std::vector<std::string> names_in(const std::filesystem::path& folder, std::size_t most);
bool is_there(const std::filesystem::path& path);
bool is_folder(const std::filesystem::path& path);
/// The path without symbolic links; as it is where it cannot be followed.
std::filesystem::path resolved(const std::filesystem::path& path);

/// Text up to the first newline or NUL, without blanks around it.
std::string first_line(std::string_view text);
/// What follows `key` and its separator (':' or '=') at the start of a line, without quotes; empty:
/// no such line.
std::string line_value(std::string_view text, std::string_view key, char separator);

Fact known_fact(std::string key, FactValue value, std::string by);
Fact unknown_fact(std::string key, std::string why, std::string by);
/// The text, or null with `why` where it is empty.
Fact text_or_unknown(std::string key, std::string text, std::string why, std::string by);

}  // namespace bp
