#include <algorithm>
#include <array>

#include "report/redact/patterns.h"

namespace bp {
namespace {

constexpr std::string_view secret_mark = "[secret]";

/// Beginnings that their makers document, so that leaked ones are found by them.
constexpr auto token_beginnings = std::to_array<std::string_view>(
    {"hf_", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "sk-", "xoxb-",
     "xoxp-", "AKIA", "ASIA", "nvapi-", "pypi-", "npm_", "eyJ"});
/// Ends of the names of values that nobody else may know, in capitals.
constexpr auto secret_names = std::to_array<std::string_view>(
    {"TOKEN", "SECRET", "PASSWORD", "PASSWD", "API_KEY", "APIKEY", "ACCESS_KEY", "ACCESS_KEY_ID",
     "SECRET_KEY", "PRIVATE_KEY", "CREDENTIAL", "CREDENTIALS"});

bool is_token_character(char c) { return is_word(c) || c == '-' || c == '.'; }

std::size_t token_length(std::string_view rest) {
  constexpr std::size_t shortest = 20;  // with its beginning: "sk-learn" is none
  const bool known = std::ranges::any_of(
      token_beginnings, [&](std::string_view start) { return rest.starts_with(start); });
  if (!known) return 0;
  const auto end = std::ranges::find_if_not(rest, is_token_character);
  const auto length = static_cast<std::size_t>(end - rest.begin());
  return length >= shortest ? length : 0;
}

/// The name that an assignment gives a value to: `before` ends with its "=".
bool assigns_secret(std::string_view before) {
  if (!before.ends_with('=')) return false;
  before.remove_suffix(1);
  std::string name;
  while (!before.empty() && name.size() < 64 && (is_word(before.back()) || before.back() == '-')) {
    const char c = before.back();
    name += c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    before.remove_suffix(1);
  }
  std::ranges::reverse(name);
  return std::ranges::any_of(secret_names,
                             [&](std::string_view end) { return name.ends_with(end); });
}

/// Up to the next separator; a number such as "bytes_per_token=576" is a figure.
std::size_t value_length(std::string_view rest) {
  const std::size_t end = std::min(rest.find_first_of(" \t\n,;&\"'"), rest.size());
  const bool figure =
      rest.substr(0, end).find_first_not_of("0123456789.") == std::string_view::npos;
  return figure ? 0 : end;
}

/// "user:password" of "https://user:password@host/".
std::size_t credentials_length(std::string_view rest) {
  const std::size_t end = rest.find_first_of("@/ \t\n\"'");
  const bool found = end != std::string_view::npos && rest[end] == '@' &&
                     rest.substr(0, end).find(':') != std::string_view::npos;
  return found ? end : 0;
}

}  // namespace

Match match_secret(std::string_view before, std::string_view rest) {
  const bool starts = before.empty() || !is_word(before.back());
  if (!starts) return {};
  if (const std::size_t length = token_length(rest); length > 0) return {length, secret_mark};
  if (before.ends_with("://")) {
    if (const std::size_t length = credentials_length(rest); length > 0)
      return {length, secret_mark};
  }
  if (assigns_secret(before)) {
    if (const std::size_t length = value_length(rest); length > 0) return {length, secret_mark};
  }
  return {};
}

}  // namespace bp
