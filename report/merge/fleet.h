// Gathers the reports of a fleet. What is kept grows with the number of different machines; of each
// report only its name and a hash of its content stay.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "report/merge/fleet_report.h"
#include "report/merge/machine.h"

namespace bp {

class Fleet {
 public:
  /// `name` tells the report from the others; `content` is a hash of its bytes.
  void add(std::string name, const FleetMachine& machine, std::size_t content);
  void skip(std::string name, std::string why);

  /// The same whatever the order of the above was.
  FleetReport report() const;

  /// Standings with their ids as numbers, for comparing many of them.
  struct Profile {
    std::string model;
    std::string capability;
    std::string problem;
    std::vector<std::pair<std::uint32_t, std::uint8_t>> standings;  // sorted
    auto operator<=>(const Profile&) const = default;
  };
  struct Key {
    std::string driver;
    std::string cuda;
    std::string problem;
    bool complete = true;
    bool fake = false;
    std::vector<std::uint32_t> gpus;  // profiles, sorted
    auto operator<=>(const Key&) const = default;
  };
  using Thing = std::pair<ItemKind, std::string>;

 private:
  std::uint32_t profile_of(const FleetGpu& gpu);

  std::array<std::unordered_map<std::string, std::uint32_t>, item_kinds> numbers_;  // by subject
  std::vector<Thing> things_;
  std::map<Profile, std::uint32_t> profile_numbers_;
  std::vector<const Profile*> profiles_;  // keys of profile_numbers_
  std::map<Key, std::vector<std::string>> classes_;
  std::map<std::string, std::size_t> tools_;
  std::unordered_set<std::size_t> contents_;
  std::vector<SkippedReport> skipped_;
  std::size_t reports_ = 0;
  std::size_t copies_ = 0;
};

}  // namespace bp
