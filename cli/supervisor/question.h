// One worker with one question: enumeration, NVML, a survey of a pair of GPUs.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/supervisor/process.h"
#include "cli/supervisor/protocol.h"

namespace bp {

class Question {
 public:
  /// Starts a worker. Throws std::system_error.
  Question(const WorkerProgram& program, const OpenRequest& open, const Request& request);
  /// Asks a worker that has answered before.
  Question(std::unique_ptr<WorkerProcess> process, const Request& request);

  enum class State { waiting, answered, broken };
  /// Reads what has come; the state does not change once it is not `waiting`.
  State advance();

  /// Milliseconds until `advance` must be called even if nothing comes.
  bool needs_reaping() const { return state_ == State::waiting && process_->results_closed(); }
  /// The last answer of the kind, if one has come.
  template <typename Kind>
  const Kind* answer() const {
    return answer_ ? std::get_if<Kind>(&*answer_) : nullptr;
  }
  /// The worker lost its GPU context with this answer.
  bool poisoned() const { return poisoned_; }
  const std::string& what() const { return what_; }
  const WorkerProcess& process() const { return *process_; }
  std::unique_ptr<WorkerProcess> take_process() { return std::move(process_); }

 private:
  std::unique_ptr<WorkerProcess> process_;
  std::optional<Answer> answer_;
  std::string what_;
  State state_ = State::waiting;
  bool poisoned_ = false;
};

/// Sleeps until a descriptor is ready or `until`.
void wait_for(std::vector<pollfd>& fds, std::chrono::steady_clock::time_point until);

}  // namespace bp
