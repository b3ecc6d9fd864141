// The text of report/backends/*.json, put into the program by cmake/EmbedText.cmake.
#pragma once

#include <span>
#include <string_view>

namespace bp {
std::span<const std::string_view> embedded_backend_files();
}  // namespace bp
