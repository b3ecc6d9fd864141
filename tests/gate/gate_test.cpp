#include "report/gate/gate.h"

#include <gmock/gmock.h>

namespace bp::gate {
namespace {

/// A report of a machine without GPUs: what is said of the driver is met, not met or not known.
Report machine() {
  Report report;
  report.driver.version = "580.10";
  return report;
}

Demand demand(const char* text) { return {.text = text, .requirement = parse_requirement(text)}; }

Demand xfail(const char* text, bool strict = true) {
  Demand expected = demand(text);
  expected.xfail = "not ported";
  expected.strict = strict;
  return expected;
}

constexpr const char* is_met = "driver>=580";
constexpr const char* is_not_met = "driver>=590";
constexpr const char* is_not_known = "cuda>=13.0";

Effect effect(std::vector<Demand> demands) {
  const Report report = machine();
  return effect_of(judge_all(demands, scene_of(report)));
}

Outcome outcome(const Demand& demand) {
  const Report report = machine();
  return judge_all(std::span(&demand, 1), scene_of(report)).front().outcome;
}

TEST(Gate, AnExpectedFailureTurnsTheAnswerRoundButNotWhatIsNotKnown) {
  EXPECT_EQ(outcome(demand(is_met)), Outcome::met);
  EXPECT_EQ(outcome(demand(is_not_met)), Outcome::not_met);
  EXPECT_EQ(outcome(demand(is_not_known)), Outcome::not_known);
  EXPECT_EQ(outcome(xfail(is_met)), Outcome::xpassed);
  EXPECT_EQ(outcome(xfail(is_met, false)), Outcome::xpassed_lax);
  EXPECT_EQ(outcome(xfail(is_not_met)), Outcome::xfailed);
  EXPECT_EQ(outcome(xfail(is_not_known)), Outcome::not_known);
}

TEST(Gate, FailsBeforeItIsOpenAndPassesOnlyIfAllDo) {
  EXPECT_EQ(effect({demand(is_met), xfail(is_not_met), xfail(is_met, false)}), Effect::passes);
  EXPECT_EQ(effect({demand(is_met), demand(is_not_met)}), Effect::fails);
  EXPECT_EQ(effect({demand(is_met), xfail(is_met)}), Effect::fails);
  EXPECT_EQ(effect({demand(is_met), demand(is_not_known)}), Effect::open);
  EXPECT_EQ(effect({demand(is_not_known), demand(is_not_met)}), Effect::fails);
  EXPECT_EQ(effect({}), Effect::open);
}

TEST(Gate, WhatIsRequiredOfNoGpuHereIsNoPassByItself) {
  Report report = machine();
  report.gpus.resize(1);
  report.gpus[0].facts.cc = {9, 0};
  std::vector<Demand> demands = {demand("all(cc=12.x, feature:a>=verified)")};
  EXPECT_EQ(judge_all(demands, scene_of(report)).front().outcome, Outcome::no_such_gpu);
  EXPECT_EQ(effect_of(judge_all(demands, scene_of(report))), Effect::open);
  demands.push_back(demand(is_met));
  EXPECT_EQ(effect_of(judge_all(demands, scene_of(report))), Effect::passes);
}

TEST(Gate, ADoubtfulReportAnswersNothing) {
  const Report report = machine();
  const std::vector<Demand> demands = {demand(is_met), demand(is_not_met), xfail(is_not_met)};
  const auto results = judge_all(demands, scene_of(report), "made up");
  for (const Result& result : results) {
    EXPECT_EQ(result.outcome, Outcome::not_known);
    EXPECT_EQ(result.finding.reason, "made up");
  }
  EXPECT_EQ(effect_of(results), Effect::open);
}

TEST(Gate, CountsWhatCameOut) {
  const Report report = machine();
  const std::vector<Demand> demands = {demand(is_met), demand(is_not_met), demand(is_met)};
  EXPECT_EQ(counts_of(judge_all(demands, scene_of(report))), "3 requirements: 2 met, 1 not met");
  EXPECT_EQ(counts_of({}), "0 requirements");
}

}  // namespace
}  // namespace bp::gate
