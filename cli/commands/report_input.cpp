#include "cli/commands/report_input.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "cli/environment/identity.h"
#include "report/formats/json.h"
#include "report/redact/redact.h"

namespace bp {

InputFile read_input(const std::string& path, std::size_t most, const std::string& what) {
  const bool standard = path == "-";
  const std::string name = standard ? "standard input" : path;
  const auto failed = [&](int error) {
    return InputFile{{}, "Cannot read " + name + ": " + std::strerror(error) + "; " + what + "."};
  };
  // O_NONBLOCK: opening a pipe without a writer must not wait for ever.
  const int fd =
      standard ? STDIN_FILENO : open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return failed(errno);
  struct stat info {};
  if (!standard && fstat(fd, &info) == 0) {
    if (S_ISDIR(info.st_mode)) {
      close(fd);
      return failed(EISDIR);
    }
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
  }
  InputFile input;
  std::array<char, 65536> chunk{};
  while (input.text.size() <= most) {
    const ssize_t got = read(fd, chunk.data(), chunk.size());
    if (got == 0) break;
    if (got > 0) {
      input.text.append(chunk.data(), static_cast<std::size_t>(got));
    } else if (errno != EINTR) {
      input = failed(errno);
      break;
    }
  }
  if (!standard) close(fd);
  return input;
}

std::variant<Report, std::string> read_report(const std::string& path, bool identify) {
  const InputFile input =
      read_input(path, max_report_bytes, "name a report.json that blackwell-probe wrote");
  if (!input.error.empty()) return input.error;
  try {
    Report report = parse_report(input.text);
    return identify || report.redacted ? report : redact(std::move(report), identity());
  } catch (const ReportError& error) {
    return (path == "-" ? "standard input" : path) + ": " + error.what();
  }
}

}  // namespace bp
