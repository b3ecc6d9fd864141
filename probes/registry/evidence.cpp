#include "probes/registry/evidence.h"

#include <algorithm>
#include <array>
#include <utility>

namespace bp {
namespace {

constexpr auto kind_names =
    std::to_array<std::string_view>({"inferred", "declared", "assembled", "simulated", "loaded",
                                     "launched", "verified", "counted"});
constexpr auto status_names = std::to_array<std::string_view>(
    {"supported", "emulated", "unsupported", "wrong_result", "crashed", "timed_out", "blocked",
     "not_run", "assembles", "refused", "measured"});

template <typename Enum, std::size_t n>
std::optional<Enum> parse(const std::array<std::string_view, n>& names, std::string_view text) {
  const auto found = std::ranges::find(names, text);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

}  // namespace

std::string_view to_string(EvidenceKind kind) { return kind_names[static_cast<std::size_t>(kind)]; }

std::optional<EvidenceKind> parse_evidence_kind(std::string_view text) {
  return parse<EvidenceKind>(kind_names, text);
}

std::string_view to_string(Status status) { return status_names[static_cast<std::size_t>(status)]; }

std::optional<Status> parse_status(std::string_view text) {
  return parse<Status>(status_names, text);
}

MachineCode machine_code_of(std::string_view sass) {
  if (sass.starts_with("native")) return MachineCode::native;
  if (sass.starts_with("expanded")) return MachineCode::expanded;
  if (sass.starts_with("helper")) return MachineCode::helper;
  return MachineCode::unknown;
}

std::optional<EvidenceKind> strongest(std::span<const Evidence> evidence) {
  std::optional<EvidenceKind> best;
  for (const auto& item : evidence) {
    if (!item.against && (!best || item.kind > *best)) best = item.kind;
  }
  return best;
}

}  // namespace bp
