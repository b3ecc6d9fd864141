#include "cli/supervisor/item_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bp {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
const TimePoint now{};

TEST(ItemQueue, HandsOutEverythingAtOnceAndEnds) {
  ItemQueue queue({"a", "b"}, ItemQueue::Batching::together);
  EXPECT_THAT(queue.assign()->items, ElementsAre("a", "b"));
  EXPECT_TRUE(queue.start("a", now));
  EXPECT_TRUE(queue.finish("a"));
  EXPECT_TRUE(queue.finish("b"));
  EXPECT_TRUE(queue.finished());
  EXPECT_FALSE(queue.assign().has_value());
}

TEST(ItemQueue, RejectsEventsThatMakeNoSense) {
  ItemQueue queue({"a", "b"}, ItemQueue::Batching::one_by_one);
  EXPECT_FALSE(queue.start("a", now)) << "nothing is assigned yet";
  queue.assign();
  EXPECT_TRUE(queue.start("a", now));
  EXPECT_FALSE(queue.start("a", now)) << "twice";
  EXPECT_FALSE(queue.start("b", now)) << "not assigned";
  EXPECT_FALSE(queue.finish("c"));
  EXPECT_TRUE(queue.finish("a"));
  EXPECT_FALSE(queue.finish("a")) << "twice";
}

TEST(ItemQueue, BlamesTheOnlyOneInFlight) {
  ItemQueue queue({"a", "b"}, ItemQueue::Batching::together);
  queue.assign();
  queue.start("a", now);
  const auto blame = queue.worker_broke();
  EXPECT_EQ(blame.guilty, "a");
  EXPECT_THAT(queue.assign()->items, ElementsAre("b"));
}

TEST(ItemQueue, RunsSuspectsAloneInFreshSerialWorkersThenTheRest) {
  ItemQueue queue({"a", "b", "c"}, ItemQueue::Batching::together);
  queue.assign();
  queue.start("a", now);
  queue.start("b", now);
  const auto blame = queue.worker_broke();
  EXPECT_FALSE(blame.guilty.has_value());
  EXPECT_THAT(blame.suspects, ElementsAre("a", "b"));
  auto assignment = queue.assign();
  EXPECT_THAT(assignment->items, ElementsAre("a"));
  EXPECT_TRUE(assignment->fresh);
  EXPECT_TRUE(assignment->serial);
  queue.finish("a");
  EXPECT_THAT(queue.assignment_ended(), IsEmpty());
  assignment = queue.assign();
  EXPECT_THAT(assignment->items, ElementsAre("b"));
  queue.start("b", now);
  EXPECT_EQ(queue.worker_broke().guilty, "b");
  assignment = queue.assign();
  EXPECT_THAT(assignment->items, ElementsAre("c"));
  EXPECT_FALSE(assignment->fresh);
  EXPECT_FALSE(assignment->serial);
}

TEST(ItemQueue, NobodyIsToBlameWithNothingInFlight) {
  ItemQueue queue({"a"}, ItemQueue::Batching::together);
  queue.assign();
  const auto blame = queue.worker_broke();
  EXPECT_FALSE(blame.guilty.has_value());
  EXPECT_THAT(blame.suspects, IsEmpty());
  EXPECT_FALSE(queue.progressed());
  EXPECT_THAT(queue.pending(), ElementsAre("a"));
}

TEST(ItemQueue, SaysWhatAnOrderlyEndLeftOut) {
  ItemQueue queue({"a", "b"}, ItemQueue::Batching::together);
  queue.assign();
  queue.finish("b");
  EXPECT_THAT(queue.assignment_ended(), ElementsAre("a"));
}

}  // namespace
}  // namespace bp
