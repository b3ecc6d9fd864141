#include "probes/registry/target.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace bp {
namespace {

struct Row {
  Target target;
  PtxVersion minimum;
};

using enum Suffix;

// Minimum `.version` of each `.target`: PTX ISA 9.x, section ".target", checked with ptxas
// (tests/assembly). Not here: sm_101 (renamed sm_110 in PTX ISA 9.0), sm_50..72 (dropped by CUDA
// 13).
constexpr auto rows = std::to_array<Row>({
    {{{7, 5}, none}, {6, 3}},    {{{8, 0}, none}, {7, 0}},          {{{8, 6}, none}, {7, 1}},
    {{{8, 7}, none}, {7, 4}},    {{{8, 8}, none}, {9, 0}},          {{{8, 9}, none}, {7, 8}},
    {{{9, 0}, none}, {7, 8}},    {{{9, 0}, architecture}, {8, 0}},  {{{10, 0}, none}, {8, 6}},
    {{{10, 0}, family}, {8, 8}}, {{{10, 0}, architecture}, {8, 6}}, {{{10, 3}, none}, {8, 8}},
    {{{10, 3}, family}, {8, 8}}, {{{10, 3}, architecture}, {8, 8}}, {{{11, 0}, none}, {9, 0}},
    {{{11, 0}, family}, {9, 0}}, {{{11, 0}, architecture}, {9, 0}}, {{{12, 0}, none}, {8, 7}},
    {{{12, 0}, family}, {8, 8}}, {{{12, 0}, architecture}, {8, 7}}, {{{12, 1}, none}, {8, 8}},
    {{{12, 1}, family}, {8, 8}}, {{{12, 1}, architecture}, {8, 8}},
});

constexpr auto targets = [] {
  std::array<Target, rows.size()> list{};
  for (std::size_t i = 0; i < rows.size(); ++i) list[i] = rows[i].target;
  return list;
}();

/// Digits only, no sign, at most 999.
std::optional<int> parse_number(std::string_view text) {
  if (text.empty() || text.size() > 3) return std::nullopt;
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

template <typename Pair>
std::optional<Pair> parse_pair(std::string_view text) {
  const auto dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto major = parse_number(text.substr(0, dot));
  const auto minor = parse_number(text.substr(dot + 1));
  if (!major || !minor || *minor > 9) return std::nullopt;
  return Pair{*major, *minor};
}

}  // namespace

std::string to_string(ComputeCapability cc) {
  return std::to_string(cc.major) + "." + std::to_string(cc.minor);
}

std::optional<ComputeCapability> parse_compute_capability(std::string_view text) {
  return parse_pair<ComputeCapability>(text);
}

std::string to_string(PtxVersion version) {
  return std::to_string(version.major) + "." + std::to_string(version.minor);
}

std::optional<PtxVersion> parse_ptx_version(std::string_view text) {
  return parse_pair<PtxVersion>(text);
}

std::string to_string(Target target) {
  std::string text = "sm_" + std::to_string(target.cc.number());
  if (target.suffix != none) text += static_cast<char>(target.suffix);
  return text;
}

std::optional<Target> parse_target(std::string_view text) {
  if (!text.starts_with("sm_")) return std::nullopt;
  text.remove_prefix(3);
  auto suffix = none;
  if (text.ends_with('a')) suffix = architecture;
  if (text.ends_with('f')) suffix = family;
  if (suffix != none) text.remove_suffix(1);
  const auto number = parse_number(text);
  if (!number || *number < 10) return std::nullopt;
  return Target{{*number / 10, *number % 10}, suffix};
}

std::span<const Target> known_targets() { return targets; }

bool is_known(Target target) { return std::ranges::find(targets, target) != targets.end(); }

std::optional<PtxVersion> minimum_ptx_version(Target target) {
  const auto row = std::ranges::find(rows, target, &Row::target);
  if (row == rows.end()) return std::nullopt;
  return row->minimum;
}

bool same_family(ComputeCapability family_of, ComputeCapability gpu) {
  // 110f is a family of its own, so is every major from 10 on; there are no families before.
  return family_of.major >= 10 && family_of.major == gpu.major;
}

bool runs_on(Target image, ComputeCapability gpu) {
  switch (image.suffix) {
    case architecture:
      return image.cc == gpu;
    case family:
      return same_family(image.cc, gpu) && gpu.minor >= image.cc.minor;
    case none:
      return image.cc.major == gpu.major && gpu.minor >= image.cc.minor;
  }
  return false;
}

std::vector<Target> targets_for(ComputeCapability gpu) {
  const std::array all{Target{gpu, architecture}, Target{gpu, family}, Target{gpu, none}};
  std::vector<Target> found;
  std::ranges::copy_if(all, std::back_inserter(found), is_known);
  // A capability that the build does not know is probed, never guessed.
  if (found.empty()) found.assign(all.begin(), all.end());
  return found;
}

std::uint32_t jit_target(Target target) {
  const auto number = static_cast<std::uint32_t>(target.cc.number());
  switch (target.suffix) {
    case architecture:
      return 0x10000u + number;
    case family:
      return 0x20000u + number;
    case none:
      return number;
  }
  return number;
}

}  // namespace bp
