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

void remove_end(std::string_view& text, std::string_view any_of) {
  const std::size_t last = text.find_last_not_of(any_of);
  text = text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

/// Whether `before` ends where the value of something secret starts: API_KEY=, "password": ",
/// --api-key and a space.
bool assigns_secret(std::string_view before) {
  constexpr std::size_t farthest = 96;
  before.remove_prefix(before.size() - std::min(before.size(), farthest));
  remove_end(before, "\\\"'");
  const std::size_t spaced = before.size();
  remove_end(before, " \t");
  const bool by_space = before.size() < spaced;
  const bool by_sign = before.ends_with('=') || before.ends_with(':');
  if (by_sign) before.remove_suffix(1);
  remove_end(before, " \t\\\"'");
  std::string name;
  while (!before.empty() && (is_word(before.back()) || before.back() == '-')) {
    const char c = before.back();
    name += c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    before.remove_suffix(1);
  }
  std::ranges::reverse(name);
  const bool flag = name.starts_with("__");  // --api-key
  if (!by_sign && !(by_space && flag)) return false;
  if (name.ends_with("PER_TOKEN")) return false;  // a figure: "bytes_per_token=576"
  return std::ranges::any_of(secret_names,
                             [&](std::string_view end) { return name.ends_with(end); });
}

/// Up to the quote that closes it, else to the next separator.
std::size_t value_length(std::string_view before, std::string_view rest) {
  const bool quoted = before.ends_with('"') || before.ends_with('\'');
  std::size_t end = quoted ? rest.find(before.back()) : std::string_view::npos;
  if (end == std::string_view::npos) end = rest.find_first_of(" \t\n,;&\"'");
  std::string_view value = rest.substr(0, end);
  remove_end(value, "\\");  // of an escaped quote
  return value.size();
}

/// "user:password" or a token, of "https://user:password@host/". The user "git" is everybody.
std::size_t credentials_length(std::string_view rest) {
  const std::size_t end = rest.find_first_of("@/ \t\n\"'");
  const bool found =
      end != std::string_view::npos && rest[end] == '@' && rest.substr(0, end) != "git";
  return found ? end : 0;
}

/// RFC 6750 and 7617: what an HTTP header authorizes with. A word of a sentence about bearers holds
/// no digit.
std::size_t authorization_length(std::string_view before, std::string_view rest) {
  if (!ends_with_ignoring_case(before, "bearer ") &&
      !ends_with_ignoring_case(before, "authorization: basic "))
    return 0;
  const std::size_t end = value_length(before, rest);
  return rest.substr(0, end).find_first_of("0123456789=") < end ? end : 0;
}

}  // namespace

Match match_secret(std::string_view before, std::string_view rest) {
  if (!before.empty() && is_word(before.back()) && before.back() != '_') return {};
  if (const std::size_t length = token_length(rest); length > 0) return {length, secret_mark};
  if (before.ends_with("://")) {
    if (const std::size_t length = credentials_length(rest); length > 0)
      return {length, secret_mark};
  }
  if (const std::size_t length = authorization_length(before, rest); length > 0)
    return {length, secret_mark};
  if (assigns_secret(before)) {
    if (const std::size_t length = value_length(before, rest); length > 0)
      return {length, secret_mark};
  }
  return {};
}

}  // namespace bp
