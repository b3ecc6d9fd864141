#include "report/evaluate/bench.h"

#include <gtest/gtest.h>

#include "probes/registry/reason.h"

namespace bp {
namespace {

BenchRow timed_row(double seconds) {
  return {.kernel = "k",
          .operation = "op",
          .path = "wgmma",
          .shape = "s",
          .tuning = "free",
          .status = Status::measured,
          .operations = 8e12,
          .bytes = 1e9,
          .unit = "wgmma.bf16",
          .time = BenchTime{seconds, seconds, seconds, 1}};
}

BenchYardstick yardstick(const char* id, std::vector<double> values) {
  return {.id = id, .status = Status::measured, .values = std::move(values)};
}

BenchReport with_yardsticks() {
  return {{yardstick("copy", {3.5e12, 4e12}), yardstick("wgmma.bf16", {800e12, 700e12}),
           yardstick("cublas.bf16", {500e12})},
          {}};
}

TEST(BenchShares, AreOfTheLargerMeasurement) {
  const BenchShares shares = shares_of(with_yardsticks(), timed_row(0.02));
  EXPECT_DOUBLE_EQ(*shares.bytes_per_second, 50e9);
  EXPECT_DOUBLE_EQ(*shares.operations_per_second, 400e12);
  EXPECT_DOUBLE_EQ(*shares.of_copy, 0.0125);
  EXPECT_DOUBLE_EQ(*shares.of_rate, 0.5);
  EXPECT_DOUBLE_EQ(*shares.of_cublas, 0.8);
}

TEST(BenchShares, TheRooflineIsTheLimitThatAllowsLess) {
  const BenchShares matrix = shares_of(with_yardsticks(), timed_row(0.02));
  EXPECT_EQ(matrix.bound, BenchShares::Bound::matrix);
  EXPECT_DOUBLE_EQ(*matrix.of_roofline, 0.5);
  BenchRow row = timed_row(0.02);
  row.operations = 1e6;
  const BenchShares memory = shares_of(with_yardsticks(), row);
  EXPECT_EQ(memory.bound, BenchShares::Bound::memory);
  EXPECT_DOUBLE_EQ(*memory.of_roofline, 0.0125);
}

TEST(BenchShares, WhatDoesNotMultiplyIsBoundByMemory) {
  BenchRow row = timed_row(0.02);
  row.operations = 0;
  row.unit.clear();
  const BenchShares shares = shares_of(with_yardsticks(), row);
  EXPECT_EQ(shares.bound, BenchShares::Bound::memory);
  EXPECT_EQ(shares.of_rate, std::nullopt);
  EXPECT_EQ(shares.operations_per_second, std::nullopt);
}

TEST(BenchShares, AMissingYardstickLeavesTheBoundOpen) {
  BenchReport bench = with_yardsticks();
  bench.yardsticks.erase(bench.yardsticks.begin() + 1);
  const BenchShares shares = shares_of(bench, timed_row(0.02));
  EXPECT_EQ(shares.bound, std::nullopt);
  EXPECT_EQ(shares.of_rate, std::nullopt);
  EXPECT_DOUBLE_EQ(*shares.of_copy, 0.0125);
}

TEST(BenchShares, ARowWithoutATimeHasNone) {
  BenchRow row = timed_row(0.02);
  row.time.reset();
  EXPECT_EQ(shares_of(with_yardsticks(), row).bytes_per_second, std::nullopt);
  row.time = BenchTime{};
  EXPECT_EQ(shares_of(with_yardsticks(), row).bytes_per_second, std::nullopt);
}

BenchRow of_path(const char* path, const char* tuning, double seconds) {
  BenchRow row = timed_row(seconds);
  row.path = path;
  row.tuning = tuning;
  return row;
}

TEST(BenchFallback, IsBesideTheMostSpecialPath) {
  const BenchReport bench{{},
                          {of_path("mma_sync", "free", 6), of_path("mma_sync", "portable", 9),
                           of_path("wgmma", "free", 3)}};
  const auto free = fallback_of(bench, bench.rows[0]);
  ASSERT_TRUE(free);
  EXPECT_EQ(free->from, "wgmma");
  EXPECT_DOUBLE_EQ(free->times, 2);
  EXPECT_DOUBLE_EQ(fallback_of(bench, bench.rows[1])->times, 3);
  EXPECT_FALSE(fallback_of(bench, bench.rows[2]));
}

TEST(BenchFallback, CanBeAGain) {
  const BenchReport bench{{}, {of_path("wgmma", "free", 4), of_path("mma_sync", "free", 2)}};
  EXPECT_DOUBLE_EQ(fallback_of(bench, bench.rows[1])->times, 0.5);
  EXPECT_FALSE(fallback_of(bench, bench.rows[0]));
}

TEST(BenchFallback, WithOnePathItIsThatOfTheTuning) {
  const BenchReport bench{{}, {of_path("mma_sync", "free", 2), of_path("mma_sync", "portable", 3)}};
  EXPECT_EQ(fallback_of(bench, bench.rows[1])->from, "mma_sync");
  EXPECT_DOUBLE_EQ(fallback_of(bench, bench.rows[1])->times, 1.5);
  EXPECT_FALSE(fallback_of(bench, bench.rows[0]));
}

TEST(BenchFallback, OtherShapesOperationsAndRowsWithoutTimeDoNotCount) {
  BenchRow shape = of_path("wgmma", "free", 3);
  shape.shape = "other";
  BenchRow operation = of_path("wgmma", "free", 3);
  operation.operation = "other";
  BenchRow lost = of_path("wgmma", "free", 3);
  lost.time.reset();
  const BenchReport bench{{}, {of_path("mma_sync", "free", 6), shape, operation, lost}};
  EXPECT_FALSE(fallback_of(bench, bench.rows[0]));
  EXPECT_FALSE(fallback_of(bench, lost));
  const BenchReport alone{{}, {of_path("mma_sync", "portable", 6)}};
  EXPECT_FALSE(fallback_of(alone, alone.rows[0])) << "nothing was timed in the tuning free";
}

TEST(BenchYardsticks, ALaterMeasurementIsAdded) {
  BenchYardstick first = yardstick("copy", {1});
  first.clocks = {10, 0, {}, 1900.0, 1980.0, ""};
  BenchYardstick later = yardstick("copy", {2});
  later.clocks = {5, 3, {"sw_power_cap"}, 1200.0, 1950.0, ""};
  merge(first, later);
  EXPECT_EQ(first.values, (std::vector<double>{1, 2}));
  EXPECT_EQ(first.clocks, (BenchClocks{15, 3, {"sw_power_cap"}, 1200.0, 1980.0, ""}));
}

TEST(BenchYardsticks, OneMeasurementIsEnough) {
  BenchYardstick first = yardstick("copy", {1});
  const BenchYardstick lost{
      .id = "copy", .status = Status::timed_out, .reason = make_reason("time_out")};
  merge(first, lost);
  EXPECT_EQ(first.status, Status::measured);
  EXPECT_EQ(first.values, (std::vector<double>{1}));
  BenchYardstick other = lost;
  merge(other, yardstick("copy", {2}));
  EXPECT_EQ(other, yardstick("copy", {2}));
}

}  // namespace
}  // namespace bp
