#include "report/formats/format.h"

#include <algorithm>
#include <array>

#include "report/formats/csv.h"
#include "report/formats/github.h"
#include "report/formats/html.h"
#include "report/formats/json.h"
#include "report/formats/junit.h"
#include "report/formats/markdown.h"
#include "report/formats/nfd.h"
#include "report/formats/prom.h"
#include "report/formats/text.h"

namespace bp {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::array json_suffixes{".json"sv};
constexpr std::array text_suffixes{".txt"sv, ".text"sv, ".log"sv};
constexpr std::array html_suffixes{".html"sv, ".htm"sv};

constexpr std::array markdown_suffixes{".md"sv, ".markdown"sv};
constexpr std::array csv_suffixes{".csv"sv};
constexpr std::array junit_suffixes{".xml"sv};
constexpr std::array prom_suffixes{".prom"sv};
constexpr std::array nfd_suffixes{".labels"sv};

constexpr std::array<Format, 9> table{{
    {"text", text_suffixes, serialise_text},
    {"json", json_suffixes, serialise_json},
    {"html", html_suffixes, serialise_html},
    {"markdown", markdown_suffixes, serialise_markdown},
    {"csv", csv_suffixes, serialise_csv},
    {"junit", junit_suffixes, serialise_junit},
    {"github", {}, serialise_github},
    {"prom", prom_suffixes, serialise_prom},
    {"nfd", nfd_suffixes, serialise_nfd},
}};

bool ends_with(std::string_view text, std::string_view suffix) {
  if (text.size() < suffix.size()) return false;
  const auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  return std::ranges::equal(text.substr(text.size() - suffix.size()), suffix, {}, lower);
}

}  // namespace

std::span<const Format> formats() { return table; }

const Format* find_format(std::string_view name) {
  const auto found = std::ranges::find(table, name, &Format::name);
  return found == table.end() ? nullptr : &*found;
}

const Format* format_of_file(std::string_view path) {
  for (const Format& format : table) {
    for (const std::string_view suffix : format.suffixes) {
      if (ends_with(path, suffix)) return &format;
    }
  }
  return nullptr;
}

}  // namespace bp
