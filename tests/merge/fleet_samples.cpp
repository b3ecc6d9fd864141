#include "tests/merge/fleet_samples.h"

namespace bp::test {

FleetGpu h200(Status bf16, Verdict fa3) {
  return {.model = "NVIDIA H200",
          .capability = "9.0",
          .problem = {},
          .standings = {
              {ItemKind::feature, "wgmma.bf16", static_cast<std::uint8_t>(bf16)},
              {ItemKind::feature, "tcgen05.alloc", static_cast<std::uint8_t>(Status::unsupported)},
              {ItemKind::kernel, "mla.dense_decode.wgmma",
               static_cast<std::uint8_t>(Status::supported)},
              {ItemKind::backend, "fa3", static_cast<std::uint8_t>(fa3)}}};
}

FleetMachine machine(int gpus, std::string driver) {
  FleetMachine made;
  made.driver = std::move(driver);
  made.cuda = "13.0";
  made.tool = "0.1.0";
  for (int i = 0; i < gpus; ++i) made.gpus.push_back(h200());
  return made;
}

std::vector<NamedMachine> mixed_fleet() {
  std::vector<NamedMachine> fleet;
  for (int i = 0; i < 10; ++i) fleet.push_back({"node" + std::to_string(i) + ".json", machine()});
  fleet.push_back({"older.json", machine(8, "570.86.15")});
  fleet.push_back({"crashing.json", machine()});
  fleet.back().machine.gpus[3] = h200(Status::crashed, Verdict::at_risk);
  fleet.push_back({"seven.json", machine(7)});
  fleet.push_back({"cut.json", machine()});
  fleet.back().machine.complete = false;
  fleet.push_back({"spark.json", machine(1)});
  fleet.back().machine.gpus[0].model = "NVIDIA GB10";
  fleet.back().machine.gpus[0].capability = "12.1";
  fleet.push_back({"bare.json", machine(0, "")});
  fleet.back().machine.problem = "no_libcuda";
  fleet.push_back({"made_up.json", machine(8, "999")});
  fleet.back().machine.fake = true;
  return fleet;
}

std::vector<NamedMachine> benched_fleet() {
  std::vector<NamedMachine> fleet;
  for (int i = 0; i < 3; ++i) {
    fleet.push_back({"bench" + std::to_string(i) + ".json", machine(1)});
    fleet.back().machine.gpus[0].standings.push_back(
        {ItemKind::bench, bench_row,
         static_cast<std::uint8_t>(i == 1 ? Status::wrong_result : Status::measured)});
  }
  fleet.push_back({"run.json", machine(1)});
  return fleet;
}

std::vector<NamedMachine> fleet_of_strangers(int machines) {
  std::vector<NamedMachine> fleet;
  for (int i = 0; i < machines; ++i) {
    fleet.push_back({"node" + std::to_string(1000 + i) + ".json", machine(1)});
    for (int j = 0; j < 1000; ++j) {
      const bool odd = (j + 1000 - i * 17 % 1000) % 1000 < 250;
      fleet.back().machine.gpus[0].standings.push_back(
          {ItemKind::feature, "feature" + std::to_string(j),
           static_cast<std::uint8_t>(odd ? Status::crashed : Status::supported)});
    }
  }
  return fleet;
}

FleetReport merged(const std::vector<NamedMachine>& machines) {
  Fleet fleet;
  std::size_t content = 0;
  for (const NamedMachine& one : machines) fleet.add(one.name, one.machine, ++content);
  return fleet.report();
}

}  // namespace bp::test
