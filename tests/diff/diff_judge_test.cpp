// What is worse than what.
#include <gtest/gtest.h>

#include <array>

#include "report/diff/judge.h"

namespace bp {
namespace {

constexpr std::array statuses{Status::supported,    Status::emulated, Status::unsupported,
                              Status::wrong_result, Status::crashed,  Status::timed_out,
                              Status::blocked,      Status::not_run,  Status::assembles,
                              Status::refused,      Status::measured};
constexpr std::array verdicts{Verdict::runs,      Verdict::no_hardware, Verdict::no_dispatch,
                              Verdict::not_built, Verdict::at_risk,     Verdict::unknown};

Trend opposite(Trend trend) {
  return trend == Trend::worse    ? Trend::better
         : trend == Trend::better ? Trend::worse
                                  : Trend::other;
}

template <typename Values>
void expect_antisymmetric(const Values& values) {
  for (const auto a : values) {
    EXPECT_EQ(judge(a, a), Trend::other);
    for (const auto b : values) EXPECT_EQ(judge(a, b), opposite(judge(b, a)));
  }
}

TEST(DiffJudge, IsTheOppositeWhenTheTwoAreExchanged) {
  expect_antisymmetric(statuses);
  expect_antisymmetric(verdicts);
  for (const More more : {More::better, More::worse, More::neither}) {
    for (const double a : {-2.0, 0.0, 1.0, 5.0}) {
      for (const double b : {-2.0, 0.0, 1.0, 5.0}) {
        EXPECT_EQ(judge(a, b, more), opposite(judge(b, a, more)));
        EXPECT_EQ(within_noise(a, b, 0.05), within_noise(b, a, 0.05));
      }
    }
  }
}

TEST(DiffJudge, WhateverFollowsSupportedIsWorse) {
  for (const Status status : {Status::emulated, Status::unsupported, Status::wrong_result,
                              Status::crashed, Status::timed_out, Status::blocked, Status::not_run})
    EXPECT_EQ(judge(Status::supported, status), Trend::worse) << to_string(status);
  for (const Verdict verdict : verdicts) {
    if (verdict == Verdict::runs) continue;
    EXPECT_EQ(judge(Verdict::runs, verdict), Trend::worse) << to_string(verdict);
  }
}

TEST(DiffJudge, NotKnowingIsNeitherBetterNorWorseThanANo) {
  for (const Status unknown : {Status::timed_out, Status::blocked, Status::not_run}) {
    EXPECT_EQ(judge(Status::unsupported, unknown), Trend::other);
    EXPECT_EQ(judge(unknown, Status::unsupported), Trend::other);
    EXPECT_EQ(judge(unknown, Status::crashed), Trend::other);
    EXPECT_EQ(judge(unknown, Status::supported), Trend::better);
  }
  EXPECT_EQ(judge(Status::blocked, Status::not_run), Trend::other);
  EXPECT_EQ(judge(Verdict::unknown, Verdict::no_hardware), Trend::other);
  EXPECT_EQ(judge(Verdict::unknown, Verdict::runs), Trend::better);
}

TEST(DiffJudge, ACrashIsWorseThanAPlainNo) {
  EXPECT_EQ(judge(Status::unsupported, Status::crashed), Trend::worse);
  EXPECT_EQ(judge(Status::unsupported, Status::wrong_result), Trend::worse);
  EXPECT_EQ(judge(Verdict::no_hardware, Verdict::at_risk), Trend::worse);
  EXPECT_EQ(judge(Verdict::no_dispatch, Verdict::not_built), Trend::other);
}

TEST(DiffJudge, LimitsAreBetterWhenLargerAndWhatPassesIsIgnored) {
  for (const char* key : {"max_shared_memory_per_block_optin_bytes", "total_global_mem_bytes",
                          "multiprocessor_count", "tensor_map_access_supported", "cluster_launch"})
    EXPECT_EQ(more_of_fact(key), More::better) << key;
  for (const char* key : {"nvml_fb_free_mib", "nvml_sm_clock_mhz", "nvml_clocks_throttle_reasons",
                          "memory_available_bytes"})
    EXPECT_EQ(more_of_fact(key), More::ignored) << key;
  for (const char* key : {"ecc_enabled", "tcc_driver", "warp_size", "mig_slice"})
    EXPECT_EQ(more_of_fact(key), More::neither) << key;
  EXPECT_EQ(more_of_fact("reserved_shared_memory_per_block_bytes"), More::worse);
  EXPECT_EQ(more_of_unit("GB/s"), More::better);
  EXPECT_EQ(more_of_unit("ns"), More::worse);
}

}  // namespace
}  // namespace bp
