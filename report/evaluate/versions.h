// Versions and dates as the catalogue and the report write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace bp {

/// Whether "570.86.15" is older than "580.0": number by number, what is missing counts as 0.
/// nullopt: one of them is not written in numbers and points.
std::optional<bool> is_older(std::string_view version, std::string_view than);

/// "12" of "12.8".
std::string_view major_of(std::string_view version);

/// Days since 1970-01-01 of "2026-11-23" or "2026-11-23T12:00:00Z"; nullopt: not a date.
std::optional<std::int64_t> days_of(std::string_view date);

}  // namespace bp
