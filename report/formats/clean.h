// Makes text from outside (device names, driver messages, worker output) safe to show: what a
// terminal or browser would act on rather than show is written out as an escape.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bp {

/// One code point of `text`, which is advanced past it. A byte that is not valid UTF-8 (RFC 3629)
/// gives U+FFFD and is skipped alone. `text` must not be empty.
char32_t next_code_point(std::string_view& text);
void append_code_point(std::string& out, char32_t code);

/// True for what is not shown as itself: C0 and C1 controls, bidirectional overrides and isolates,
/// zero-width and other invisible format characters, U+FEFF, tags, non-characters.
bool is_hostile(char32_t code);

/// Bytes at the start of `text` that are printable ASCII: each shown as itself, one column wide.
std::size_t plain_prefix(std::string_view text);

/// Columns a terminal gives to the code point: 0, 1 or 2.
int columns(char32_t code);
int columns(std::string_view text);

/// Valid UTF-8 without hostile code points: "\x1b", "\u{202e}" instead. Newline becomes "\n"
/// (written out) in `one_line`; `lines` keeps it and turns a tab into a space.
std::string one_line(std::string_view text);
std::string lines(std::string_view text);

}  // namespace bp
