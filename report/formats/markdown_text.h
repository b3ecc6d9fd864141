// Texts as they may stand in GitHub's Markdown: GitHub Flavored Markdown Spec 0.29, and what GitHub
// makes of the result: mentions, references to issues, links, formulas.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace bp::md {

/// Nothing of the text becomes markup, HTML, a mention or a link, in a cell of a table or outside.
/// More than `most` characters are cut off, and an ellipsis says so.
std::string text(std::string_view text, std::size_t most = 400);
/// The same in a code span; nothing for an empty text.
std::string code(std::string_view text, std::size_t most = 120);
/// The same where HTML stands, as in a summary element.
std::string html_code(std::string_view text, std::size_t most = 120);

/// One line of a table. The cells are Markdown already.
std::string row(std::span<const std::string> cells);
std::string row(std::initializer_list<std::string_view> cells);
/// The head of a table and the line below it. Titles are the program's own.
std::string table_head(std::span<const std::string> titles);
std::string table_head(std::initializer_list<std::string_view> titles);

}  // namespace bp::md
