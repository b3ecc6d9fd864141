// What an interrupt ends in commands that have no half of a result to write.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "cli/output/outputs.h"
#include "cli/supervisor/interrupts.h"
#include "probes/assembly/process.h"

namespace bp {

/// While it lives, SIGINT, SIGTERM and SIGHUP end the programs that were started, and this process
/// with status 130, unless the command comes to its end at once; no unfinished file stays.
/// Made before the command starts threads.
class EndOnInterrupt {
 public:
  explicit EndOnInterrupt(const std::vector<Output>& outputs);
  ~EndOnInterrupt();
  EndOnInterrupt(const EndOnInterrupt&) = delete;
  EndOnInterrupt& operator=(const EndOnInterrupt&) = delete;

  /// Programs started with it are ended.
  const std::shared_ptr<RunningGroups>& programs() const { return programs_; }
  bool arrived() { return interrupts_ && interrupts_->arrived(); }

 private:
  void watch() const;

  std::optional<Interrupts> interrupts_;  // nullopt: nobody can wait for them
  std::shared_ptr<RunningGroups> programs_ = std::make_shared<RunningGroups>();
  std::vector<std::string> unfinished_;
  int done_ = -1;
  std::thread thread_;
};

}  // namespace bp
