// A bench under the supervisor: a broken row costs one row.
#include <gmock/gmock.h>

#include "tests/cli/supervise.h"

namespace bp {
namespace {

using testing::ElementsAre;

/// A plan of these shapes of a kernel, between two measurements of a yardstick.
BenchPlan bench_of(const std::vector<std::string>& shapes, std::vector<std::string> needs = {}) {
  BenchPlan plan;
  plan.items.push_back({"copy", BenchYardstick{.id = "copy"}, {}});
  for (const std::string& shape : shapes) {
    const BenchRow row{
        .kernel = "k", .operation = "op", .path = "path", .shape = shape, .tuning = "free"};
    plan.items.push_back({item_of(row), row, needs});
  }
  plan.items.push_back({"copy again", BenchYardstick{.id = "copy"}, {}});
  return plan;
}

std::vector<std::string> statuses_of(const BenchReport& bench) {
  std::vector<std::string> all;
  for (const BenchRow& row : bench.rows) {
    all.push_back(row.shape + " " + std::string(to_string(row.status)) +
                  (row.reason ? " " + row.reason->id : ""));
  }
  return all;
}

TEST_F(Supervise, ABrokenRowOfABenchCostsOneRow) {
  plan_.bench =
      bench_of({"ok.a", "hang.b", "ok.c", "abort.d", "wrong.e", "poison.f", "mute.g", "ok.h"});
  plan_.bench->warm = true;
  const ProbeOutcome outcome = run({"ok"});
  const BenchReport& bench = outcome.gpus.at(0).bench;
  EXPECT_THAT(
      statuses_of(bench),
      ElementsAre("ok.a measured", "hang.b timed_out time_out", "ok.c measured",
                  "abort.d crashed worker_crashed", "wrong.e wrong_result wrong_value",
                  "poison.f crashed gpu_fault", "mute.g crashed worker_exited", "ok.h measured"));
  ASSERT_EQ(bench.yardsticks.size(), 1u);
  EXPECT_THAT(bench.yardsticks[0].values, ElementsAre(1.0, 2.0));
  EXPECT_THAT(notes(), ElementsAre("gpu 0: ok", "bench copy warm", "bench k/ok.a/free warm",
                                   "bench k/hang.b/free warm", "bench k/ok.c/free warm (fresh)",
                                   "bench k/abort.d/free warm", "bench k/wrong.e/free warm (fresh)",
                                   "bench k/poison.f/free warm", "bench k/mute.g/free warm (fresh)",
                                   "bench k/ok.h/free warm", "bench copy again warm"));
}

TEST_F(Supervise, RowsOfABenchAreNotRunWithoutWhatTheyNeed) {
  plan_.bench = bench_of({"ok.a"}, {"ok.there", "wrong.need"});
  const ProbeOutcome outcome = run({"ok.there", "wrong.need"});
  EXPECT_THAT(statuses_of(outcome.gpus.at(0).bench), ElementsAre("ok.a not_run need_missing"));
  EXPECT_EQ(outcome.gpus[0].bench.yardsticks.at(0).status, Status::measured);
}

TEST_F(Supervise, ABenchOnAGpuThatCannotBeOpenedSaysSo) {
  plan_.bench = bench_of({"ok.a"});
  const ProbeOutcome outcome = run({"ok"}, {"features=unusable"});
  EXPECT_THAT(statuses_of(outcome.gpus.at(0).bench), ElementsAre("ok.a blocked exclusive_process"));
}

}  // namespace
}  // namespace bp
