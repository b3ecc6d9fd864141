// The report of a fleet as typed values: what many machines have in common, and which differ.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "report/merge/machine.h"
#include "report/model/report.h"

namespace bp {

/// Semantic version of the fleet's JSON, as schema_version is that of report.json.
inline constexpr std::string_view fleet_schema_version = "1.0.0";

/// Kept of each of the first classes that differ, and of each of the others: where every machine is
/// of a class of its own, all that they differ in is more than anybody reads.
inline constexpr std::size_t most_differences = 200;
inline constexpr std::size_t classes_in_detail = 50;
inline constexpr std::size_t few_differences = 10;

struct Count {
  std::string value;  // "580.159.04", "supported"
  std::size_t count = 0;
  bool operator==(const Count&) const = default;
};

/// How one feature, kernel or backend ended on the GPUs of one model.
struct Tally {
  ItemKind subject = ItemKind::feature;
  std::string id;
  std::vector<Count> counts;  // of GPUs, by status or verdict in its own order
  bool operator==(const Tally&) const = default;
};

struct FleetModel {
  std::string name;
  std::string capability;
  bool fake = false;  // answered by the fake driver of the tests: counted apart
  std::size_t machines = 0;
  std::size_t gpus = 0;
  std::vector<Count> drivers;  // of machines, most first
  std::vector<Tally> tallies;  // by subject, then by id
  bool operator==(const FleetModel&) const = default;
};

/// What a machine has that most machines with the same model of GPU do not have.
struct FleetDifference {
  std::string model;      // empty: from most machines of the fleet
  std::string what;       // "driver", "CUDA version", "GPUs", "complete", "problem", "feature" ...
  std::string id;         // of feature, kernel or backend
  std::string here;       // "blocked"
  std::string usual;      // "supported"
  std::size_t agree = 0;  // machines (of features, kernels and backends: GPUs) with `usual`
  std::size_t of = 0;     // of so many
  bool operator==(const FleetDifference&) const = default;
};

/// GPUs of one machine that are alike.
struct ClassGpus {
  std::string model;
  std::string capability;
  std::string problem;
  std::size_t count = 0;
  std::vector<Count> features;  // how many ended how
  std::vector<Count> backends;
  bool operator==(const ClassGpus&) const = default;
};

/// Machines that are alike in all that a fleet compares.
struct FleetClass {
  std::size_t number = 0;  // from 1, the largest class first
  std::string driver;
  std::string cuda;
  std::string problem;
  bool complete = true;
  bool fake = false;
  std::vector<ClassGpus> gpus;
  std::vector<std::string> machines;         // names of their reports, sorted
  std::vector<FleetDifference> differences;  // the first, see most_differences
  std::size_t more_differences = 0;          // that were left out
  bool operator==(const FleetClass&) const = default;
};

struct SkippedReport {
  std::string name;
  std::string why;  // one sentence
  auto operator<=>(const SkippedReport&) const = default;
};

struct FleetReport {
  ToolInfo tool;
  std::string created;
  bool redacted = false;
  std::size_t reports = 0;  // that were read
  std::size_t copies = 0;   // of them, those with the very content of another
  std::size_t gpus = 0;
  std::vector<Count> tools;  // versions of the program that made them, most first
  std::vector<FleetModel> models;
  std::vector<FleetClass> classes;
  std::vector<SkippedReport> skipped;
  bool operator==(const FleetReport&) const = default;
};

/// What makes two machines alike: one sentence for every format.
std::string_view what_counts();

}  // namespace bp
