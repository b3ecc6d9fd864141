// What a fleet says of its machines.
#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "report/merge/fleet_output.h"
#include "tests/merge/fleet_samples.h"

namespace bp {
namespace {

using test::merged;
using test::mixed_fleet;
using testing::ElementsAre;
using testing::IsEmpty;

const FleetClass& class_of(const FleetReport& fleet, const std::string& name) {
  for (const FleetClass& found : fleet.classes) {
    if (std::ranges::find(found.machines, name) != found.machines.end()) return found;
  }
  throw std::logic_error("no class holds " + name);
}

TEST(Fleet, OfNothingIsEmpty) {
  const FleetReport fleet = Fleet().report();
  EXPECT_EQ(fleet.reports, 0U);
  EXPECT_THAT(fleet.classes, IsEmpty());
  EXPECT_THAT(fleet.models, IsEmpty());
  EXPECT_EQ(fleet_headline(fleet),
            "0 reports, 0 GPUs of 0 models, 0 classes of machines that are alike.");
}

TEST(Fleet, IsTheSameInWhateverOrderTheReportsCome) {
  auto machines = mixed_fleet();
  for (int i = 0; i < 30; ++i) {  // GPUs of two kinds in one machine, in either order
    machines.push_back({"two" + std::to_string(i) + ".json", test::machine(2)});
    auto& gpus = machines.back().machine.gpus;
    gpus[static_cast<std::size_t>(i % 2)].standings[0].value =
        static_cast<std::uint8_t>(Status::blocked);
    gpus[0].standings.push_back({ItemKind::feature, "new" + std::to_string(i % 3), 0});
  }
  const FleetReport first = merged(machines);
  std::mt19937 dice(1);
  for (int round = 0; round < 20; ++round) {
    std::ranges::shuffle(machines, dice);
    for (auto& one : machines) {
      for (FleetGpu& gpu : one.machine.gpus) std::ranges::shuffle(gpu.standings, dice);
    }
    EXPECT_EQ(merged(machines), first);
  }
}

TEST(Fleet, MachinesThatAreAlikeAreOneClassWhateverTheirNumber) {
  for (const std::size_t count : {1U, 2U, 1000U}) {
    Fleet fleet;
    for (std::size_t i = 0; i < count; ++i)
      fleet.add("node" + std::to_string(i), test::machine(), 42);
    const FleetReport report = fleet.report();
    ASSERT_EQ(report.classes.size(), 1U);
    EXPECT_EQ(report.classes[0].machines.size(), count);
    EXPECT_THAT(report.classes[0].differences, IsEmpty());
    EXPECT_EQ(report.reports, count);
    EXPECT_EQ(report.copies, count - 1);
    EXPECT_EQ(report.gpus, 8 * count);
    EXPECT_EQ(report.models[0].gpus, 8 * count);
    EXPECT_EQ(report.models[0].machines, count);
  }
}

TEST(Fleet, WhatDiffersFromTheMajorityOfItsModelIsNamed) {
  const FleetReport fleet = merged(mixed_fleet());
  EXPECT_THAT(class_of(fleet, "node3.json").differences, IsEmpty());
  EXPECT_EQ(class_of(fleet, "node3.json").number, 1U);
  EXPECT_THAT(
      class_of(fleet, "older.json").differences,
      ElementsAre(FleetDifference{"NVIDIA H200", "driver", "", "570.86.15", "580.159.04", 13, 14}));
  EXPECT_THAT(class_of(fleet, "seven.json").differences,
              ElementsAre(FleetDifference{"NVIDIA H200", "GPUs", "", "7", "8", 13, 14}));
  EXPECT_THAT(class_of(fleet, "cut.json").differences,
              ElementsAre(FleetDifference{"NVIDIA H200", "complete", "", "no", "yes", 13, 14}));
  EXPECT_THAT(
      class_of(fleet, "crashing.json").differences,
      ElementsAre(
          FleetDifference{"NVIDIA H200", "feature", "wgmma.bf16", "crashed", "supported", 110, 111},
          FleetDifference{"NVIDIA H200", "backend", "fa3", "at_risk", "runs", 110, 111}));
}

TEST(Fleet, ARowOfBenchThatIsWrongIsOddAndNoneIsNot) {
  const FleetReport fleet = merged(test::benched_fleet());
  EXPECT_THAT(class_of(fleet, "bench0.json").differences, IsEmpty());
  EXPECT_THAT(class_of(fleet, "bench1.json").differences,
              ElementsAre(FleetDifference{"NVIDIA H200", "bench", test::bench_row, "wrong_result",
                                          "measured", 2, 3}));
  EXPECT_THAT(class_of(fleet, "run.json").differences, IsEmpty());
  EXPECT_EQ(fleet.classes.size(), 3U);
}

TEST(Fleet, TheOnlyMachineOfItsModelIsNotOdd) {
  const FleetReport fleet = merged(mixed_fleet());
  EXPECT_THAT(class_of(fleet, "spark.json").differences, IsEmpty());
}

TEST(Fleet, AMachineWithoutAUsableDriverOrGpuIsOddWhereMostHaveThem) {
  auto machines = mixed_fleet();
  machines.push_back({"no_gpu.json", test::machine(0)});
  const FleetReport fleet = merged(machines);
  EXPECT_THAT(class_of(fleet, "bare.json").differences,
              ElementsAre(FleetDifference{"", "problem", "", "no_libcuda", "none", 16, 17}));
  EXPECT_THAT(class_of(fleet, "no_gpu.json").differences,
              ElementsAre(FleetDifference{"", "GPUs", "", "none", "some", 15, 17}));
  std::vector<test::NamedMachine> none;
  for (const char* name : {"a", "b", "c"}) {
    none.push_back({name, test::machine(0, "")});
    none.back().machine.problem = "no_libcuda";
  }
  none.push_back({"d", test::machine()});
  for (const FleetClass& found : merged(none).classes) EXPECT_THAT(found.differences, IsEmpty());
}

TEST(Fleet, AnotherCudaVersionIsADifference) {
  auto machines = mixed_fleet();
  machines[0].machine.cuda = "12.4";
  EXPECT_THAT(
      class_of(merged(machines), "node0.json").differences,
      ElementsAre(FleetDifference{"NVIDIA H200", "CUDA version", "", "12.4", "13.0", 13, 14}));
}

TEST(Fleet, HalfIsNoMajority) {
  const FleetReport fleet =
      merged({{"a", test::machine(8, "570")}, {"b", test::machine(8, "580")}});
  ASSERT_EQ(fleet.classes.size(), 2U);
  EXPECT_THAT(fleet.classes[0].differences, IsEmpty());
  EXPECT_THAT(fleet.classes[1].differences, IsEmpty());
}

TEST(Fleet, WhatTheFakeDriverAnsweredIsCountedApart) {
  const FleetReport fleet = merged(mixed_fleet());
  ASSERT_EQ(fleet.models.size(), 3U);
  EXPECT_EQ(fleet.models[0].name, "NVIDIA H200");
  EXPECT_FALSE(fleet.models[0].fake);
  EXPECT_EQ(fleet.models[0].machines, 14U);
  EXPECT_TRUE(fleet.models[1].fake);
  EXPECT_EQ(fleet.models[1].machines, 1U);
  EXPECT_THAT(class_of(fleet, "made_up.json").differences, IsEmpty());
}

TEST(Fleet, CountsEveryStatusAndVerdictByModel) {
  const FleetReport fleet = merged(mixed_fleet());
  const auto& tallies = fleet.models[0].tallies;
  ASSERT_EQ(tallies.size(), 4U);
  EXPECT_EQ(tallies[0], (Tally{ItemKind::feature, "tcgen05.alloc", {{"unsupported", 111}}}));
  EXPECT_EQ(tallies[1],
            (Tally{ItemKind::feature, "wgmma.bf16", {{"supported", 110}, {"crashed", 1}}}));
  EXPECT_EQ(tallies[2], (Tally{ItemKind::kernel, "mla.dense_decode.wgmma", {{"supported", 111}}}));
  EXPECT_EQ(tallies[3], (Tally{ItemKind::backend, "fa3", {{"runs", 110}, {"at_risk", 1}}}));
}

TEST(Fleet, AFeatureThatOlderReportsDoNotKnowMakesNobodyOdd) {
  auto machines = mixed_fleet();
  machines.push_back({"newer.json", test::machine()});
  for (FleetGpu& gpu : machines.back().machine.gpus)
    gpu.standings.push_back({ItemKind::feature, "added.later", 2});
  EXPECT_THAT(class_of(merged(machines), "newer.json").differences, IsEmpty());
}

TEST(Fleet, DifferencesAreBoundedAndTheRestIsCounted) {
  auto machines = mixed_fleet();
  for (auto& one : machines) {
    const bool odd = one.name == "crashing.json";
    for (FleetGpu& gpu : one.machine.gpus) {
      for (int i = 0; i < 500; ++i)
        gpu.standings.push_back(
            {ItemKind::feature, "f" + std::to_string(i),
             static_cast<std::uint8_t>(odd ? Status::blocked : Status::supported)});
    }
  }
  const FleetClass found = class_of(merged(machines), "crashing.json");
  EXPECT_EQ(found.differences.size(), most_differences);
  EXPECT_EQ(found.differences.size() + found.more_differences, 502U);
}

TEST(Fleet, WhereEveryMachineIsAClassOfItsOwnFewDifferencesAreKept) {
  const FleetReport fleet = merged(test::fleet_of_strangers(60));
  ASSERT_EQ(fleet.classes.size(), 60U);
  for (const FleetClass& found : fleet.classes) {
    EXPECT_GT(found.more_differences, 0U);
    EXPECT_EQ(found.differences.size(),
              found.number <= classes_in_detail ? most_differences : few_differences);
  }
}

}  // namespace
}  // namespace bp
