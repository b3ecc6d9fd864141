#include "cli/output/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>

#include "report/formats/clean.h"

namespace bp {
namespace {

// Standard error may be full or closed: there is nobody left to tell.
void to_stderr(std::string_view text) {
  while (!text.empty()) {
    const ssize_t wrote = write(STDERR_FILENO, text.data(), text.size());
    if (wrote <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(wrote));
  }
}

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

}  // namespace

bool is_terminal(int fd) { return isatty(fd) == 1; }

bool wants_colour(Colour colour, int fd) {
  if (colour != Colour::automatic) return colour == Colour::always;
  if (!variable("NO_COLOR").empty() || variable("TERM") == "dumb") return false;
  return is_terminal(fd);
}

int columns_of(int fd) {
  int columns = 80;
  winsize size{};
  if (const std::string_view text = variable("COLUMNS"); !text.empty()) {
    std::from_chars(text.data(), text.data() + text.size(), columns);
  } else if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    columns = size.ws_col;
  }
  return std::clamp(columns, 40, 200);
}

bool has_unicode() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string_view value = variable(name);
    if (value.empty()) continue;
    return value.find("UTF-8") != std::string_view::npos ||
           value.find("utf8") != std::string_view::npos ||
           value.find("UTF8") != std::string_view::npos ||
           value.find("utf-8") != std::string_view::npos;
  }
  return false;
}

StatusLine::StatusLine(bool wanted)
    : active_(wanted && is_terminal(STDERR_FILENO) && variable("TERM") != "dumb") {}

void StatusLine::show(std::string_view text) {
  if (!active_) return;
  const std::string clean = one_line(text);
  const auto room = static_cast<std::size_t>(columns_of(STDERR_FILENO) - 1);
  to_stderr("\r\x1b[K" + clean.substr(0, room));
  shown_ = true;
}

void StatusLine::print(std::string_view text) {
  clear();
  to_stderr(one_line(text) + "\n");
}

void StatusLine::clear() {
  if (shown_) to_stderr("\r\x1b[K");
  shown_ = false;
}

void complain(std::string_view sentence) {
  to_stderr("blackwell-probe: " + one_line(sentence) + "\n");
}

void complain_in_lines(std::string_view text) {
  to_stderr("blackwell-probe: " + lines(text) + "\n");
}

}  // namespace bp
