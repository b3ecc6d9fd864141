#include "report/formats/target_name.h"

namespace bp {
namespace {

bool in_name(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

}  // namespace

std::string with_name(const std::string& text, std::string_view from, std::string_view to) {
  if (from.empty()) return text;
  std::string out;
  std::size_t start = 0;
  for (std::size_t at = 0; (at = text.find(from, start)) != std::string::npos;) {
    const std::size_t end = at + from.size();
    const bool whole =
        (at == 0 || !in_name(text[at - 1])) && (end == text.size() || !in_name(text[end]));
    out.append(text, start, at - start).append(whole ? to : from);
    start = end;
  }
  return out.append(text, start);
}

}  // namespace bp
