#include "report/formats/summary.h"

#include <algorithm>
#include <map>

#include "probes/registry/feature.h"
#include "probes/registry/operation.h"
#include "report/formats/kernel_words.h"

namespace bp {
namespace {

std::string_view title(Family family) {
  switch (family) {
    case Family::warp_mma:
      return "Warp-level matrix instructions";
    case Family::warpgroup_mma:
      return "Warpgroup matrix instructions (wgmma)";
    case Family::tcgen05:
      return "Tensor Memory and tcgen05";
    case Family::cluster:
      return "Clusters and distributed shared memory";
    case Family::copy:
      return "TMA and asynchronous copies";
    case Family::control:
      return "Synchronisation and control";
    case Family::arithmetic:
      return "Conversion and arithmetic";
    case Family::self_test:
      return "Self-test of this tool";
  }
  return "Other";
}

std::string_view short_title(Family family) {
  switch (family) {
    case Family::warp_mma:
      return "mma.sync";
    case Family::warpgroup_mma:
      return "wgmma";
    case Family::tcgen05:
      return "tcgen05";
    case Family::cluster:
      return "clusters";
    case Family::copy:
      return "TMA";
    case Family::control:
      return "control";
    case Family::arithmetic:
      return "arithmetic";
    case Family::self_test:
      return "self-test";
  }
  return "other";
}

std::string family_title(std::string_view feature) {
  const Feature* row = find_feature(feature);
  return std::string(row == nullptr ? "Other features" : title(row->family));
}

}  // namespace

std::string why_not(const FeatureResult& result) {
  if (result.status == Status::emulated) {
    // A clocked ratio says more than a missing opcode.
    const Evidence* best = nullptr;
    for (const Evidence& item : result.evidence) {
      if (item.kind != EvidenceKind::counted) continue;
      if (best == nullptr || (item.value && !best->value)) best = &item;
    }
    if (best != nullptr) {
      return best->value ? best->text + ", " + figure_text(*best->value, best->unit) : best->text;
    }
  }
  // What an assembler refused is the reason for "unsupported"; that another one (of an old driver)
  // gave no verdict stands before it in the list, but is none.
  const bool refusal = result.status == Status::unsupported || result.status == Status::refused;
  for (const Evidence& item : result.evidence) {
    if (refusal && item.kind != EvidenceKind::assembled) continue;
    if (item.against && !item.text.empty()) return item.text.substr(0, item.text.find('\n'));
  }
  return result.reason ? result.reason->sentence : std::string();
}

namespace {

/// What is broken comes first, what was not tried last.
int rank(Status status) {
  switch (tone(status)) {
    case Tone::broken:
      return 0;
    case Tone::partly:
      return 1;
    case Tone::bad:
      return 2;
    default:
      return 3;
  }
}

std::vector<No> nos_of(std::span<const FeatureResult> features) {
  // Same family, status and reason: one line, with the first message, as an example where others
  // differ. Without a verdict the family says nothing.
  struct Group {
    std::string key;
    No no;
    bool differ = false;
  };
  std::vector<Group> groups;
  for (const FamilyGroup& family : by_family(features)) {
    for (const FeatureResult* result : family.features) {
      if (result->status == Status::supported || result->status == Status::assembles) continue;
      std::string key = std::string(to_string(result->status)) + "/";
      if (result->reason) key += result->reason->id;
      if (tone(result->status) != Tone::unknown) key += "/" + family.title;
      const std::string why = why_not(*result);
      auto group = std::ranges::find(groups, key, &Group::key);
      if (group == groups.end()) {
        groups.push_back({key, {result->status, {}, why}});
        group = groups.end() - 1;
      }
      group->no.features.push_back(result->id);
      group->differ |= why != group->no.why;
    }
  }
  std::vector<No> nos;
  for (Group& group : groups) {
    if (group.differ) group.no.why.insert(0, "for example: ");
    nos.push_back(std::move(group.no));
  }
  std::ranges::stable_sort(nos, {}, [](const No& no) { return rank(no.status); });
  return nos;
}

std::vector<Running> running(std::span<const BackendResult> backends) {
  std::vector<Running> list;
  for (const OperationGroup& operation : by_operation(backends)) {
    Running entry{operation.id, operation.title, {}, 0, Tone::bad};
    const auto add = [&](const BackendResult& backend) {
      ++entry.known;
      if (backend.verdict == Verdict::runs) entry.ids.push_back(backend.id);
      if (backend.verdict == Verdict::unknown) entry.tone = Tone::unknown;
    };
    for (const BackendResult* backend : operation.backends) add(*backend);
    // What is made for another operation counts where it performs this one too.
    for (const BackendResult& backend : backends) {
      if (std::ranges::count(backend.also, operation.id) > 0) add(backend);
    }
    if (!entry.ids.empty()) entry.tone = Tone::good;
    list.push_back(std::move(entry));
  }
  std::ranges::stable_sort(list, {}, [](const Running& entry) { return entry.ids.empty(); });
  return list;
}

std::string count_sentence(std::span<const FeatureResult> features) {
  std::string text;
  for (const auto& [status, count] : counts(features)) {
    text += (text.empty() ? "" : ", ") + counted(status, count);
  }
  return text.empty() ? "No feature was probed." : "Features: " + text + ".";
}

Summary summary(std::span<const FeatureResult> features, std::span<const BackendResult> backends,
                bool in_hand) {
  Summary result{headline(features, backends, in_hand),
                 running(backends),
                 count_sentence(features),
                 {},
                 nos_of(features),
                 {}};
  for (const auto& [verdict, count] : counts(backends)) {
    if (verdict == Verdict::runs) continue;
    auto& [_, ids] = result.refused.emplace_back(verdict, std::vector<std::string>{});
    for (const BackendResult& backend : backends) {
      if (backend.verdict == verdict) ids.push_back(backend.id);
    }
  }
  return result;
}

template <typename Value, typename Items, typename Get>
std::vector<std::pair<Value, std::size_t>> count_values(const Items& items, Get get) {
  std::vector<std::pair<Value, std::size_t>> result;
  for (const auto& item : items) {
    const Value value = get(item);
    const auto found = std::ranges::find(result, value, &std::pair<Value, std::size_t>::first);
    if (found == result.end()) {
      result.emplace_back(value, 1);
    } else {
      ++found->second;
    }
  }
  std::ranges::sort(result, {}, &std::pair<Value, std::size_t>::first);
  return result;
}

}  // namespace

std::vector<FamilyGroup> by_family(std::span<const FeatureResult> features) {
  std::vector<FamilyGroup> groups;
  const auto add = [&](const FeatureResult& result) {
    const std::string name = family_title(result.id);
    auto group = std::ranges::find(groups, name, &FamilyGroup::title);
    if (group == groups.end()) group = groups.insert(groups.end(), FamilyGroup{name, {}});
    group->features.push_back(&result);
  };
  // A report from elsewhere may hold its features in any order, and an id more than once.
  std::map<std::string_view, std::vector<const FeatureResult*>> by_id;
  for (const FeatureResult& result : features) by_id[result.id].push_back(&result);
  for (const Feature& row : bp::features()) {
    for (const FeatureResult* result : by_id[row.id]) add(*result);
  }
  for (const FeatureResult& result : features) {
    if (find_feature(result.id) == nullptr) add(result);
  }
  return groups;
}

std::string_view feature_title(std::string_view id) {
  const Feature* row = find_feature(id);
  return row == nullptr ? std::string_view() : row->title;
}

std::vector<OperationGroup> by_operation(std::span<const BackendResult> backends) {
  std::vector<OperationGroup> groups;
  const auto add = [&](const std::string& id, std::string_view name) {
    OperationGroup group{id, capitalised(name), {}};
    for (const BackendResult& backend : backends) {
      if (backend.operation == id) group.backends.push_back(&backend);
    }
    if (!group.backends.empty()) groups.push_back(std::move(group));
  };
  for (const Operation& operation : operations()) add(std::string(operation.id), operation.title);
  for (const BackendResult& backend : backends) {
    const bool known = find_operation(backend.operation) != nullptr;
    if (known || std::ranges::find(groups, backend.operation, &OperationGroup::id) != groups.end())
      continue;
    add(backend.operation, backend.operation);
  }
  // What runs comes first.
  for (OperationGroup& group : groups) {
    std::ranges::stable_sort(group.backends, {}, [](const BackendResult* b) { return b->verdict; });
  }
  return groups;
}

std::vector<std::pair<Status, std::size_t>> counts(std::span<const FeatureResult> features) {
  return count_values<Status>(features, [](const FeatureResult& result) { return result.status; });
}

std::vector<std::pair<Verdict, std::size_t>> counts(std::span<const BackendResult> backends) {
  return count_values<Verdict>(backends,
                               [](const BackendResult& result) { return result.verdict; });
}

Summary summarise(const GpuReport& gpu) {
  Summary result = summary(gpu.features, gpu.backends, true);
  result.kernels = about_kernels(gpu.kernels);
  return result;
}
Summary summarise(const TargetReport& target) {
  return summary(target.features, target.backends, false);
}

std::string can_run(const Summary& summary) {
  std::string runs, nothing;
  for (const Running& operation : summary.operations) {
    std::string& list = operation.ids.empty() ? nothing : runs;
    if (!list.empty()) list += "; ";
    list += operation.title;
    if (!operation.ids.empty()) list += " (" + listed(operation.ids, 2) + ")";
  }
  std::string text = summary.headline + (runs.empty() ? "." : ": " + runs + ".");
  if (!nothing.empty()) text += " Nothing known runs for: " + nothing + ".";
  return text;
}

std::optional<EvidenceKind> strongest_of_status(const FeatureResult& result) {
  // "Emulated" rests on the right result and on the clock that speaks against the native unit.
  if (result.status == Status::emulated && !result.evidence.empty()) {
    return std::ranges::max(result.evidence, {}, &Evidence::kind).kind;
  }
  const bool no = tone(result.status) == Tone::bad || tone(result.status) == Tone::broken;
  if (!no) return strongest(result.evidence);
  std::optional<EvidenceKind> best;
  for (const Evidence& item : result.evidence) {
    if (item.against && (!best || item.kind > *best)) best = item.kind;
  }
  return best;
}

bool is_replaced(std::string_view sass) {
  const MachineCode code = machine_code_of(sass);
  return code == MachineCode::expanded || code == MachineCode::helper;
}

std::string replacement(const FeatureResult& result) {
  for (const Evidence& item : result.evidence) {
    if (!item.against && is_replaced(item.text)) return item.text;
  }
  return {};
}

std::vector<Share> family_shares(std::span<const FeatureResult> features) {
  std::vector<std::pair<Family, Share>> shares;
  for (const Feature& row : bp::features()) {
    if (row.family == Family::self_test) continue;
    auto share = std::ranges::find(shares, row.family, &std::pair<Family, Share>::first);
    if (share == shares.end()) {
      share = shares.insert(shares.end(),
                            {row.family, {std::string(short_title(row.family)), 0, 0, 0}});
    }
    const auto result = std::ranges::find(features, row.id, &FeatureResult::id);
    if (result == features.end() || tone(result->status) == Tone::unknown) continue;
    ++share->second.judged;
    const Tone answer = tone(result->status);
    if (answer != Tone::good && answer != Tone::partly) continue;
    ++share->second.yes;
    if (!replacement(*result).empty()) ++share->second.other;
  }
  std::vector<Share> list;
  for (auto& [family, share] : shares) list.push_back(std::move(share));
  return list;
}

namespace {
/// What crashed or timed out, where that is why the report is not complete.
std::string incomplete(const Report& report) {
  std::vector<std::string> lost;
  const auto look = [&](const auto& results) {
    for (const auto& result : results) {
      const bool gone = result.status == Status::crashed || result.status == Status::timed_out;
      if (gone) lost.push_back(result.id + " " + std::string(words(result.status)));
    }
  };
  for (const GpuReport& gpu : report.gpus) {
    look(gpu.features);
    look(gpu.kernels);
  }
  for (const GpuReport& gpu : report.gpus) {
    if (gpu.facts.problem)
      lost.push_back("GPU " + std::to_string(gpu.facts.index) + " cannot be used");
  }
  if (lost.empty() && report.driver.problem) lost.emplace_back("The driver cannot be used");
  return (lost.empty() ? "The run ended before everything was probed." : listed(lost, 3) + ".") +
         std::string(report.log.empty() ? "" : " The log says what happened.");
}
}  // namespace

std::vector<Alert> alerts(const Report& report) {
  std::vector<Alert> list;
  if (report.driver.fake) {
    list.push_back({Tone::broken, "driver: fake",
                    "A fake driver answered, playing the machine \"" + *report.driver.fake +
                        "\". Nothing here was measured on a GPU."});
  }
  if (report.driver.problem) {
    const Reason& problem = *report.driver.problem;
    list.push_back({Tone::bad, "No GPU could be probed",
                    problem.sentence + "." + (problem.remedy.empty() ? "" : " " + problem.remedy)});
  }
  if (report.gpus.empty() && !report.targets.empty()) {
    list.push_back(
        {Tone::partly, "Offline report",
         "No GPU was probed. All that follows is expected: an assembler accepted (\"assembles\") "
         "or refused each feature for each target, and nothing was executed. The evidence is of "
         "the kind assembled."});
  }
  if (!report.complete) list.push_back({Tone::broken, "Incomplete", incomplete(report)});
  for (const std::string& tool : report.driver.injected_tools) {
    list.push_back({Tone::partly, "Under a tool",
                    tool + " was attached: clocks and rates of this report are invalid."});
  }
  return list;
}

std::string listed(std::span<const std::string> items, std::size_t most) {
  std::string text;
  // "and 1 more" is no shorter than the one itself.
  const std::size_t shown = items.size() > most + 1 ? most : items.size();
  for (std::size_t i = 0; i < shown; ++i) text += (i > 0 ? ", " : "") + items[i];
  if (shown < items.size()) text += " and " + std::to_string(items.size() - shown) + " more";
  return text;
}

std::string operation_title(std::string_view id) {
  const Operation* operation = find_operation(id);
  return operation == nullptr ? std::string(id) : capitalised(operation->title);
}

std::string source_text(const Evidence& evidence) {
  std::string text = evidence.by;
  if (!evidence.target.empty()) text += (text.empty() ? "for " : ", for ") + evidence.target;
  return text;
}

}  // namespace bp
