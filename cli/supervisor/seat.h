// The seat of one GPU: its queue of items and the workers that sit there one after the other.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/supervisor/item_queue.h"
#include "cli/supervisor/process.h"
#include "cli/supervisor/protocol.h"
#include "cli/supervisor/results.h"
#include "cli/supervisor/supervisor.h"

namespace bp {

/// How long a worker may be silent while no item is in flight (driver start, context creation).
std::chrono::milliseconds silence_limit(const ProbePlan& plan);
/// How long an item may be in flight: a little longer than the worker's own limit of a launch.
std::chrono::milliseconds item_limit(const ProbePlan& plan);

class Seat {
 public:
  /// `worker`: the one that enumerated and keeps this GPU, or null.
  Seat(const ProbePlan& plan, const ProbeProgress& progress, const WorkerProgram& program,
       GpuFacts facts, std::unique_ptr<WorkerProcess> worker);
  Seat(const Seat&) = delete;
  Seat& operator=(const Seat&) = delete;

  /// Reads what has come, looks at the clocks, hands out the next work.
  void advance(TimePoint now);
  void watch(std::vector<pollfd>& fds) const;
  /// When `advance` has to be called even if nothing comes.
  std::optional<TimePoint> deadline() const;
  bool finished() const { return phase_ == Phase::finished; }

  /// Kills the worker; unfinished items become not_run (interrupted).
  void interrupt();
  /// The GPU takes one process at a time.
  bool exclusive() const;
  /// No worker of this seat is left in the process table.
  bool gone();
  /// "worker of GPU 0 (wgmma.bf16)" for each that is left.
  std::vector<std::string> left() const;

  /// Ends the last worker in order; it is not waited for unless `gracefully`.
  void leave(bool gracefully);

  ProbedGpu take_result();
  const std::vector<std::string>& log() const { return log_; }

 private:
  enum class Phase { idle, working, retiring, finished };
  struct Leaver {
    std::unique_ptr<WorkerProcess> process;
    std::string doing;
  };

  void read_answers(TimePoint now);
  void handle(Answer answer, TimePoint now);
  void on_done(const DoneAnswer& done, TimePoint now);
  void check_clocks(TimePoint now);
  void hand_out(TimePoint now);
  bool ready_worker(const ItemQueue::Assignment& assignment, TimePoint now);
  void broke(Status status, Reason reason, const std::string& what, TimePoint now);
  void no_progress(const Reason& reason);
  void retire(TimePoint now, bool kill);
  void give_up(const Reason& reason, Status status);
  void finish_item(const std::string& item, Status status, const Reason& reason);
  void skip_kernels_without_needs();
  void skip_bench_without_needs();
  /// The first of the needs that is known to be missing; nullptr: none is.
  const FeatureResult* missing_of(const std::vector<std::string>& needs) const;
  /// The request for the first item of the assignment of the current queue.
  Request request_for(const ItemQueue::Assignment& assignment) const;
  /// What there is to count; the item ends where that is nothing.
  void choose_counted();
  ItemQueue& queue() {
    return !features_.finished()  ? features_
           : !kernels_.finished() ? kernels_
           : !surveys_.finished() ? surveys_
           : !bench_.finished()   ? bench_
                                  : counters_;
  }
  std::string label() const { return "GPU " + std::to_string(results_.facts().index); }
  void note(const std::string& line) {
    log_.push_back(label() + ": " + line);
    if (progress_.noted) progress_.noted(log_.back());
  }

  const ProbePlan& plan_;
  const ProbeProgress& progress_;
  const WorkerProgram& program_;
  Results results_;
  ItemQueue features_;
  ItemQueue kernels_;
  ItemQueue surveys_;
  ItemQueue bench_;
  ItemQueue counters_;                // one item at most
  std::vector<std::string> counted_;  // its features
  ItemQueue* current_ = nullptr;      // whose assignment is under way
  Phase phase_ = Phase::idle;
  std::unique_ptr<WorkerProcess> worker_;
  bool worker_used_ = false;
  bool worker_serial_ = false;
  bool serial_next_ = false;  // after a worker died with nothing in flight
  int strikes_ = 0;           // assignments in a row that brought nothing
  TimePoint last_event_{};
  TimePoint retire_deadline_{};
  bool retire_killed_ = false;
  std::vector<Leaver> stuck_;
  std::vector<std::string> log_;
};

}  // namespace bp
