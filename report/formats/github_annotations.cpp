#include "report/formats/github_annotations.h"

#include <string_view>

#include "report/formats/clean.h"

namespace bp::github {
namespace {

std::string_view command(Level level) {
  switch (level) {
    case Level::error:
      return "error";
    case Level::warning:
      return "warning";
    case Level::notice:
      break;
  }
  return "notice";
}

/// As the runner undoes it: '%' first, then line ends; ':' and ',' end a property, so there alone.
/// See escapeData and escapeProperty of github.com/actions/toolkit, packages/core/src/command.ts.
std::string command_escaped(std::string_view clean, bool property) {
  std::string out;
  for (const char c : clean) {
    if (c == '%') {
      out += "%25";
    } else if (c == '\n') {
      out += "%0A";
    } else if (c == ':' && property) {
      out += "%3A";
    } else if (c == ',' && property) {
      out += "%2C";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

std::string write(std::span<const Annotation> annotations) {
  std::string out;
  for (const Annotation& annotation : annotations) {
    out.append("::").append(command(annotation.level));
    if (!annotation.title.empty())
      out.append(" title=").append(command_escaped(one_line(annotation.title), true));
    // A carriage return is an escape of its own by now, as all control characters are.
    out.append("::").append(command_escaped(lines(annotation.message), false)).append("\n");
  }
  return out;
}

}  // namespace bp::github
