// What is said of a run while it goes on; the clock is the test's own.
#include "cli/commands/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bp {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

using Time = Progress::Time;

ProbePlan plan(std::size_t features, std::vector<std::string> surveys) {
  ProbePlan plan;
  for (std::size_t i = 0; i < features; ++i) plan.features.push_back("f" + std::to_string(i));
  plan.surveys = std::move(surveys);
  return plan;
}

/// Ends the item after `took`, on a clock that only it moves.
void item(Progress& progress, int gpu, const std::string& name, milliseconds took, Time& now) {
  progress.started(gpu, name, now);
  now += took;
  progress.ended(gpu, name, now);
}

TEST(Progress, CountsTheItemsOfAllGpus) {
  Time now{};
  ProbePlan planned = plan(3, {"s"});
  planned.pair_surveys = {"p2p"};
  planned.host_surveys = {"h"};
  Progress progress(planned, now);
  for (const int gpu : {0, 1, 2}) progress.opened(gpu, now);
  EXPECT_EQ(progress.items(), 3u * 4 + 3 + 1);
  item(progress, 1, "f0", milliseconds(5), now);
  EXPECT_EQ(progress.ended(), 1u);
  EXPECT_EQ(progress.line(1, "f1", 40, now), "1/16  GPU 1  f1");
}

TEST(Progress, MeasuresAnItemFromItsOwnStart) {
  Time now{};
  Progress progress(plan(3, {}), now);
  progress.opened(0, now);
  progress.started(0, "f0", now + milliseconds(10));
  progress.started(0, "f1", now + milliseconds(20));
  EXPECT_EQ(progress.ended(0, "f1", now + milliseconds(50)), milliseconds(30));
  EXPECT_EQ(progress.ended(0, "f0", now + milliseconds(60)), milliseconds(50));
  EXPECT_EQ(progress.ended(0, "f2", now + milliseconds(60)), std::nullopt) << "it never started";
}

TEST(Progress, SaysHowLongTheRestMayTakeOnceThereIsSomethingToJudgeItBy) {
  Time now{};
  Progress progress(plan(2, {"s0", "s1", "s2"}), now);
  progress.opened(0, now);
  EXPECT_EQ(progress.left(), std::nullopt);
  item(progress, 0, "f0", milliseconds(500), now);
  item(progress, 0, "f1", milliseconds(1500), now);
  EXPECT_EQ(progress.left(), std::nullopt) << "surveys take much longer than features";
  item(progress, 0, "s0", seconds(10), now);
  ASSERT_TRUE(progress.left().has_value());
  EXPECT_DOUBLE_EQ(progress.left()->count(), 20);
  EXPECT_THAT(progress.line(0, "s1", 40, now), EndsWith("GPU 0  s1  about 20 s left"));
  item(progress, 0, "s1", seconds(310), now);
  EXPECT_THAT(progress.line(0, "s2", 40, now), EndsWith("about 3 min left"));
  item(progress, 0, "s2", seconds(1), now);
  EXPECT_DOUBLE_EQ(progress.left()->count(), 0);
  EXPECT_THAT(progress.line(0, "s2", 40, now), EndsWith("5/5  GPU 0  s2"));
}

TEST(Progress, GpusAreProbedSideBySideAndPairsAfterThem) {
  Time now{};
  ProbePlan planned = plan(0, {"s0", "s1"});
  planned.pair_surveys = {"p2p"};
  Progress progress(planned, now);
  progress.opened(0, now);
  progress.opened(1, now);
  Time later = now;
  item(progress, 0, "s0", seconds(10), now);
  item(progress, 1, "s0", seconds(10), later);
  // One more on each GPU at the same time, then one of the pair, judged as if it were of a GPU.
  EXPECT_DOUBLE_EQ(progress.left()->count(), 20);
  item(progress, 0, "s1", seconds(10), now);
  item(progress, 1, "s1", seconds(10), later);
  EXPECT_DOUBLE_EQ(progress.left()->count(), 10);
}

TEST(Progress, NothingEndsMoreOftenThanThereAreItems) {
  Time now{};
  Progress progress(plan(1, {}), now);
  for (int i = 0; i < 3; ++i) item(progress, 0, "f0", seconds(4), now);
  EXPECT_THAT(progress.line(0, "f0", 100, now), StartsWith("[====================]  3/3"));
  EXPECT_DOUBLE_EQ(progress.left()->count(), 0);
}

TEST(Progress, TheBarIsForTerminalsThatHaveRoom) {
  Time now{};
  Progress progress(plan(4, {}), now);
  progress.opened(0, now);
  item(progress, 0, "f0", milliseconds(1), now);
  EXPECT_THAT(progress.line(0, "f1", 80, now), StartsWith("[=====>              ]  1/4  GPU 0"));
  EXPECT_THAT(progress.line(0, "f1", 60, now), StartsWith("1/4"));
  EXPECT_EQ(Progress(ProbePlan{}, now).items(), 0u) << "nothing is divided by it";
  EXPECT_THAT(Progress(ProbePlan{}, now).line(0, "x", 80, now), HasSubstr("]  0/0"));
}

TEST(ItemLine, IsAlignedAndNamesTheOutcome) {
  EXPECT_EQ(item_line(0, "supported", "wgmma.bf16", milliseconds(12)),
            "   12.0 ms  GPU 0  supported     wgmma.bf16");
  EXPECT_EQ(item_line(1, "wrong_result", "a", seconds(75)), "   75.00 s  GPU 1  wrong_result  a");
  EXPECT_EQ(item_line(0, "unsupported", "b", std::nullopt), "            GPU 0  unsupported   b");
}

/// What a display writes to standard error, which is no terminal here.
std::string display(const RunOptions& options) {
  Time now{};
  testing::internal::CaptureStderr();
  {
    ProgressDisplay shown(plan(1, {"s"}), options.talk, options.output.identify,
                          [&now] { return now += milliseconds(250); });
    const ProbeProgress progress = shown.progress([] {});
    progress.waiting();
    progress.opened(GpuFacts{});
    progress.started(0, "f0");
    progress.feature(0, {.id = "f0", .status = Status::crashed, .reason = {}, .evidence = {}});
    progress.noted("GPU 0: it was killed by signal 11 (segmentation fault)\x1b[2J");
    progress.survey({.id = "s", .gpus = {}});
  }
  return testing::internal::GetCapturedStderr();
}

TEST(ProgressDisplay, SaysNothingWhereNobodyLooks) {
  EXPECT_EQ(display({}), "");
  RunOptions quiet;
  quiet.talk.quiet = true;
  EXPECT_EQ(display(quiet), "");
}

TEST(ProgressDisplay, ARefusalHasNoTimeOfItsOwn) {
  RunOptions options;
  options.talk.verbose = 1;
  testing::internal::CaptureStderr();
  {
    Time now{};
    ProgressDisplay shown(plan(1, {}), options.talk, options.output.identify,
                          [&now] { return now += milliseconds(250); });
    const ProbeProgress progress = shown.progress([] {});
    progress.started(0, "f0");
    progress.feature(0, {.id = "f0", .status = Status::unsupported, .reason = {}, .evidence = {}});
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "            GPU 0  unsupported   f0\n");
}

TEST(ProgressDisplay, VerboseNamesEachItemAsItEnds) {
  RunOptions options;
  options.talk.verbose = 1;
  EXPECT_EQ(display(options),
            "  250.0 ms  GPU 0  crashed       f0\n            GPU 0  not_run       s\n");
}

TEST(ProgressDisplay, VerboseTwiceAlsoTellsOfWorkers) {
  RunOptions options;
  options.talk.verbose = 2;
  const std::string text = display(options);
  EXPECT_THAT(text, StartsWith("            GPU 0  started       f0\n  250.0 ms  GPU 0  crashed"));
  EXPECT_THAT(text, HasSubstr("\nworkers: GPU 0: it was killed by signal 11"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace bp
