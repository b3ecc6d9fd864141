#include "report/merge/fleet.h"

#include <algorithm>

namespace bp {

std::uint32_t Fleet::profile_of(const FleetGpu& gpu) {
  Profile profile{gpu.model, gpu.capability, gpu.problem, {}};
  profile.standings.reserve(gpu.standings.size());
  for (const Standing& standing : gpu.standings) {
    const auto next = static_cast<std::uint32_t>(things_.size());
    const auto [place, fresh] =
        numbers_[static_cast<std::size_t>(standing.subject)].try_emplace(standing.id, next);
    if (fresh) things_.emplace_back(standing.subject, standing.id);
    profile.standings.emplace_back(place->second, standing.value);
  }
  std::ranges::sort(profile.standings);
  const auto [place, fresh] = profile_numbers_.try_emplace(
      std::move(profile), static_cast<std::uint32_t>(profiles_.size()));
  if (fresh) profiles_.push_back(&place->first);
  return place->second;
}

void Fleet::add(std::string name, const FleetMachine& machine, std::size_t content) {
  ++reports_;
  if (!contents_.insert(content).second) ++copies_;
  ++tools_[machine.tool];
  Key key{machine.driver, machine.cuda, machine.problem, machine.complete, machine.fake, {}};
  for (const FleetGpu& gpu : machine.gpus) key.gpus.push_back(profile_of(gpu));
  std::ranges::sort(key.gpus);
  classes_[std::move(key)].push_back(std::move(name));
}

void Fleet::skip(std::string name, std::string why) {
  skipped_.push_back({std::move(name), std::move(why)});
}

}  // namespace bp
