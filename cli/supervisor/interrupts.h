// SIGINT, SIGTERM and SIGHUP as something to poll, so that results are written before the process
// ends.
#pragma once

#include <csignal>

namespace bp {

/// While it lives, the signals do not end the process; they are read from `fd()`.
class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  int fd() const { return fd_; }
  /// Whether one has arrived until now; once true, it stays so.
  bool arrived();

 private:
  int fd_ = -1;
  bool arrived_ = false;
  sigset_t before_{};
};

/// The process ends with status 130 after `milliseconds` whatever it is doing then: after an
/// interrupt, a pager that does not read must not keep it alive.
void end_interrupted_after(int milliseconds);

}  // namespace bp
