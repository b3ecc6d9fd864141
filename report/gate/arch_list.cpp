#include "report/gate/arch_list.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace bp::gate {
namespace {

using Accepted = std::set<std::pair<std::string, Target>>;

/// What the targets of one major version must do: a target covers GPUs of its own major alone.
struct MajorNeeds {
  std::vector<ComputeCapability> gpus;
  std::vector<std::set<std::string>> features;  // of each
};

Accepted accepted_of(std::span<const MatrixRow> matrix) {
  Accepted accepted;
  for (const MatrixRow& row : matrix) {
    const auto target = parse_target(row.target);
    if (target && row.verdict == Status::assembles) accepted.emplace(row.feature, *target);
  }
  return accepted;
}

/// Orin's GPU takes no machine code but its own, nor does another take that: "Binary Compatibility"
/// excepts Tegra. What loads there all the same is not promised, and a list is a promise.
bool surely_loads(Target target, ComputeCapability gpu) {
  constexpr ComputeCapability orin{8, 7};
  return runs_on(target, gpu) && (target.cc == gpu || (target.cc != orin && gpu != orin));
}

/// Without those that no target of this GPU takes: no list could hold them.
std::set<std::string> takable(const ArchNeed& need, const Accepted& accepted, bool families) {
  std::set<std::string> features;
  for (const std::string& feature : need.features) {
    for (const Target target : targets_for(need.cc)) {
      if (!families && target.suffix == Suffix::family) continue;
      if (accepted.contains({feature, target})) features.insert(feature);
    }
  }
  return features;
}

int suffix_rank(Suffix suffix) {
  return suffix == Suffix::none ? 0 : suffix == Suffix::family ? 1 : 2;
}

/// The number of targets counts most, then their suffixes, then how far they are from the newest.
long cost_of(Target target) {
  return 100'000 + 1'000 * suffix_rank(target.suffix) - target.cc.minor;
}

/// One step of a cover: bit i for GPU i.
struct Candidate {
  Target target;
  std::size_t covers = 0;
};

std::vector<Candidate> candidates_for(const MajorNeeds& needs, const Accepted& accepted,
                                      bool families) {
  std::vector<Candidate> candidates;
  for (const Target target : known_targets()) {
    if (!families && target.suffix == Suffix::family) continue;
    Candidate candidate{target};
    for (std::size_t i = 0; i < needs.gpus.size(); ++i) {
      const auto takes = [&](const std::string& feature) {
        return accepted.contains({feature, target});
      };
      if (surely_loads(target, needs.gpus[i]) && std::ranges::all_of(needs.features[i], takes))
        candidate.covers |= std::size_t{1} << i;
    }
    if (candidate.covers != 0) candidates.push_back(candidate);
  }
  return candidates;
}

/// The cheapest cover, over all sets of GPUs: a major version has a handful of known minor ones.
std::vector<Target> cheapest_cover(const MajorNeeds& needs, const Accepted& accepted,
                                   bool families) {
  struct Cover {
    long cost = -1;  // none yet
    std::vector<Target> targets;
  };
  const std::vector<Candidate> candidates = candidates_for(needs, accepted, families);
  std::vector<Cover> best(std::size_t{1} << needs.gpus.size());
  best.front().cost = 0;
  for (std::size_t covered = 0; covered < best.size(); ++covered) {
    if (best[covered].cost < 0) continue;
    for (const Candidate& candidate : candidates) {
      const std::size_t more = covered | candidate.covers;
      const long cost = best[covered].cost + cost_of(candidate.target);
      if (more == covered || (best[more].cost >= 0 && best[more].cost <= cost)) continue;
      best[more].cost = cost;
      best[more].targets = best[covered].targets;
      best[more].targets.push_back(candidate.target);
    }
  }
  return best.back().targets;
}

}  // namespace

std::vector<Target> shortest_arch_list(std::span<const ArchNeed> needs,
                                       std::span<const MatrixRow> matrix, bool families) {
  const Accepted accepted = accepted_of(matrix);
  std::map<ComputeCapability, std::set<std::string>> by_gpu;
  for (const ArchNeed& need : needs) by_gpu[need.cc].merge(takable(need, accepted, families));
  std::map<int, MajorNeeds> by_major;
  std::vector<Target> list;
  for (const auto& [cc, features] : by_gpu) {
    if (!is_known({cc, Suffix::none})) {
      list.push_back({cc, Suffix::none});
      continue;
    }
    by_major[cc.major].gpus.push_back(cc);
    by_major[cc.major].features.push_back(features);
  }
  for (const auto& [major, gpus] : by_major) {
    for (const Target target : cheapest_cover(gpus, accepted, families)) list.push_back(target);
  }
  std::ranges::sort(list);
  return list;
}

}  // namespace bp::gate
