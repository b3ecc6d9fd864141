#include "cli/output/sink.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace bp {
namespace {

std::string because(int error) {
  switch (error) {
    case ENOSPC:
      return "the disk is full; free some space or choose another place";
    case EDQUOT:
      return "your disk quota is used up; free some space or choose another place";
    case EFBIG:
      return "it would be larger than files may be here; raise the limit (ulimit -f)";
    case EPIPE:
      return "nobody reads the pipe any more";
    case ENOENT:
      return "its folder does not exist; create it first";
    case EACCES:
    case EPERM:
      return "permission denied; choose a place that you may write to";
    case EROFS:
      return "the file system is read-only; choose another place";
    case EISDIR:
      return "it is a folder; name a file";
    case ENOTDIR:
      return "a part of its path is not a folder";
    case ENXIO:
      return "nobody reads the pipe; start its reader first";
    default:
      return std::strerror(error);
  }
}

std::string cannot_write(const std::string& name, int error) {
  return "Cannot write " + name + ": " + because(error) + ".";
}

/// 0, or the error.
int write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = write(fd, bytes.data(), bytes.size());
    if (wrote >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(wrote));
    } else if (errno == EAGAIN) {
      pollfd ready{fd, POLLOUT, 0};  // somebody else made the descriptor non-blocking
      poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

class Stream : public Sink {
 public:
  Stream(int fd, std::string name, bool own) : fd_(fd), name_(std::move(name)), own_(own) {}
  ~Stream() override {
    if (own_) close(fd_);
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  std::optional<std::string> write(std::string_view bytes) override {
    if (const int error = write_all(fd_, bytes)) return cannot_write(name_, error);
    return std::nullopt;
  }

 private:
  int fd_;
  std::string name_;
  bool own_;
};

class File : public Sink {
 public:
  File(int fd, std::string name, std::string temporary, std::string target)
      : fd_(fd),
        name_(std::move(name)),
        temporary_(std::move(temporary)),
        target_(std::move(target)) {}
  ~File() override {
    if (fd_ >= 0) close(fd_);
    if (!temporary_.empty()) unlink(temporary_.c_str());
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  std::string unfinished() const override { return temporary_; }

  std::optional<std::string> write(std::string_view bytes) override {
    int error = write_all(fd_, bytes);
    // Without it a full disk may be noticed only after the rename (delayed allocation, NFS).
    if (error == 0 && fsync(fd_) != 0 && errno != EINVAL && errno != ENOSYS) error = errno;
    if (close(fd_) != 0 && error == 0) error = errno;
    fd_ = -1;
    if (error == 0 && rename(temporary_.c_str(), target_.c_str()) != 0) error = errno;
    // On a full disk a part of this one may be the room that another output needs.
    if (error != 0) unlink(temporary_.c_str());
    temporary_.clear();
    if (error != 0) return cannot_write(name_, error);
    return std::nullopt;
  }

 private:
  int fd_;
  std::string name_;
  std::string temporary_;  // empty once renamed or removed
  std::string target_;
};

OpenedSink failed(const std::string& path, int error) {
  return {nullptr, cannot_write(path, error)};
}

OpenedSink open_stream(const std::string& path) {
  // O_NONBLOCK: a pipe without a reader is an error here, not a wait for ever.
  const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return failed(path, errno);
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
  return {std::make_unique<Stream>(fd, path, true), {}};
}

mode_t default_mode() {
  const mode_t mask = umask(0);
  umask(mask);
  return 0666 & ~mask;
}

}  // namespace

std::unique_ptr<Sink> standard_output() {
  return std::make_unique<Stream>(STDOUT_FILENO, "standard output", false);
}

OpenedSink open_end_of(const std::string& path) {
  const int fd = open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666);
  if (fd < 0) return failed(path, errno);
  return {std::make_unique<Stream>(fd, path, true), {}};
}

OpenedSink open_sink(const std::string& path) {
  if (path == "-") return {standard_output(), {}};
  if (path.empty()) return {nullptr, "An output needs a file name, for example -o report.json."};
  struct stat info {};
  std::string target = path;
  mode_t mode = default_mode();
  if (stat(path.c_str(), &info) == 0) {
    if (S_ISDIR(info.st_mode)) return failed(path, EISDIR);
    if (!S_ISREG(info.st_mode)) return open_stream(path);
    mode = info.st_mode & 07777;
    // The file that a link points to is replaced, not the link.
    if (char* real = realpath(path.c_str(), nullptr)) {
      target = real;
      std::free(real);
    }
    if (access(target.c_str(), W_OK) != 0) return failed(path, errno);
  } else if (errno != ENOENT) {
    return failed(path, errno);
  }
  const auto slash = target.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : target.substr(0, slash + 1);
  const std::string name = slash == std::string::npos ? target : target.substr(slash + 1);
  if (name.empty()) return failed(path, EISDIR);
  // Long names keep room for what is added.
  std::string temporary = folder + "." + name.substr(0, 200) + ".XXXXXX";
  const int fd = mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0) return failed(path, errno);
  fchmod(fd, mode);
  return {std::make_unique<File>(fd, path, temporary, target), {}};
}

}  // namespace bp
