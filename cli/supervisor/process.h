// One worker process: its pipes, its end, its last words.
#pragma once

#include <poll.h>
#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bp {

/// This executable itself, also when its file was moved meanwhile.
inline constexpr auto own_program = "/proc/self/exe";

/// What is executed as a worker.
struct WorkerProgram {
  std::string path = own_program;
  std::vector<std::string> arguments{"__worker"};
};

/// How a process ended.
struct ProcessEnd {
  int signal = 0;  // it was killed by this signal; 0: it exited
  int status = 0;  // exit status
};
/// "was killed by SIGSEGV", "exited with status 3".
std::string to_string(const ProcessEnd& end);

class WorkerProcess {
 public:
  /// Starts the program: standard input, `result_fd` and the captured output are pipes, no other
  /// descriptor is inherited, and the worker dies with this thread. Throws std::system_error.
  explicit WorkerProcess(const WorkerProgram& program);
  /// Kills what still runs. Does not wait: a process in the driver may take long to go.
  ~WorkerProcess();
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  /// Queues one line; never blocks.
  void send(std::string_view line);
  /// End of input: a worker in order leaves by itself. `detach`: it is not killed by the
  /// destructor.
  void close_input();
  void detach() { detached_ = true; }
  void kill();

  /// Adds what a poll has to watch.
  void watch(std::vector<pollfd>& fds) const;
  /// Moves bytes both ways as far as they go without blocking.
  void pump();
  /// The next whole answer line, if one has come.
  std::optional<std::string> next_line();
  /// The answer pipe is closed; lines may still wait in next_line().
  bool results_closed() const { return results_ < 0; }
  /// More came without a newline than a line may have, or the pipe ended inside a line.
  bool overlong() const;
  bool has_torn_line() const { return results_closed() && consumed_ < buffer_.size(); }

  /// How it ended, once it has; never blocks.
  std::optional<ProcessEnd> ended();
  /// Last lines that it printed, made independent of addresses and process ids; may be empty.
  std::string last_words() const;

 private:
  void flush_outbox();

  pid_t pid_ = -1;
  int input_ = -1;    // our end of its standard input
  int results_ = -1;  // our end of its answer pipe
  int chatter_ = -1;  // our end of its standard output and error
  bool closing_ = false;
  bool detached_ = false;
  std::string outbox_;
  std::string buffer_;  // answers; [0, consumed_) has been handed out
  std::size_t consumed_ = 0;
  std::size_t scanned_ = 0;  // no newline in [consumed_, scanned_)
  std::string tail_;         // of the chatter
  std::optional<ProcessEnd> end_;
};

}  // namespace bp
