// What many machines have in common, and which differ from most.
#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <tuple>

#include "report/merge/fleet.h"

namespace bp {
namespace {

/// Statuses and verdicts are few.
constexpr std::size_t values_of_standing = 16;
using FleetVotes = std::array<std::size_t, values_of_standing>;
using FleetCounts = std::map<std::string, std::size_t>;
using ModelKey = std::tuple<std::string, std::string, bool>;  // name, capability, fake

/// One kind of GPU over all machines.
struct ModelCounts {
  std::size_t machines = 0;
  std::size_t gpus = 0;
  FleetCounts drivers;  // of machines, as the three that follow
  FleetCounts cuda_versions;
  FleetCounts complete;
  FleetCounts gpu_numbers;
  FleetCounts problems;                       // of GPUs
  std::map<std::uint32_t, FleetVotes> votes;  // of GPUs, by thing
};

/// All machines, those of the fake driver apart.
struct MachineCounts {
  std::size_t all = 0;
  std::size_t without_problem = 0;  // of the driver
  std::size_t with_gpu = 0;
};

/// GPUs of one class that are alike, and of which model they are.
struct AlikeGpus {
  const Fleet::Profile* profile;
  std::size_t count;
};

struct FleetMajority {
  std::string value;
  std::size_t agree = 0;
  std::size_t of = 0;
};

/// The value that more than half have.
std::optional<FleetMajority> majority(const FleetCounts& counts) {
  FleetMajority most;
  for (const auto& [value, count] : counts) {
    most.of += count;
    if (count > most.agree) std::tie(most.value, most.agree) = std::pair(value, count);
  }
  if (most.agree * 2 <= most.of) return std::nullopt;
  return most;
}

struct FleetMajorityVote {
  std::uint8_t value = 0;
  std::size_t agree = 0;
  std::size_t of = 0;
};

std::optional<FleetMajorityVote> majority(const FleetVotes& votes) {
  FleetMajorityVote most;
  for (std::size_t value = 0; value < votes.size(); ++value) {
    most.of += votes[value];
    if (votes[value] > most.agree) {
      most.agree = votes[value];
      most.value = static_cast<std::uint8_t>(value);
    }
  }
  if (most.agree * 2 <= most.of) return std::nullopt;
  return most;
}

std::string or_unknown(const std::string& text) { return text.empty() ? "unknown" : text; }
std::string or_none(const std::string& text) { return text.empty() ? "none" : text; }
std::string yes_or_no(bool yes) { return yes ? "yes" : "no"; }

/// By what stands in them: the numbers of things depend on the order of the reports.
bool profile_before(const Fleet::Profile& a, const Fleet::Profile& b,
                    const std::vector<Fleet::Thing>& things) {
  const auto head = [](const Fleet::Profile& profile) {
    return std::tie(profile.model, profile.capability, profile.problem);
  };
  if (head(a) != head(b)) return head(a) < head(b);
  const auto named = [&](const Fleet::Profile& profile) {
    std::vector<std::pair<Fleet::Thing, std::uint8_t>> all;
    for (const auto& [thing, value] : profile.standings) all.emplace_back(things[thing], value);
    std::ranges::sort(all);
    return all;
  };
  return named(a) < named(b);
}

std::vector<AlikeGpus> alike_gpus(const Fleet::Key& key,
                                  const std::vector<const Fleet::Profile*>& profiles,
                                  const std::vector<Fleet::Thing>& things) {
  std::vector<AlikeGpus> found;
  for (const std::uint32_t number : key.gpus) {
    const Fleet::Profile* profile = profiles[number];
    if (!found.empty() && found.back().profile == profile) {
      ++found.back().count;
    } else {
      found.push_back({profile, 1});
    }
  }
  std::ranges::sort(found, [&](const AlikeGpus& a, const AlikeGpus& b) {
    return profile_before(*a.profile, *b.profile, things);
  });
  return found;
}

ModelKey model_key(const Fleet::Key& key, const Fleet::Profile& profile) {
  return {profile.model, profile.capability, key.fake};
}

/// How many GPUs of each model a machine of the class has.
std::map<ModelKey, std::size_t> gpu_numbers(const Fleet::Key& key,
                                            const std::vector<AlikeGpus>& gpus) {
  std::map<ModelKey, std::size_t> numbers;
  for (const AlikeGpus& group : gpus) numbers[model_key(key, *group.profile)] += group.count;
  return numbers;
}

void count_class(const Fleet::Key& key, const std::vector<AlikeGpus>& gpus, std::size_t machines,
                 std::map<ModelKey, ModelCounts>& models) {
  for (const auto& [name, number] : gpu_numbers(key, gpus)) {
    ModelCounts& model = models[name];
    model.machines += machines;
    model.gpus += machines * number;
    model.drivers[or_unknown(key.driver)] += machines;
    model.cuda_versions[or_unknown(key.cuda)] += machines;
    model.complete[yes_or_no(key.complete)] += machines;
    model.gpu_numbers[std::to_string(number)] += machines;
  }
  for (const AlikeGpus& group : gpus) {
    ModelCounts& model = models[model_key(key, *group.profile)];
    model.problems[or_none(group.profile->problem)] += machines * group.count;
    for (const auto& [thing, value] : group.profile->standings)
      model.votes[thing].at(value) += machines * group.count;
  }
}

/// Collects differences: of GPUs that differ in the same way, once.
struct Differences {
  std::vector<FleetDifference> all;
  std::set<std::tuple<std::string, std::string, std::string, std::string>> seen;

  void add(FleetDifference difference) {
    if (seen.emplace(difference.model, difference.what, difference.id, difference.here).second)
      all.push_back(std::move(difference));
  }
  void compare(const std::string& model, const char* what, const std::string& here,
               const FleetCounts& counts) {
    const auto usual = majority(counts);
    if (usual && usual->value != here)
      add({model, what, {}, here, usual->value, usual->agree, usual->of});
  }
};

std::vector<FleetDifference> find_differences(const Fleet::Key& key,
                                              const std::vector<AlikeGpus>& gpus,
                                              const MachineCounts& machines,
                                              const std::map<ModelKey, ModelCounts>& models,
                                              const std::vector<Fleet::Thing>& things) {
  Differences differences;
  // A machine without GPUs has no model to be compared by.
  if (!key.problem.empty()) {
    if (machines.without_problem * 2 > machines.all)
      differences.add(
          {{}, "problem", {}, key.problem, "none", machines.without_problem, machines.all});
  } else if (gpus.empty() && machines.with_gpu * 2 > machines.all) {
    differences.add({{}, "GPUs", {}, "none", "some", machines.with_gpu, machines.all});
  }
  for (const auto& [name, number] : gpu_numbers(key, gpus)) {
    const ModelCounts& model = models.at(name);
    const std::string& called = std::get<0>(name);
    differences.compare(called, "driver", or_unknown(key.driver), model.drivers);
    differences.compare(called, "CUDA version", or_unknown(key.cuda), model.cuda_versions);
    differences.compare(called, "GPUs", std::to_string(number), model.gpu_numbers);
    differences.compare(called, "complete", yes_or_no(key.complete), model.complete);
  }
  for (const AlikeGpus& group : gpus) {
    const Fleet::Profile& profile = *group.profile;
    const ModelCounts& model = models.at(model_key(key, profile));
    differences.compare(profile.model, "problem", or_none(profile.problem), model.problems);
    std::vector<FleetDifference> rows;
    for (const auto& [thing, value] : profile.standings) {
      const auto usual = majority(model.votes.at(thing));
      if (!usual || usual->value == value) continue;
      const auto& [subject, id] = things[thing];
      rows.push_back({profile.model, std::string(to_string(subject)), id,
                      std::string(word_of(subject, value)),
                      std::string(word_of(subject, usual->value)), usual->agree, usual->of});
    }
    // Features before what follows from them; not by number, as above.
    std::ranges::sort(rows, {}, [](const FleetDifference& row) {
      const int place = row.what == "bench"     ? 3
                        : row.what == "backend" ? 2
                        : row.what == "kernel"  ? 1
                                                : 0;
      return std::pair(place, row.id);
    });
    for (FleetDifference& row : rows) differences.add(std::move(row));
  }
  return std::move(differences.all);
}

/// `odd`: classes before this one that differ.
void keep(std::vector<FleetDifference> differences, std::size_t& odd, FleetClass& found) {
  if (differences.empty()) return;
  const std::size_t most = odd++ < classes_in_detail ? most_differences : few_differences;
  const std::size_t kept = std::min(differences.size(), most);
  found.more_differences = differences.size() - kept;
  differences.resize(kept);
  differences.shrink_to_fit();
  found.differences = std::move(differences);
}

std::vector<Count> in_words(ItemKind subject, const FleetVotes& votes) {
  std::vector<Count> counts;
  for (std::size_t value = 0; value < votes.size(); ++value) {
    if (votes[value] > 0)
      counts.push_back(
          {std::string(word_of(subject, static_cast<std::uint8_t>(value))), votes[value]});
  }
  return counts;
}

std::vector<Count> most_first(const FleetCounts& counts) {
  std::vector<Count> found;
  for (const auto& [value, count] : counts) found.push_back({value, count});
  std::ranges::stable_sort(found, std::ranges::greater{}, &Count::count);
  return found;
}

ClassGpus class_gpus(const AlikeGpus& group, const std::vector<Fleet::Thing>& things) {
  FleetVotes features{};
  FleetVotes backends{};
  for (const auto& [thing, value] : group.profile->standings) {
    if (things[thing].first == ItemKind::feature) ++features.at(value);
    if (things[thing].first == ItemKind::backend) ++backends.at(value);
  }
  return {group.profile->model,
          group.profile->capability,
          group.profile->problem,
          group.count,
          in_words(ItemKind::feature, features),
          in_words(ItemKind::backend, backends)};
}

FleetModel model_of(const ModelKey& name, const ModelCounts& model,
                    const std::vector<Fleet::Thing>& things) {
  FleetModel found{std::get<0>(name),
                   std::get<1>(name),
                   std::get<2>(name),
                   model.machines,
                   model.gpus,
                   most_first(model.drivers),
                   {}};
  for (const auto& [thing, votes] : model.votes) {
    const auto& [subject, id] = things[thing];
    found.tallies.push_back({subject, id, in_words(subject, votes)});
  }
  std::ranges::sort(found.tallies, {},
                    [](const Tally& tally) { return std::tie(tally.subject, tally.id); });
  return found;
}

}  // namespace

FleetReport Fleet::report() const {
  FleetReport fleet;
  fleet.reports = reports_;
  fleet.copies = copies_;
  fleet.tools = most_first(tools_);
  fleet.skipped = skipped_;
  std::ranges::sort(fleet.skipped);
  std::map<ModelKey, ModelCounts> models;
  std::map<bool, MachineCounts> all;  // by fake
  for (const auto& [key, machines] : classes_) {
    count_class(key, alike_gpus(key, profiles_, things_), machines.size(), models);
    MachineCounts& counts = all[key.fake];
    counts.all += machines.size();
    if (key.problem.empty()) counts.without_problem += machines.size();
    if (!key.gpus.empty()) counts.with_gpu += machines.size();
  }
  for (const auto& [name, model] : models) {
    fleet.gpus += model.gpus;
    fleet.models.push_back(model_of(name, model, things_));
  }
  std::ranges::stable_sort(fleet.models, std::ranges::greater{}, &FleetModel::gpus);
  std::vector<std::pair<FleetClass, const Key*>> classes;
  for (const auto& [key, machines] : classes_) {
    FleetClass found{.driver = key.driver,
                     .cuda = key.cuda,
                     .problem = key.problem,
                     .complete = key.complete,
                     .fake = key.fake,
                     .gpus = {},
                     .machines = machines,
                     .differences = {}};
    std::ranges::sort(found.machines);
    classes.emplace_back(std::move(found), &key);
  }
  std::ranges::sort(classes, [](const auto& one, const auto& other) {
    const auto& a = one.first.machines;
    const auto& b = other.first.machines;
    return a.size() != b.size() ? a.size() > b.size() : a.front() < b.front();
  });
  std::size_t odd = 0;
  for (auto& [found, key] : classes) {
    const std::vector<AlikeGpus> gpus = alike_gpus(*key, profiles_, things_);
    for (const AlikeGpus& group : gpus) found.gpus.push_back(class_gpus(group, things_));
    keep(find_differences(*key, gpus, all.at(key->fake), models, things_), odd, found);
    found.number = fleet.classes.size() + 1;
    fleet.classes.push_back(std::move(found));
  }
  return fleet;
}

std::string_view what_counts() {
  return "Machines are alike that have the same driver and CUDA version, or the same problem with "
         "them, the same number of GPUs of the same models, and the same status of every feature, "
         "reference kernel and row of bench and "
         "verdict on every backend on them, and whose reports are both complete or both not. "
         "Figures, facts, evidence, times and the version of this program do not count.";
}

}  // namespace bp
