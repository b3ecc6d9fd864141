// Machines for the tests of fleets, written by hand.
#pragma once

#include <string>
#include <vector>

#include "report/merge/fleet.h"
#include "report/model/report.h"

namespace bp::test {

FleetGpu h200(Status bf16 = Status::supported, Verdict fa3 = Verdict::runs);
/// `gpus` of h200().
FleetMachine machine(int gpus = 8, std::string driver = "580.159.04");

struct NamedMachine {
  std::string name;
  FleetMachine machine;
};
/// Ten alike; one with an older driver; one of whose GPUs crashes; one with seven GPUs; one
/// incomplete; one of another model; one without a GPU; one of the fake driver.
std::vector<NamedMachine> mixed_fleet();
/// Three machines with a row of `bench`, which is wrong on bench1.json, and one without.
inline constexpr const char* bench_row = "mla.dense_decode.wgmma/b128_h16_sq1_sk4096/free";
std::vector<NamedMachine> benched_fleet();
/// Each lacks 250 of 1,000 features that most others have, each other ones.
std::vector<NamedMachine> fleet_of_strangers(int machines);
FleetReport merged(const std::vector<NamedMachine>& machines);

}  // namespace bp::test
