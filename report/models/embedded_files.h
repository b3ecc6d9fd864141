// The text of report/models/presets/*.json, put into the program by cmake/EmbedText.cmake.
#pragma once

#include <span>
#include <string_view>

namespace bp {
std::span<const std::string_view> embedded_model_files();
}  // namespace bp
