// What `bench` measured in two reports, and what is said of the change.
#include <gmock/gmock.h>

#include "probes/registry/reason.h"
#include "report/diff/diff_output.h"
#include "tests/report/sample_reports.h"

namespace bp {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class DiffOfBench : public testing::Test {
 protected:
  Report before_ = sample::bench();
  Report after_ = sample::bench();

  BenchReport& bench() { return after_.gpus[0].bench; }
  void set_time(std::size_t row, double factor) {
    bench().rows[row].time->median = before_.gpus[0].bench.rows[row].time->median * factor;
  }
  void expect(const std::string& id, const std::string& was, const std::string& is, Trend trend) {
    const ReportDiff diff = compare(before_, after_);
    ASSERT_EQ(diff.changes.size(), 1U);
    const Change& change = diff.changes[0];
    EXPECT_EQ(change.what, ChangeOf::bench);
    EXPECT_EQ(change.id, id);
    EXPECT_EQ(change.before, was);
    EXPECT_EQ(change.after, is);
    EXPECT_EQ(change.trend, trend);
    const ReportDiff back = compare(after_, before_);
    ASSERT_EQ(back.changes.size(), 1U);
    EXPECT_EQ(back.changes[0].before, is);
    EXPECT_EQ(back.changes[0].trend, trend == Trend::worse    ? Trend::better
                                     : trend == Trend::better ? Trend::worse
                                                              : Trend::other);
  }
};

const std::string row_id = "mla.dense_decode.mma_sync/b128_h16_sq1_sk4096/free";

TEST_F(DiffOfBench, TheSameIsNoChange) { EXPECT_THAT(compare(before_, after_).changes, IsEmpty()); }

TEST_F(DiffOfBench, ATimeWithinTwiceTheNoiseIsTheSame) {
  set_time(0, 1.1);
  EXPECT_THAT(compare(before_, after_).changes, IsEmpty());
  EXPECT_EQ(count(compare(before_, after_, 0.02), Trend::worse), 1U);
  set_time(0, 1 / 1.1);
  EXPECT_THAT(compare(before_, after_).changes, IsEmpty());
}

TEST_F(DiffOfBench, ALongerTimeIsWorse) {
  set_time(0, 1.5);
  expect(row_id, "200 us", "300 us", Trend::worse);
  EXPECT_EQ(compare(before_, after_).changes[0].note, "+50.0 %");
  const std::string text = diff_text(compare(before_, after_), {.width = 120});
  EXPECT_THAT(text, HasSubstr("5 % (of bench: 10 %)"));
  EXPECT_THAT(text, HasSubstr(row_id));
}

TEST_F(DiffOfBench, AShorterTimeIsBetter) {
  set_time(0, 0.5);
  expect(row_id, "200 us", "100 us", Trend::better);
}

TEST_F(DiffOfBench, ARowThatWasTimedAndIsWrongNowIsWorse) {
  BenchRow& row = bench().rows[0];
  row.status = Status::wrong_result;
  row.reason = make_reason("wrong_value", "request 3, out: 1 is not 2");
  row.time.reset();
  expect(row_id, "measured", "wrong result", Trend::worse);
}

TEST_F(DiffOfBench, ARowThatIsGoneIsWorse) {
  bench().rows.erase(bench().rows.begin());
  expect(row_id, "measured", "not in it", Trend::worse);
}

TEST_F(DiffOfBench, ARowThatWasNotAskedForIsNotJudged) {
  after_.command += " --filter '*portable*'";
  bench().rows.erase(bench().rows.begin());
  EXPECT_EQ(count(compare(before_, after_), Trend::worse), 0U);
  bench().rows.clear();
  EXPECT_EQ(count(compare(before_, after_), Trend::worse), 0U);
}

TEST_F(DiffOfBench, AllRowsGoneIsOneChange) {
  bench() = {};
  expect("all rows", "measured", "not in it", Trend::worse);
}

TEST_F(DiffOfBench, TimesFromAnotherStateOfL2AreNotCompared) {
  set_time(0, 0.5);
  bench().rows[0].l2 = "warm";
  expect(row_id + " L2", "cold", "warm", Trend::other);
}

TEST_F(DiffOfBench, YardsticksAreComparedToo) {
  bench().yardsticks[0].values = {3e12};
  expect("yardstick copy", "4100 GB/s", "3000 GB/s", Trend::worse);
  bench().yardsticks[0] = {.id = "copy", .status = Status::timed_out};
  expect("yardstick copy", "4100 GB/s", "not in it", Trend::worse);
}

TEST_F(DiffOfBench, HowLongWasMeasuredChoosesNothing) {
  after_.command += " --min-time 0.5";
  bench().rows.erase(bench().rows.begin());
  EXPECT_EQ(count(compare(before_, after_), Trend::worse), 1U);
}

TEST_F(DiffOfBench, WithoutAChangeOfItNothingIsSaidOfItsNoise) {
  after_.driver.version = "1.2";
  EXPECT_THAT(diff_text(compare(before_, after_), {}), Not(HasSubstr("of bench")));
}

}  // namespace
}  // namespace bp
