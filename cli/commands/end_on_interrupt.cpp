#include "cli/commands/end_on_interrupt.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "cli/output/exit_status.h"

namespace bp {

EndOnInterrupt::EndOnInterrupt(const std::vector<Output>& outputs)
    : interrupts_(std::in_place), done_(eventfd(0, EFD_CLOEXEC)) {
  if (done_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  for (const Output& output : outputs) {
    if (std::string name = output.sink->unfinished(); !name.empty())
      unfinished_.push_back(std::move(name));
  }
  try {
    thread_ = std::thread([this] { watch(); });
  } catch (const std::system_error&) {
    interrupts_.reset();  // no thread may be started here: signals end the process as ever
  }
}

EndOnInterrupt::~EndOnInterrupt() {
  eventfd_write(done_, 1);
  if (thread_.joinable()) thread_.join();
  close(done_);
}

void EndOnInterrupt::watch() const {
  std::array<pollfd, 2> fds{{{interrupts_->fd(), POLLIN, 0}, {done_, POLLIN, 0}}};
  while (poll(fds.data(), fds.size(), -1) < 0 && errno == EINTR) {
  }
  if (fds[1].revents != 0) return;
  programs_->end_all();
  // Where that ends the command, it cleans up itself.
  constexpr int patience = 300;
  if (poll(&fds[1], 1, patience) > 0) return;
  for (const std::string& name : unfinished_) unlink(name.c_str());
  _exit(static_cast<int>(ExitStatus::interrupted));
}

}  // namespace bp
