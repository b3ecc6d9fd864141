// Google Benchmark behind timed(), without a GPU.
#include <gtest/gtest.h>

#include <stdexcept>

#include "kernels/bench/timed.h"

namespace bp::bench {
namespace {

TEST(Timed, CountsWhatItWasToldAndNothingElse) {
  int calls = 0;
  // 1, 2, 3, 1, 2, 3 ... ms
  const BenchTime time = timed("x", 0.05, [&] { return 1e-3 * (calls++ % 3 + 1); });
  EXPECT_DOUBLE_EQ(time.least, 1e-3);
  EXPECT_DOUBLE_EQ(time.median, 2e-3);
  EXPECT_DOUBLE_EQ(time.most, 3e-3);
  EXPECT_GE(time.iterations, 25);
  EXPECT_LE(time.iterations, calls);
}

TEST(Timed, ALongIterationIsEnough) {
  const BenchTime time = timed("x", 0.05, [] { return 1.0; });
  EXPECT_EQ(time.iterations, 1);
  EXPECT_DOUBLE_EQ(time.median, 1);
}

TEST(Timed, PrintsNothing) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  timed("x", 0.01, [] { return 1e-3; });
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(Timed, WhatALaunchThrowsComesOutAndTheNextOneIsTimed) {
  int calls = 0;
  const auto broken = [&]() -> double {
    if (++calls == 3) throw std::runtime_error("the third");
    return 1e-3;
  };
  EXPECT_THROW(timed("x", 0.05, broken), std::runtime_error);
  EXPECT_EQ(calls, 3);
  EXPECT_DOUBLE_EQ(timed("x", 0.01, [] { return 2e-3; }).median, 2e-3);
}

}  // namespace
}  // namespace bp::bench
