#include "report/formats/clean.h"

#include <array>
#include <cstdint>
#include <cstdio>

namespace bp {
namespace {

constexpr char32_t replacement_character = 0xFFFD;

struct CodePoints {
  char32_t first, last;
};

template <std::size_t count>
bool in(const std::array<CodePoints, count>& ranges, char32_t code) {
  for (const CodePoints& range : ranges) {
    if (code >= range.first && code <= range.last) return true;
  }
  return false;
}

// Unicode Standard Annex 9 (bidirectional controls), 14 (invisible format characters), general
// category Cf.
constexpr std::array<CodePoints, 13> hostile{{{0x00, 0x1F},
                                              {0x7F, 0x9F},
                                              {0xAD, 0xAD},
                                              {0x061C, 0x061C},
                                              {0x180E, 0x180E},
                                              {0x200B, 0x200F},
                                              {0x2028, 0x202E},
                                              {0x2060, 0x206F},
                                              {0xFDD0, 0xFDEF},
                                              {0xFEFF, 0xFEFF},
                                              {0xFFF9, 0xFFFB},
                                              {0xFFFE, 0xFFFF},
                                              {0xE0000, 0xE0FFF}}};

constexpr std::array<CodePoints, 5> zero_width{
    {{0x0300, 0x036F}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}}};

// Unicode Standard Annex 11, East Asian Width W and F, and emoji, in coarse ranges.
constexpr std::array<CodePoints, 8> wide{{{0x1100, 0x115F},
                                          {0x2E80, 0xA4CF},
                                          {0xAC00, 0xD7A3},
                                          {0xF900, 0xFAFF},
                                          {0xFE30, 0xFE6F},
                                          {0xFF00, 0xFF60},
                                          {0xFFE0, 0xFFE6},
                                          {0x1F000, 0x3FFFD}}};

void append_visible(std::string& out, char32_t code) {
  std::array<char, 16> text{};
  const auto value = static_cast<unsigned>(code);
  const int length = code < 0x80 ? std::snprintf(text.data(), text.size(), "\\x%02x", value)
                                 : std::snprintf(text.data(), text.size(), "\\u{%x}", value);
  out.append(text.data(), static_cast<std::size_t>(length));
}

}  // namespace

char32_t next_code_point(std::string_view& text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(0);
  std::size_t length = 1;
  char32_t code = first;
  char32_t smallest = 0;
  if (first >= 0xF0 && first <= 0xF4) {
    length = 4, code = first & 0x07u, smallest = 0x10000;
  } else if (first >= 0xE0 && first < 0xF0) {
    length = 3, code = first & 0x0Fu, smallest = 0x800;
  } else if (first >= 0xC2 && first < 0xE0) {
    length = 2, code = first & 0x1Fu, smallest = 0x80;
  } else if (first >= 0x80) {
    length = 0;
  }
  bool valid = length > 0 && length <= text.size();
  for (std::size_t i = 1; valid && i < length; ++i) {
    valid = (byte(i) & 0xC0u) == 0x80u;
    code = (code << 6) | (byte(i) & 0x3Fu);
  }
  valid = valid && code >= smallest && code <= 0x10FFFF && !(code >= 0xD800 && code <= 0xDFFF);
  text.remove_prefix(valid ? length : 1);
  return valid ? code : replacement_character;
}

void append_code_point(std::string& out, char32_t code) {
  const auto put = [&](char32_t value) {
    out += static_cast<char>(static_cast<unsigned char>(value));
  };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | (code >> 6)), put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | (code >> 12)), put(0x80 | ((code >> 6) & 0x3F)), put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | (code >> 18)), put(0x80 | ((code >> 12) & 0x3F));
    put(0x80 | ((code >> 6) & 0x3F)), put(0x80 | (code & 0x3F));
  }
}

bool is_hostile(char32_t code) {
  if (code >= 0x20 && code < 0x7F) return false;
  return in(hostile, code) || (code & 0xFFFE) == 0xFFFE;
}

std::size_t plain_prefix(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() && text[length] >= 0x20 && text[length] < 0x7F) ++length;
  return length;
}

int columns(char32_t code) {
  if (code < 0x300) return 1;
  if (in(zero_width, code)) return 0;
  return in(wide, code) ? 2 : 1;
}

int columns(std::string_view text) {
  int total = 0;
  while (!text.empty()) {
    const std::size_t plain = plain_prefix(text);
    total += static_cast<int>(plain);
    text.remove_prefix(plain);
    if (!text.empty()) total += columns(next_code_point(text));
  }
  return total;
}

namespace {
std::string clean(std::string_view text, bool keep_lines) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t plain = plain_prefix(text);
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;
    const char32_t code = next_code_point(text);
    if (code == '\t') {
      out += ' ';
    } else if (code == '\n') {
      out += keep_lines ? "\n" : "\\n";
    } else if (is_hostile(code)) {
      append_visible(out, code);
    } else {
      append_code_point(out, code);
    }
  }
  return out;
}
}  // namespace

std::string one_line(std::string_view text) { return clean(text, false); }
std::string lines(std::string_view text) { return clean(text, true); }

}  // namespace bp
