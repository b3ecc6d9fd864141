#include "cli/supervisor/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "cli/supervisor/last_words.h"
#include "cli/supervisor/protocol.h"

namespace bp {
namespace {

constexpr std::size_t tail_limit = 16384;

struct Pipe {
  int read = -1;
  int write = -1;
  Pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) {
      throw std::system_error(errno, std::generic_category(), "cannot make a pipe for a worker");
    }
    read = ends[0];
    write = ends[1];
  }
  Pipe(const Pipe&) = delete;
  ~Pipe() {
    if (read >= 0) close(read);
    if (write >= 0) close(write);
  }
};

void close_and_forget(int& fd) {
  if (fd >= 0) close(fd);
  fd = -1;
}

int release(int& fd) {
  const int taken = fd;
  fd = -1;
  fcntl(taken, F_SETFL, fcntl(taken, F_GETFL) | O_NONBLOCK);
  return taken;
}

void close_from(int first) {
#ifdef SYS_close_range
  if (syscall(SYS_close_range, static_cast<unsigned>(first), ~0U, 0U) == 0) return;
#endif
  const long limit = sysconf(_SC_OPEN_MAX);
  for (int fd = first; fd < (limit > 0 && limit < 65536 ? limit : 65536); ++fd) close(fd);
}

/// Between fork and exec: only async-signal-safe calls.
[[noreturn]] void become_worker(const char* path, char* const* arguments, pid_t parent, int in,
                                int out, int chatter) {
  // A group of its own: Ctrl-C and timeout(1) reach the front process alone, which then ends the
  // workers.
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(0);  // it died before the line above
  // Out of the way first: a pipe end may have one of the numbers that are given away below.
  const int high_in = fcntl(in, F_DUPFD, 10);
  const int high_out = fcntl(out, F_DUPFD, 10);
  const int high_chatter = fcntl(chatter, F_DUPFD, 10);
  if (dup2(high_in, 0) < 0 || dup2(high_chatter, 1) < 0 || dup2(high_chatter, 2) < 0 ||
      dup2(high_out, result_fd) < 0) {
    _exit(127);
  }
  close_from(result_fd + 1);
  for (const int number : {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGALRM}) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execv(path, arguments);
  // A root without /proc: the path that this process was started by still names the program.
  if (errno == ENOENT && std::strcmp(path, own_program) == 0) {
    execv(reinterpret_cast<const char*>(getauxval(AT_EXECFN)), arguments);
  }
  constexpr std::string_view words =
      "the program cannot start itself as a worker: mount /proc, or start it by its full path\n";
  [[maybe_unused]] const ssize_t said = write(STDERR_FILENO, words.data(), words.size());
  _exit(127);
}

}  // namespace

std::string to_string(const ProcessEnd& end) {
  if (end.signal == 0) return "exited with status " + std::to_string(end.status);
  // sigabbrev_np would know them all, but is younger than the oldest glibc that this runs on.
  constexpr std::array<std::pair<int, const char*>, 11> names{{{SIGABRT, "SIGABRT"},
                                                               {SIGBUS, "SIGBUS"},
                                                               {SIGFPE, "SIGFPE"},
                                                               {SIGILL, "SIGILL"},
                                                               {SIGKILL, "SIGKILL"},
                                                               {SIGSEGV, "SIGSEGV"},
                                                               {SIGSYS, "SIGSYS"},
                                                               {SIGTERM, "SIGTERM"},
                                                               {SIGTRAP, "SIGTRAP"},
                                                               {SIGXCPU, "SIGXCPU"},
                                                               {SIGXFSZ, "SIGXFSZ"}}};
  for (const auto& [signal, name] : names) {
    if (signal == end.signal) return std::string("was killed by ") + name;
  }
  return "was killed by signal " + std::to_string(end.signal);
}

WorkerProcess::WorkerProcess(const WorkerProgram& program) {
  Pipe in;
  Pipe out;
  Pipe chatter;
  std::vector<std::string> words{program.path};
  words.insert(words.end(), program.arguments.begin(), program.arguments.end());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "cannot start a worker");
  if (pid_ == 0) {
    become_worker(program.path.c_str(), arguments.data(), parent, in.read, out.write,
                  chatter.write);
  }
  input_ = release(in.write);
  results_ = release(out.read);
  chatter_ = release(chatter.read);
}

WorkerProcess::~WorkerProcess() {
  if (!detached_ && !ended()) {
    kill();
    ended();
  }
  close_and_forget(input_);
  close_and_forget(results_);
  close_and_forget(chatter_);
}

void WorkerProcess::send(std::string_view line) {
  outbox_.append(line).push_back('\n');
  flush_outbox();
}

void WorkerProcess::close_input() {
  closing_ = true;
  flush_outbox();
}

void WorkerProcess::flush_outbox() {
  while (!outbox_.empty() && input_ >= 0) {
    const ssize_t sent = write(input_, outbox_.data(), outbox_.size());
    if (sent > 0) {
      outbox_.erase(0, static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      return;
    } else if (errno != EINTR) {
      outbox_.clear();  // it is gone; its end will be seen on the answer pipe
      close_and_forget(input_);
    }
  }
  if (closing_) close_and_forget(input_);
}

void WorkerProcess::kill() {
  // Until it is reaped the id cannot belong to another process. The group: it may have children.
  if (end_) return;
  ::kill(-pid_, SIGKILL);
  ::kill(pid_, SIGKILL);
}

void WorkerProcess::watch(std::vector<pollfd>& fds) const {
  if (results_ >= 0) fds.push_back({results_, POLLIN, 0});
  if (chatter_ >= 0) fds.push_back({chatter_, POLLIN, 0});
  if (input_ >= 0 && !outbox_.empty()) fds.push_back({input_, POLLOUT, 0});
}

void WorkerProcess::pump() {
  flush_outbox();
  std::array<char, 65536> chunk{};
  while (chatter_ >= 0) {
    const ssize_t got = read(chatter_, chunk.data(), chunk.size());
    if (got > 0) {
      tail_.append(chunk.data(), static_cast<std::size_t>(got));
      if (tail_.size() > tail_limit) tail_.erase(0, tail_.size() - tail_limit);
      if (static_cast<std::size_t>(got) < chunk.size())
        break;  // one that prints for ever waits its turn
    } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
      close_and_forget(chatter_);
    } else if (errno == EAGAIN) {
      break;
    }
  }
  if (consumed_ > 0) {
    buffer_.erase(0, consumed_);
    scanned_ -= consumed_;
    consumed_ = 0;
  }
  while (results_ >= 0 && buffer_.size() <= longest_line + 1) {
    const ssize_t got = read(results_, chunk.data(), chunk.size());
    if (got > 0) {
      buffer_.append(chunk.data(), static_cast<std::size_t>(got));
    } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
      close_and_forget(results_);
    } else if (errno == EAGAIN) {
      break;
    }
  }
}

std::optional<std::string> WorkerProcess::next_line() {
  const auto newline = buffer_.find('\n', scanned_);
  if (newline == std::string::npos) {
    scanned_ = buffer_.size();
    return std::nullopt;
  }
  std::string line = buffer_.substr(consumed_, newline - consumed_);
  consumed_ = scanned_ = newline + 1;
  return line;
}

bool WorkerProcess::overlong() const { return buffer_.size() - consumed_ > longest_line; }

std::optional<ProcessEnd> WorkerProcess::ended() {
  if (end_) return end_;
  int status = 0;
  const pid_t got = waitpid(pid_, &status, WNOHANG);
  if (got == pid_) {
    end_ =
        WIFSIGNALED(status) ? ProcessEnd{WTERMSIG(status), 0} : ProcessEnd{0, WEXITSTATUS(status)};
  } else if (got < 0 && errno == ECHILD) {
    end_ = ProcessEnd{};  // somebody made children be reaped by themselves (SIGCHLD ignored)
  }
  return end_;
}

std::string WorkerProcess::last_words() const { return stable_last_words(tail_); }

}  // namespace bp
