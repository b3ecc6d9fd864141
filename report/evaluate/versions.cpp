#include "report/evaluate/versions.h"

#include <array>
#include <charconv>
#include <chrono>

namespace bp {
namespace {

using Numbers = std::array<std::uint32_t, 4>;

std::optional<Numbers> numbers_of(std::string_view text) {
  Numbers numbers{};
  for (std::uint32_t& number : numbers) {
    const char* end = text.data() + text.size();
    const auto [after, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{}) return std::nullopt;
    if (after == end) return numbers;
    if (*after != '.') return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(after - text.data()) + 1);
  }
  return std::nullopt;
}

/// So many digits, and nothing else.
std::optional<int> digits(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

std::optional<bool> is_older(std::string_view version, std::string_view than) {
  const auto left = numbers_of(version);
  const auto right = numbers_of(than);
  if (!left || !right) return std::nullopt;
  return *left < *right;
}

std::string_view major_of(std::string_view version) { return version.substr(0, version.find('.')); }

std::optional<std::int64_t> days_of(std::string_view date) {
  if (date.size() < 10 || date[4] != '-' || date[7] != '-') return std::nullopt;
  if (date.size() > 10 && date[10] != 'T') return std::nullopt;
  const auto year = digits(date.substr(0, 4));
  const auto month = digits(date.substr(5, 2));
  const auto day = digits(date.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day whole{std::chrono::year(*year),
                                          std::chrono::month(static_cast<unsigned>(*month)),
                                          std::chrono::day(static_cast<unsigned>(*day))};
  if (!whole.ok()) return std::nullopt;
  return std::chrono::sys_days(whole).time_since_epoch().count();
}

}  // namespace bp
