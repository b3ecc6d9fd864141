// What the terminals at the ends can show.
#pragma once

#include <string>
#include <string_view>

namespace bp {

enum class Colour { automatic, always, never };

/// Whether text for this descriptor is coloured: --color first, then NO_COLOR (no-color.org: set
/// and not empty), TERM=dumb, and whether it is a terminal.
bool wants_colour(Colour colour, int fd);
bool is_terminal(int fd);
/// Columns: COLUMNS, else the terminal's, else 80; between 40 and 200.
int columns_of(int fd);
/// Whether the locale's characters are UTF-8.
bool has_unicode();

/// One line on standard error that is overwritten again and again; nothing if that is not a
/// terminal, or if it is not `wanted`.
class StatusLine {
 public:
  explicit StatusLine(bool wanted = true);
  ~StatusLine() { clear(); }
  StatusLine(const StatusLine&) = delete;
  StatusLine& operator=(const StatusLine&) = delete;
  void show(std::string_view text);
  /// A line that stays, above it: on any standard error, wanted or not.
  void print(std::string_view text);
  void clear();

 private:
  bool active_;
  bool shown_ = false;
};

/// "blackwell-probe: SENTENCE" on standard error. Control characters are taken out.
void complain(std::string_view sentence);
/// The same with further lines below the first.
void complain_in_lines(std::string_view text);

}  // namespace bp
