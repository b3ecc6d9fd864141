#include "cli/supervisor/item_queue.h"

#include <algorithm>
#include <iterator>

namespace bp {

ItemQueue::ItemQueue(std::vector<std::string> items, Batching batching)
    : batching_(batching), pending_(std::move(items)) {}

std::optional<ItemQueue::Assignment> ItemQueue::assign() {
  in_flight_.clear();
  progressed_ = false;
  current_.clear();
  if (pending_.empty()) return std::nullopt;
  Assignment assignment;
  if (!suspects_.empty()) {
    assignment = {{suspects_.front()}, /*fresh=*/true, /*serial=*/true};
  } else if (batching_ == Batching::one_by_one) {
    assignment.items = {pending_.front()};
  } else {
    assignment.items = pending_;
  }
  current_ = assignment.items;
  return assignment;
}

bool ItemQueue::assigned(std::string_view item) const {
  return std::ranges::find(current_, item) != current_.end() &&
         std::ranges::find(pending_, item) != pending_.end();
}

bool ItemQueue::start(std::string_view item, TimePoint now) {
  const bool known = std::ranges::find(in_flight_, item, &InFlight::item) != in_flight_.end();
  if (known || !assigned(item)) return false;
  in_flight_.push_back({std::string(item), now});
  return true;
}

bool ItemQueue::finish(std::string_view item) {
  if (!assigned(item)) return false;
  remove(item);
  progressed_ = true;
  return true;
}

void ItemQueue::remove(std::string_view item) {
  std::erase_if(in_flight_, [&](const InFlight& entry) { return entry.item == item; });
  std::erase(suspects_, item);
  std::erase(pending_, item);
}

ItemQueue::Blame ItemQueue::worker_broke() {
  Blame blame;
  if (in_flight_.size() == 1) {
    blame.guilty = in_flight_.front().item;
    remove(*blame.guilty);
    progressed_ = true;
  } else {
    for (const InFlight& entry : in_flight_) {
      blame.suspects.push_back(entry.item);
      if (std::ranges::find(suspects_, entry.item) == suspects_.end()) {
        suspects_.push_back(entry.item);
      }
    }
  }
  in_flight_.clear();
  current_.clear();
  return blame;
}

std::vector<std::string> ItemQueue::assignment_ended() {
  std::vector<std::string> left;
  std::ranges::copy_if(current_, std::back_inserter(left),
                       [&](const std::string& item) { return assigned(item); });
  in_flight_.clear();
  current_.clear();
  return left;
}

}  // namespace bp
