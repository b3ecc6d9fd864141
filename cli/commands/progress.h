// What people see on standard error while probes run.
#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "cli/commands/options.h"
#include "cli/output/terminal.h"
#include "cli/supervisor/supervisor.h"

namespace bp {

/// How far a run is, and how long the rest may take: judged by what has ended so far. It has no
/// clock of its own.
class Progress {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Seconds = std::chrono::duration<double>;

  Progress(const ProbePlan& plan, Time now);

  void opened(int gpu, Time now);
  void started(int gpu, const std::string& item, Time now);
  /// How long it took; nothing if no start was told.
  std::optional<Seconds> ended(int gpu, const std::string& item, Time now);

  std::size_t ended() const { return ended_; }
  std::size_t items() const;
  /// Nothing while there is no item to judge the rest by. GPUs are probed side by side.
  std::optional<Seconds> left() const;
  /// "[====>     ]  45/90  GPU 0  wgmma.bf16  about 12 s left"; the bar and the time where there is
  /// room and reason for them.
  std::string line(int gpu, const std::string& item, int columns, Time now) const;

 private:
  enum Kind : std::size_t { feature, kernel, survey, timing, shared, kinds };
  using Counts = std::array<std::size_t, kinds>;
  struct Lane {
    Time last;  // when its last item ended
    Counts ended{};
    std::map<std::string, Time> started{};
  };
  std::size_t shared_items() const;
  Kind kind_of(const std::string& item) const;
  std::optional<Seconds> left_of(const Counts& ended, const Counts& planned) const;

  std::map<std::string, Kind> kind_;
  Counts of_gpu_{};  // planned for each GPU
  std::size_t pair_surveys_ = 0;
  std::size_t host_surveys_ = 0;
  Time begin_;
  std::map<int, Lane> gpus_;
  Lane shared_;
  std::size_t ended_ = 0;
  std::array<Seconds, kinds> spent_{};
};

/// For -v: "   12.3 ms  GPU 0  supported     wgmma.bf16".
std::string item_line(int gpu, std::string_view word, const std::string& item,
                      std::optional<Progress::Seconds> took);

/// Puts a run's progress on standard error: a line that changes on a terminal, and with -v a line
/// for each item.
class ProgressDisplay {
 public:
  using Now = std::function<Progress::Time()>;
  ProgressDisplay(const ProbePlan& plan, const Talk& talk, bool identify,
                  Now now = std::chrono::steady_clock::now);

  /// `meanwhile` is done while the driver starts.
  ProbeProgress progress(std::function<void()> meanwhile);
  void clear() { line_.clear(); }

 private:
  void started(int gpu, const std::string& item);
  void ended(int gpu, const std::string& item, Status status);
  void noted(const std::string& line);

  Now now_;
  int verbose_;
  bool identify_;
  Progress progress_;
  StatusLine line_;
};

}  // namespace bp
