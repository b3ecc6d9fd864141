// The text of report/disputed/*.json and of report/disputed/splits/*.json, put into the program by
// cmake/EmbedText.cmake.
#pragma once

#include <span>
#include <string_view>

namespace bp {
std::span<const std::string_view> embedded_disputed_files();
std::span<const std::string_view> embedded_split_files();
}  // namespace bp
