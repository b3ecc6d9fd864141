#include "probes/survey/meminfo.h"

#include <charconv>
#include <string>

namespace bp {

// "MemAvailable:   113246208 kB", one a line; kB are 1024 bytes (proc_meminfo(5)).
std::optional<std::uint64_t> meminfo(const Driver& driver, std::string_view key) {
  const auto text = driver.file("/proc/meminfo");
  if (!text) return std::nullopt;
  const std::string start = std::string(key) + ":";
  std::size_t at = 0;
  while (at < text->size() && !std::string_view(*text).substr(at).starts_with(start)) {
    const auto newline = text->find('\n', at);
    at = newline == std::string::npos ? text->size() : newline + 1;
  }
  at = text->find_first_not_of(" \t", at + start.size());
  if (at == std::string::npos) return std::nullopt;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text->data() + at, text->data() + text->size(), number);
  if (error != std::errc{} || number > (std::uint64_t{1} << 50)) return std::nullopt;
  return number * 1024;
}

}  // namespace bp
