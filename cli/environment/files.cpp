#include "cli/environment/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace bp {
namespace {

namespace fs = std::filesystem;

std::string trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(blank) - first + 1));
}

std::string unquoted(std::string text) {
  const bool quoted = text.size() >= 2 && text.front() == text.back() &&
                      (text.front() == '"' || text.front() == '\'');
  return quoted ? text.substr(1, text.size() - 2) : text;
}

}  // namespace

FileText read_text(const fs::path& path, std::size_t most) {
  const auto failed = [](int error) {
    return FileText{{}, std::generic_category().message(error)};
  };
  // O_NONBLOCK: opening a pipe without a writer must not wait for ever.
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return failed(errno);
  FileText file;
  struct stat info {};
  if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) file.error = "it is not a regular file";
  std::array<char, 4096> chunk{};
  while (file.error.empty() && file.text.size() < most) {
    const ssize_t got = read(fd, chunk.data(), std::min(chunk.size(), most - file.text.size()));
    if (got == 0) break;
    if (got > 0) {
      file.text.append(chunk.data(), static_cast<std::size_t>(got));
    } else if (errno != EINTR) {
      file = failed(errno);
    }
  }
  close(fd);
  return file;
}

std::vector<std::string> names_in(const fs::path& folder, std::size_t most) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end && most > 0;
       entry.increment(error), --most) {
    names.push_back(entry->path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

bool is_folder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

fs::path resolved(const fs::path& path) {
  std::error_code error;
  fs::path followed = fs::canonical(path, error);
  return error ? path : followed;
}

std::string first_line(std::string_view text) {
  return trimmed(text.substr(0, text.find_first_of(std::string_view("\n\0", 2))));
}

std::string line_value(std::string_view text, std::string_view key, char separator) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t at = line.find(separator);
    if (at != std::string_view::npos && trimmed(line.substr(0, at)) == key)
      return unquoted(trimmed(line.substr(at + 1)));
  }
  return {};
}

Fact known_fact(std::string key, FactValue value, std::string by) {
  return {std::move(key), std::move(value), std::move(by), {}};
}

Fact unknown_fact(std::string key, std::string why, std::string by) {
  return {std::move(key), {}, std::move(by), std::move(why)};
}

Fact text_or_unknown(std::string key, std::string text, std::string why, std::string by) {
  if (text.empty()) return unknown_fact(std::move(key), std::move(why), std::move(by));
  return known_fact(std::move(key), std::move(text), std::move(by));
}

}  // namespace bp
