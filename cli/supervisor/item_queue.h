// Which items a GPU's workers still have to do, and who is to blame when a worker breaks. Pure: it
// sees events, not processes.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bp {

using TimePoint = std::chrono::steady_clock::time_point;

class ItemQueue {
 public:
  enum class Batching {
    together,    // one assignment of everything: the engine picks the order
    one_by_one,  // one item an assignment
  };
  ItemQueue(std::vector<std::string> items, Batching batching);

  struct Assignment {
    std::vector<std::string> items;
    bool fresh = false;   // only a worker that has done nothing yet may take it
    bool serial = false;  // one item in flight at a time
  };
  bool finished() const { return pending_.empty(); }
  /// What is to be done next, which from now on is the current assignment; nullopt: nothing is
  /// left.
  std::optional<Assignment> assign();

  /// An event of the current assignment; false: it does not belong to it, so the worker talks
  /// nonsense.
  bool start(std::string_view item, TimePoint now);
  bool finish(std::string_view item);
  /// The item needs no worker any more: it was decided here.
  void drop(std::string_view item) { remove(item); }

  struct InFlight {
    std::string item;
    TimePoint since;
  };
  /// In the order in which they started.
  const std::vector<InFlight>& in_flight() const { return in_flight_; }
  /// Whether an item of the current assignment has ended.
  bool progressed() const { return progressed_; }
  /// Items that have not ended, in the order of the constructor.
  const std::vector<std::string>& pending() const { return pending_; }

  /// The worker broke. With one item in flight that item is to blame; it counts as ended. With
  /// several, each of them is assigned again alone. With none, nobody is to blame.
  struct Blame {
    std::optional<std::string> guilty;
    std::vector<std::string> suspects;
  };
  Blame worker_broke();
  /// The worker ended the assignment in order. Returns its items that have not ended; they stay
  /// pending.
  std::vector<std::string> assignment_ended();

 private:
  bool assigned(std::string_view item) const;
  void remove(std::string_view item);

  Batching batching_;
  std::vector<std::string> pending_;
  std::vector<std::string> suspects_;  // to be assigned alone; also in pending_
  std::vector<std::string> current_;
  std::vector<InFlight> in_flight_;
  bool progressed_ = false;
};

}  // namespace bp
