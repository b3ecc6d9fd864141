#include "probes/assembly/toolkits.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <tuple>

#include "probes/assembly/parallel.h"

namespace bp {
namespace {

using enum Suffix;

/// What known_targets() leaves out: dropped by CUDA 13, renamed (101 became 110), or newer than the
/// toolkit of the build.
constexpr auto other_targets = std::to_array<Target>({{{5, 0}, none},
                                                      {{5, 2}, none},
                                                      {{5, 3}, none},
                                                      {{6, 0}, none},
                                                      {{6, 1}, none},
                                                      {{6, 2}, none},
                                                      {{7, 0}, none},
                                                      {{7, 2}, none},
                                                      {{10, 1}, none},
                                                      {{10, 1}, family},
                                                      {{10, 1}, architecture},
                                                      {{10, 7}, none},
                                                      {{10, 7}, family},
                                                      {{10, 7}, architecture}});

/// "ptxas 12.8.93" -> {12, 8, 93}; zeros for what is not a number.
std::array<int, 3> version_of(std::string_view name) {
  std::array<int, 3> version{};
  if (const auto space = name.rfind(' '); space != std::string_view::npos)
    name.remove_prefix(space + 1);
  std::size_t part = 0;
  for (const char c : name) {
    if (c == '.') {
      if (++part == version.size()) break;
    } else if (c >= '0' && c <= '9' && version[part] < 100'000) {
      version[part] = version[part] * 10 + (c - '0');
    }
  }
  return version;
}

/// plain, f, a of each number, as known_targets() has them.
auto order(Target target) {
  const int suffix = target.suffix == none ? 0 : target.suffix == family ? 1 : 2;
  return std::tuple(target.cc, suffix);
}

struct Task {
  const Ptxas* ptxas;
  const MatrixModule* module;
  Target target;
  ToolkitVerdict* verdict;
};

/// The verdicts that `present` holds of the module with this toolkit; null: none, or the module has
/// changed.
const std::vector<ToolkitVerdict>* known_verdicts(const ToolkitTable& present,
                                                  const Toolkit& toolkit, std::string_view feature,
                                                  std::uint64_t hash) {
  const auto* row = present.find(feature);
  const auto at = std::ranges::find(present.toolkits, toolkit);
  if (row == nullptr || row->hash != hash || at == present.toolkits.end()) return nullptr;
  return &row->verdicts[static_cast<std::size_t>(at - present.toolkits.begin())];
}

}  // namespace

const ToolkitFeature* ToolkitTable::find(std::string_view feature) const {
  const auto found = std::ranges::lower_bound(features, feature, {}, &ToolkitFeature::id);
  return found == features.end() || found->id != feature ? nullptr : &*found;
}

const Toolkit* ToolkitTable::toolkit(std::string_view word) const {
  if (toolkits.empty()) return nullptr;
  if (word == "newest") return &toolkits.back();
  for (const auto& toolkit : toolkits) {
    std::string_view name = toolkit.name;
    if (name == word) return &toolkit;
    name.remove_prefix(name.rfind(' ') + 1);
    if (name == word || name.substr(0, name.rfind('.')) == word) return &toolkit;
  }
  return nullptr;
}

const ToolkitVerdict* ToolkitTable::verdict(const Toolkit& toolkit, std::string_view feature,
                                            Target target) const {
  const auto* row = find(feature);
  const auto at = std::ranges::find(toolkit.targets, target);
  if (row == nullptr || at == toolkit.targets.end()) return nullptr;
  const auto place = static_cast<std::size_t>(&toolkit - toolkits.data());
  return &row->verdicts.at(place).at(static_cast<std::size_t>(at - toolkit.targets.begin()));
}

const Toolkit* ToolkitTable::first(std::string_view feature, Target target) const {
  for (const auto& toolkit : toolkits) {
    const auto* answer = verdict(toolkit, feature, target);
    if (answer != nullptr && answer->accepted) return &toolkit;
  }
  return nullptr;
}

std::optional<ToolkitTable::Found> ToolkitTable::newest(std::string_view feature,
                                                        Target target) const {
  std::vector<Target> forms{target};
  if (target.suffix == none) forms.assign({target, {target.cc, family}, {target.cc, architecture}});
  for (auto toolkit = toolkits.rbegin(); toolkit != toolkits.rend(); ++toolkit) {
    std::optional<Found> found;
    for (const auto form : forms) {
      const auto* answer = verdict(*toolkit, feature, form);
      if (answer == nullptr) continue;
      found = Found{&*toolkit, form, answer};
      if (answer->accepted) break;
    }
    if (found) return found;
  }
  return std::nullopt;
}

const Toolkit& ToolkitTable::nearest(std::string_view name) const {
  const auto wanted = version_of(name);
  const Toolkit* best = &toolkits.front();
  for (const auto& toolkit : toolkits) {
    auto version = version_of(toolkit.name);
    if (version[0] == wanted[0] && version[1] == wanted[1]) return toolkit;
    if (version < wanted) best = &toolkit;
  }
  return *best;
}

std::vector<MatrixRow> matrix_rows(const ToolkitTable& table, const Toolkit& toolkit,
                                   std::span<const Target> targets) {
  std::vector<MatrixRow> rows;
  for (const auto& feature : table.features) {
    for (const auto target : targets) {
      const auto* verdict = table.verdict(toolkit, feature.id, target);
      if (verdict == nullptr) continue;
      const auto* first = table.first(feature.id, target);
      rows.push_back({.feature = feature.id,
                      .target = to_string(target),
                      .toolkit = toolkit.name,
                      .verdict = verdict->accepted ? Status::assembles : Status::refused,
                      .sass = {},
                      .message = verdict->message,
                      .ptx = verdict->accepted ? to_string(verdict->lowest) : std::string(),
                      .since = first == nullptr ? std::string() : first->name});
    }
  }
  return rows;
}

void annotate(std::vector<MatrixRow>& rows, const ToolkitTable& table) {
  for (auto& row : rows) {
    const auto target = parse_target(row.target);
    if (!target) continue;
    if (const auto* first = table.first(row.feature, *target)) row.since = first->name;
    const auto* toolkit = table.toolkit(row.toolkit);
    const auto* verdict =
        toolkit == nullptr ? nullptr : table.verdict(*toolkit, row.feature, *target);
    if (verdict != nullptr && verdict->accepted && row.verdict == Status::assembles)
      row.ptx = to_string(verdict->lowest);
  }
}

std::vector<Target> toolkit_targets() {
  std::vector<Target> targets(known_targets().begin(), known_targets().end());
  for (const auto target : other_targets)
    if (!is_known(target)) targets.push_back(target);
  std::ranges::sort(targets, {}, order);
  return targets;
}

std::uint64_t module_hash(const MatrixModule& module) {
  std::uint64_t hash = 0xcbf29ce484222325u;  // FNV-1a
  const auto add = [&](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  };
  add(to_string(module.minimum));
  add(module.own);
  for (std::string_view rest = module.ptx; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size() - 1) + 1;
    if (!rest.starts_with("//")) add(rest.substr(0, end));  // they name the compiler's build
    rest.remove_prefix(end);
  }
  return hash;
}

ToolkitTable judge_with_toolkits(std::span<const Ptxas> assemblers,
                                 std::span<const MatrixModule> modules, const ToolkitTable& present,
                                 unsigned threads,
                                 const std::function<void(std::size_t, std::size_t)>& progress) {
  const auto all = toolkit_targets();
  std::vector<const Ptxas*> programs;
  for (const auto& ptxas : assemblers) programs.push_back(&ptxas);
  std::ranges::sort(programs, {}, [](const Ptxas* ptxas) { return version_of(ptxas->name()); });

  ToolkitTable table;
  for (const auto* ptxas : programs) {
    std::vector<char> known(all.size());
    in_parallel(all.size(), threads, [&](std::size_t i) { known[i] = ptxas->knows(all[i]); });
    Toolkit toolkit{.name = ptxas->name(), .newest = ptxas->newest_ptx(), .targets = {}};
    for (std::size_t i = 0; i < all.size(); ++i)
      if (known[i] != 0) toolkit.targets.push_back(all[i]);
    table.toolkits.push_back(std::move(toolkit));
  }

  std::vector<const MatrixModule*> sorted;
  for (const auto& module : modules) sorted.push_back(&module);
  std::ranges::sort(sorted, {}, &MatrixModule::feature);
  std::vector<Task> tasks;
  for (const auto* module : sorted) {
    ToolkitFeature feature{.id = module->feature, .hash = module_hash(*module), .verdicts = {}};
    for (const auto& toolkit : table.toolkits) {
      const auto* known = known_verdicts(present, toolkit, feature.id, feature.hash);
      feature.verdicts.push_back(
          known != nullptr ? *known : std::vector<ToolkitVerdict>(toolkit.targets.size()));
      if (known != nullptr) continue;
      const auto* ptxas = programs[feature.verdicts.size() - 1];
      for (std::size_t t = 0; t < toolkit.targets.size(); ++t)
        tasks.push_back({ptxas, module, toolkit.targets[t], &feature.verdicts.back()[t]});
    }
    // The inner vectors keep their elements where they are when they are moved.
    table.features.push_back(std::move(feature));
  }
  if (progress) progress(0, tasks.size());
  std::atomic<std::size_t> done{0};
  in_parallel(tasks.size(), threads, [&](std::size_t i) {
    *tasks[i].verdict = lowest_verdict(*tasks[i].ptxas, *tasks[i].module, tasks[i].target);
    if (progress) progress(++done, tasks.size());
  });
  return table;
}

}  // namespace bp
