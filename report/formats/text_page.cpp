#include "report/formats/text_page.h"

#include <algorithm>

#include "report/formats/clean.h"

namespace bp {
namespace {

// ECMA-48 SGR. The sixteen basic colours follow the user's palette, so they stay readable on any
// background.
std::string_view start_of(Ink ink) {
  switch (ink) {
    case Ink::plain:
      return "";
    case Ink::strong:
      return "\x1b[1m";
    case Ink::faint:
      return "\x1b[2m";
    case Ink::good:
      return "\x1b[32m";
    case Ink::partly:
      return "\x1b[33m";
    case Ink::bad:
      return "\x1b[31m";
    case Ink::broken:
      return "\x1b[1;31m";
    case Ink::unknown:
      return "\x1b[36m";
  }
  return "";
}

/// A run of code points that is not broken unless it is longer than a line, and the spaces before
/// it.
struct Word {
  struct Part {
    std::string text;
    Ink ink;
  };
  int spaces = 0;
  bool breaks = false;  // a newline came before it
  int columns = 0;
  std::vector<Part> parts;

  void add(char32_t code, Ink ink) {
    if (parts.empty() || parts.back().ink != ink) parts.push_back({{}, ink});
    append_code_point(parts.back().text, code);
    columns += bp::columns(code);
  }
  bool empty() const { return parts.empty(); }
};

std::vector<Word> split(const std::vector<Piece>& pieces, int room) {
  std::vector<Word> words(1);
  const auto next = [&](bool breaks) {
    if (breaks || !words.back().empty()) words.emplace_back();
    words.back().breaks = words.back().breaks || breaks;
  };
  for (const Piece& piece : pieces) {
    const std::string clean = lines(piece.text);
    std::string_view rest = clean;
    while (!rest.empty()) {
      const char32_t code = next_code_point(rest);
      if (code == '\n') {
        next(true);
      } else if (code == ' ') {
        next(false);
        ++words.back().spaces;
      } else {
        if (words.back().columns + columns(code) > room) {
          // Too long for any line: goes on as a word without spaces before it.
          words.emplace_back();
        }
        words.back().add(code, piece.ink);
      }
    }
  }
  return words;
}

}  // namespace

Page::Page(const Style& style)
    : width_(std::max(style.width, 40)), colour_(style.colour), unicode_(style.unicode) {}

void Page::blank() { out_ += '\n'; }

void Page::heading(std::string_view title) {
  blank();
  line(0, 2, {{std::string(title), Ink::strong}});
  std::string rule;
  const int length = std::min(columns(one_line(title)), width_);
  for (int i = 0; i < length; ++i) rule += unicode_ ? "─" : "-";
  line(0, 0, {{rule, Ink::faint}});
}

void Page::line(int indent, int hanging, const std::vector<Piece>& pieces) {
  // On a narrow terminal deep indentation would leave no room for words.
  indent = std::min(indent, width_ / 4);
  hanging = std::min(hanging, width_ / 2);
  out_.append(static_cast<std::size_t>(indent), ' ');
  int column = indent;
  bool first = true;
  for (const Word& word : split(pieces, width_ - std::max(indent, hanging))) {
    const bool wrap = word.breaks || (!first && column + word.spaces + word.columns > width_);
    if (word.empty() && !word.breaks) continue;
    if (wrap) {
      strip();
      out_ += '\n';
      out_.append(static_cast<std::size_t>(hanging), ' ');
      column = hanging;
    }
    if (!wrap || word.breaks) {
      // Spaces at the start of a line of a message are its own indentation: kept while there is
      // room.
      const int spaces = std::min(word.spaces, std::max(0, width_ - column - word.columns));
      out_.append(static_cast<std::size_t>(spaces), ' ');
      column += spaces;
    }
    first = false;
    for (const Word::Part& part : word.parts) {
      const std::string_view start = colour_ ? start_of(part.ink) : "";
      out_.append(start).append(part.text);
      if (!start.empty()) out_ += "\x1b[0m";
    }
    column += word.columns;
  }
  strip();
  out_ += '\n';
}

// Lines end without spaces: they would show up in comparisons.
void Page::strip() {
  while (out_.ends_with(' ')) out_.pop_back();
}

std::string Page::padded(std::string_view text, int columns) {
  std::string out = one_line(text);
  const int have = bp::columns(out);
  if (have < columns) out.append(static_cast<std::size_t>(columns - have), ' ');
  return out;
}

}  // namespace bp
