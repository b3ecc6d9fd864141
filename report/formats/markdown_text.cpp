#include "report/formats/markdown_text.h"

#include <algorithm>
#include <array>
#include <vector>

#include "report/formats/clean.h"

namespace bp::md {
namespace {

bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_ascii_punctuation(char c) { return c > ' ' && c < 0x7F && !is_word(c); }

/// An underscore there is no emphasis (section 6.4).
bool is_within_word(std::string_view clean, std::size_t i) {
  return i > 0 && i + 1 < clean.size() && is_word(clean[i - 1]) && is_word(clean[i + 1]);
}

/// One line of at most so many characters.
std::string clipped(std::string_view text, std::size_t most) {
  // No more is read than can be shown: a text may be long.
  std::string line = one_line(text.substr(0, most * 4 + 4));
  std::string_view rest = line;
  for (std::size_t i = 0; i < most && !rest.empty(); ++i) next_code_point(rest);
  if (rest.empty()) return line;
  line.resize(line.size() - rest.size());
  return line + "…";
}

std::string entity(char c) { return "&#" + std::to_string(static_cast<int>(c)) + ";"; }

/// Entities are never structure (section 6.2 of the specification), a backslash before a pipe of a
/// table is not always what it is elsewhere.
std::string entities(std::string_view clean) {
  constexpr std::string_view harmless = ".,-";
  std::string out;
  for (std::size_t i = 0; i < clean.size(); ++i) {
    const char c = clean[i];
    const bool escape = is_ascii_punctuation(c) && harmless.find(c) == std::string_view::npos &&
                        !(c == '_' && is_within_word(clean, i));
    out += escape ? entity(c) : std::string(1, c);
  }
  return out;
}

/// What GitHub turns into links and formulas after all escapes have been undone; not in code.
bool is_turned_into_links(std::string_view clean) {
  constexpr std::array<std::string_view, 6> triggers{"@", "#", "://", "www.", "GH-", "$"};
  return std::ranges::any_of(triggers, [&](std::string_view trigger) {
    return clean.find(trigger) != std::string_view::npos;
  });
}

std::string code_of(std::string_view clean) {
  if (clean.empty()) return {};
  const bool plain = clean.find_first_of("`|\\") == std::string_view::npos &&
                     clean.front() != ' ' && clean.back() != ' ';
  if (plain) return "`" + std::string(clean) + "`";
  return "<code>" + entities(clean) + "</code>";
}

}  // namespace

std::string text(std::string_view text, std::size_t most) {
  const std::string clean = clipped(text, most);
  if (is_turned_into_links(clean)) return code_of(clean);
  constexpr std::string_view special = "\\`*[]<>&|~";
  std::string out;
  for (std::size_t i = 0; i < clean.size(); ++i) {
    const char c = clean[i];
    const bool escape =
        special.find(c) != std::string_view::npos || (c == '_' && !is_within_word(clean, i));
    out += escape ? entity(c) : std::string(1, c);
  }
  return out;
}

std::string code(std::string_view text, std::size_t most) { return code_of(clipped(text, most)); }

std::string html_code(std::string_view text, std::size_t most) {
  return "<code>" + entities(clipped(text, most)) + "</code>";
}

std::string row(std::span<const std::string> cells) {
  std::string out = "|";
  for (const std::string& cell : cells) out.append(" ").append(cell).append(" |");
  return out + "\n";
}
std::string row(std::initializer_list<std::string_view> cells) {
  return row(std::vector<std::string>(cells.begin(), cells.end()));
}

std::string table_head(std::span<const std::string> titles) {
  std::string out = row(titles) + "|";
  for (std::size_t i = 0; i < titles.size(); ++i) out += "---|";
  return out + "\n";
}
std::string table_head(std::initializer_list<std::string_view> titles) {
  return table_head(std::vector<std::string>(titles.begin(), titles.end()));
}

}  // namespace bp::md
