#include <algorithm>
#include <array>

#include "report/evaluate/evaluate.h"

namespace bp {
namespace {

constexpr double kib = 1024;

struct CapabilityLimits {
  ComputeCapability cc;
  double smem_sm, smem_optin, cluster_max, warps_sm;
};

// CUDA Programming Guide 13.x, "Compute Capabilities", tables of technical specifications. Cluster
// sizes are the portable maximum; larger ones are asked of the driver.
constexpr auto rows = std::to_array<CapabilityLimits>({
    {{7, 5}, 64, 64, 0, 32},
    {{8, 0}, 164, 163, 0, 64},
    {{8, 6}, 100, 99, 0, 48},
    {{8, 7}, 164, 163, 0, 48},
    {{8, 9}, 100, 99, 0, 48},
    {{9, 0}, 228, 227, 8, 64},
    {{10, 0}, 228, 227, 8, 64},
    {{10, 3}, 228, 227, 8, 64},
    {{11, 0}, 228, 227, 8, 48},
    {{12, 0}, 100, 99, 8, 48},
    {{12, 1}, 100, 99, 8, 48},
});

}  // namespace

std::map<std::string, Limit, std::less<>> limits_of(const GpuFacts& gpu) {
  constexpr auto names = std::to_array<std::pair<std::string_view, std::string_view>>({
      {"smem_optin", "max_shared_memory_per_block_optin_bytes"},
      {"smem_sm", "max_shared_memory_per_multiprocessor_bytes"},
      {"registers_block", "max_registers_per_block"},
      {"sms", "multiprocessor_count"},
  });
  std::map<std::string, Limit, std::less<>> limits;
  for (const auto& [limit, key] : names) {
    if (const auto value = number(gpu.facts, key)) {
      limits.emplace(limit, Limit{*value, EvidenceKind::declared});
    }
  }
  if (const auto threads = number(gpu.facts, "max_threads_per_multiprocessor")) {
    limits.emplace("warps_sm", Limit{*threads / 32, EvidenceKind::declared});
  }
  // The driver has no attribute for the cluster size: the portable maximum of the documents, where
  // it says that clusters can be launched at all.
  const Fact* launch = find_fact(gpu.facts, "cluster_launch");
  if (launch != nullptr) {
    const auto documented = limits_of(gpu.cc);
    const auto entry = documented.find("cluster_max");
    const bool* clusters = std::get_if<bool>(&launch->value);
    const auto* number_of = std::get_if<std::int64_t>(&launch->value);
    if ((clusters && !*clusters) || (number_of && *number_of == 0)) {
      limits.emplace("cluster_max", Limit{0, EvidenceKind::declared});
    } else if (entry != documented.end()) {
      limits.emplace("cluster_max", entry->second);
    }
  }
  return limits;
}

std::map<std::string, Limit, std::less<>> limits_of(ComputeCapability cc) {
  std::map<std::string, Limit, std::less<>> limits;
  const auto row = std::ranges::find(rows, cc, &CapabilityLimits::cc);
  if (row == rows.end()) return limits;
  limits.emplace("smem_sm", Limit{row->smem_sm * kib, EvidenceKind::inferred});
  limits.emplace("smem_optin", Limit{row->smem_optin * kib, EvidenceKind::inferred});
  limits.emplace("cluster_max", Limit{row->cluster_max, EvidenceKind::inferred});
  limits.emplace("warps_sm", Limit{row->warps_sm, EvidenceKind::inferred});
  limits.emplace("registers_block", Limit{65536, EvidenceKind::inferred});
  return limits;
}

}  // namespace bp
