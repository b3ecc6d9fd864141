#include "cli/supervisor/last_words.h"

#include <algorithm>
#include <cctype>
#include <vector>

namespace bp {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; }

/// Replaces what follows `prefix`, as long as `belongs` holds, by "N".
template <typename Belongs>
std::string replace_after(std::string_view text, std::string_view prefix, Belongs belongs) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    if (text.substr(i).starts_with(prefix)) {
      std::size_t end = i + prefix.size();
      while (end < text.size() && belongs(text[end])) ++end;
      if (end > i + prefix.size()) {
        out.append(prefix).push_back('N');
        i = end;
        continue;
      }
    }
    out.push_back(text[i++]);
  }
  return out;
}

}  // namespace

std::string stable_last_words(std::string_view output) {
  std::vector<std::string> lines(1);
  for (const char c : output) {
    if (c == '\n') {
      if (!lines.back().empty()) lines.emplace_back();
    } else if (c >= ' ' && c <= '~') {
      lines.back().push_back(c);
    }
  }
  if (lines.back().empty()) lines.pop_back();
  const std::size_t first = lines.size() > 3 ? lines.size() - 3 : 0;
  std::string words;
  for (std::size_t i = first; i < lines.size(); ++i) {
    if (!words.empty()) words += " / ";
    words += lines[i];
  }
  words = replace_after(words, "0x", is_hex);
  words = replace_after(words, "==", is_digit);
  words = replace_after(words, "pid ", is_digit);
  words = replace_after(words, "pid=", is_digit);
  constexpr std::size_t limit = 400;
  if (words.size() > limit) words = words.substr(0, limit) + "...";
  return words;
}

}  // namespace bp
