// What the fleet is told of one report: which GPUs a machine has and how everything ended on them.
// Evidence, sentences and figures stay in the report.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bp {

enum class ItemKind : std::uint8_t { feature, kernel, backend, bench };
inline constexpr std::size_t item_kinds = 4;
std::string_view to_string(ItemKind subject);

/// How one thing ended on one GPU.
struct Standing {
  ItemKind subject = ItemKind::feature;
  std::string id;          // "tcgen05.mma.f16"; of a row of `bench` KERNEL/SHAPE/TUNING
  std::uint8_t value = 0;  // a Status, of a backend a Verdict
  auto operator<=>(const Standing&) const = default;
};
/// "supported", "no_hardware"
std::string_view word_of(ItemKind subject, std::uint8_t value);

struct FleetGpu {
  std::string model;       // "NVIDIA H200"
  std::string capability;  // "9.0"
  std::string problem;     // id of the reason that kept it closed; empty: it was opened
  std::vector<Standing> standings;
  bool operator==(const FleetGpu&) const = default;
};

struct FleetMachine {
  std::string driver;   // "580.159.04"; empty: not known
  std::string cuda;     // "13.0"
  std::string problem;  // id of the reason why there is no usable driver
  bool complete = true;
  bool fake = false;  // made with the fake driver of the tests
  std::string tool;   // version of the program that made the report
  std::vector<FleetGpu> gpus;
  bool operator==(const FleetMachine&) const = default;
};

}  // namespace bp
