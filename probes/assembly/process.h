// Running another program and reading what it says; no shell is involved.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

namespace bp {

struct ProcessError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct ProcessResult {
  int status = 0;          // exit status; -1 if it did not exit by itself
  int signal = 0;          // that ended it; 0: none
  bool timed_out = false;  // it was killed by us
  std::string output;      // stdout and stderr together, as they came
};

/// The groups of the processes that other threads wait for, so that they can be ended before this
/// process ends. Used by one thread or many.
class RunningGroups {
 public:
  /// Kills those that run, and each that is started from now on.
  void end_all();

 private:
  friend class RunningGroup;
  std::mutex lock_;
  std::vector<pid_t> leaders_;
  bool ended_ = false;
};

/// Runs `argv` (argv[0]: path) with no input. Output beyond `most_output` bytes is read and
/// dropped. Throws ProcessError if the program cannot be started. Given `running`, it has a group
/// of its own, which is one of those: Ctrl-C does not reach it, and a time-out kills its children
/// too.
ProcessResult run_process(const std::vector<std::string>& argv, std::chrono::milliseconds timeout,
                          std::size_t most_output = std::size_t{64} << 20,
                          RunningGroups* running = nullptr);

/// A new folder that only this user can read; removed with all its files by the destructor.
class PrivateFolder {
 public:
  PrivateFolder();  // throws ProcessError
  ~PrivateFolder();
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace bp
