#include "probes/assembly/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <system_error>
#include <thread>

extern char** environ;

namespace bp {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::microseconds longest_pause{20000};

std::string error_text(int error) { return std::generic_category().message(error); }

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
};

struct FileActions {
  posix_spawn_file_actions_t actions{};
  FileActions() { posix_spawn_file_actions_init(&actions); }
  ~FileActions() { posix_spawn_file_actions_destroy(&actions); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
};

struct SpawnAttributes {
  posix_spawnattr_t attributes{};
  SpawnAttributes() { posix_spawnattr_init(&attributes); }
  ~SpawnAttributes() { posix_spawnattr_destroy(&attributes); }
  SpawnAttributes(const SpawnAttributes&) = delete;
  SpawnAttributes& operator=(const SpawnAttributes&) = delete;
};

/// Until the child has ended, without taking its status: until then nobody else has its number.
/// False: `deadline`.
bool has_ended(pid_t child, Clock::time_point deadline) {
  for (auto pause = std::chrono::microseconds(200);; pause = std::min(2 * pause, longest_pause)) {
    siginfo_t info{};
    if (::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT) != 0)
      return true;
    if (info.si_pid != 0) return true;
    if (Clock::now() >= deadline) return false;
    std::this_thread::sleep_for(pause);
  }
}

/// Waits for the child; a signal to ourselves does not end the wait.
int status_of(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

/// Appends what the pipe holds until its end or `deadline`; false: deadline.
bool drain(int fd, Clock::time_point deadline, std::size_t most, std::string& output) {
  std::array<char, 16384> buffer;
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return false;
    pollfd waiting{fd, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(std::min<long long>(left, 60000)));
    if (ready < 0 && errno != EINTR) return true;
    if (ready <= 0) continue;
    const auto got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return true;
    output.append(buffer.data(),
                  std::min(static_cast<std::size_t>(got), most - std::min(most, output.size())));
  }
}

/// Without input, with both outputs into `output`.
pid_t start(const std::vector<std::string>& argv, int output, bool own_group) {
  FileActions files;
  posix_spawn_file_actions_addopen(&files.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files.actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files.actions, output, STDERR_FILENO);
  // A caller that blocks or ignores signals must not pass that on: Ctrl-C ends the child too.
  SpawnAttributes spawn;
  sigset_t none;
  sigset_t restored;
  sigemptyset(&none);
  sigemptyset(&restored);
  sigaddset(&restored, SIGINT);
  sigaddset(&restored, SIGTERM);
  sigaddset(&restored, SIGPIPE);
  posix_spawnattr_setsigmask(&spawn.attributes, &none);
  posix_spawnattr_setsigdefault(&spawn.attributes, &restored);
  posix_spawnattr_setflags(&spawn.attributes,
                           static_cast<short>(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                              (own_group ? POSIX_SPAWN_SETPGROUP : 0)));

  std::vector<char*> arguments;
  for (const auto& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  pid_t child = 0;
  const int error = ::posix_spawn(&child, argv.at(0).c_str(), &files.actions, &spawn.attributes,
                                  arguments.data(), environ);
  if (error != 0) throw ProcessError(argv[0] + " cannot be started: " + error_text(error));
  return child;
}

}  // namespace

/// One of the groups until it goes out of scope; after that its number may be another's.
class RunningGroup {
 public:
  RunningGroup(RunningGroups& groups, pid_t leader) : groups_(groups), leader_(leader) {
    const std::lock_guard guard(groups_.lock_);
    groups_.leaders_.push_back(leader_);
    if (groups_.ended_) ::kill(-leader_, SIGKILL);
  }
  ~RunningGroup() {
    const std::lock_guard guard(groups_.lock_);
    std::erase(groups_.leaders_, leader_);
  }
  RunningGroup(const RunningGroup&) = delete;
  RunningGroup& operator=(const RunningGroup&) = delete;

 private:
  RunningGroups& groups_;
  pid_t leader_;
};

void RunningGroups::end_all() {
  const std::lock_guard guard(lock_);
  ended_ = true;
  for (const pid_t leader : leaders_) ::kill(-leader, SIGKILL);
}

ProcessResult run_process(const std::vector<std::string>& argv, std::chrono::milliseconds timeout,
                          std::size_t most_output, RunningGroups* running) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    throw ProcessError("no pipe for " + argv.at(0) + ": " + error_text(errno));
  Descriptor read_end(ends[0]);
  Descriptor write_end(ends[1]);

  const bool own_group = running != nullptr;
  const pid_t child = start(argv, write_end.get(), own_group);
  write_end.close();

  ProcessResult result;
  {
    std::optional<RunningGroup> group;
    if (own_group) group.emplace(*running, child);
    const auto deadline = Clock::now() + timeout;
    // It may close its output and go on.
    const bool ended =
        drain(read_end.get(), deadline, most_output, result.output) && has_ended(child, deadline);
    if (!ended) {
      result.timed_out = true;
      ::kill(own_group ? -child : child, SIGKILL);
    }
  }
  const int status = status_of(child);
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  result.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  return result;
}

PrivateFolder::PrivateFolder() {
  std::error_code error;
  auto base = std::filesystem::temp_directory_path(error);
  if (error) base = "/tmp";
  std::string name = (base / "blackwell-probe-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr)
    throw ProcessError("no temporary folder in " + base.string() + " (" + error_text(errno) +
                       "): set TMPDIR to a folder that can be written");
  path_ = name;
}

PrivateFolder::~PrivateFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace bp
