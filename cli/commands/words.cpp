#include "cli/commands/words.h"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace bp {
namespace {

/// An ordinal, or letters, digits and dashes of a UUID.
bool may_name_a_gpu(std::string_view text) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (text.empty() || text.front() == '-') return false;
  if (std::ranges::all_of(text, digit)) return text.size() <= 3;
  return std::ranges::all_of(text, [&](char c) { return c == '-' || digit(c) || letter(c); });
}

}  // namespace

std::string wrong_gpu(const std::vector<std::string>& gpus) {
  const auto wrong = std::ranges::find_if_not(gpus, may_name_a_gpu);
  if (wrong == gpus.end()) return {};
  return wrong->empty() ? "--gpu is empty" : "--gpu " + *wrong + " is neither a number nor a UUID";
}

std::string quoted(const std::string& word) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:,=+@%";
  if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) return word;
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

void append_words(std::string& text, const char* flag, const std::vector<std::string>& values) {
  for (const std::string& value : values) {
    text.append(" ").append(flag).append(" ").append(quoted(value));
  }
}

void append_seconds(std::string& text, const char* flag, double seconds) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, seconds).ptr;
  text.append(" ").append(flag).append(" ").append(digits, end);
}

}  // namespace bp
