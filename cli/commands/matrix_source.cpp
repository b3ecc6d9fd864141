#include "cli/commands/matrix_source.h"

#include <algorithm>
#include <map>
#include <thread>
#include <tuple>

#include "cli/command_line/names.h"
#include "cli/commands/offline.h"
#include "cli/output/nearest.h"
#include "probes/assembly/embedded/toolkit_table.h"
#include "probes/assembly/ptxas.h"
#include "probes/features/embedded.h"
#include "probes/features/probe.h"

namespace bp {
namespace {

/// The chosen rows: features in report order, then targets as the toolkits list them.
std::vector<MatrixRow> chosen(std::vector<MatrixRow> rows, const MatrixChoice& choice) {
  if (!choice.targets.empty()) rows = rows_of(std::move(rows), choice.targets);
  std::map<std::string_view, std::size_t> features;
  for (const std::string& id : choice.features) features.emplace(id, features.size());
  std::map<std::string, std::size_t> targets;
  for (const Target target : toolkit_targets()) targets.emplace(to_string(target), targets.size());
  std::vector<std::tuple<std::size_t, std::size_t, MatrixRow*>> places;
  for (MatrixRow& row : rows) {
    const auto feature = features.find(row.feature);
    if (feature != features.end()) places.emplace_back(feature->second, targets[row.target], &row);
  }
  std::ranges::sort(places);
  std::vector<MatrixRow> sorted;
  for (const auto& [feature, target, row] : places) sorted.push_back(std::move(*row));
  return sorted;
}

/// "sm_100f, sm_103f"
std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string_view release(const Toolkit& toolkit) {
  const std::string_view name = toolkit.name;
  return name.substr(name.rfind(' ') + 1);
}

}  // namespace

std::vector<MatrixRow> rows_of_build(const MatrixChoice& choice) {
  std::vector<MatrixRow> rows = embedded_matrix(probe_pack());
  // Targets that were dropped are shown where they were asked for.
  std::vector<Target> missing = choice.targets;
  std::erase_if(missing, [&](Target target) {
    return std::ranges::any_of(rows, [&](const MatrixRow& row) {
      const auto judged = parse_target(row.target);
      return judged == target ||
             (judged && target.suffix == Suffix::none && judged->cc == target.cc);
    });
  });
  const ToolkitTable& table = toolkit_table();
  for (auto toolkit = table.toolkits.rbegin(); !missing.empty() && toolkit != table.toolkits.rend();
       ++toolkit) {
    for (MatrixRow& row : rows_of(matrix_rows(table, *toolkit, toolkit->targets), missing)) {
      const auto same = [&](const MatrixRow& other) {
        return other.feature == row.feature && other.target == row.target;
      };
      if (std::ranges::none_of(rows, same)) rows.push_back(std::move(row));
    }
  }
  return chosen(std::move(rows), choice);
}

std::vector<MatrixRow> rows_of_toolkits(const std::vector<const Toolkit*>& toolkits,
                                        const MatrixChoice& choice) {
  std::vector<MatrixRow> all;
  for (const Toolkit* toolkit : toolkits) {
    for (MatrixRow& row :
         chosen(matrix_rows(toolkit_table(), *toolkit, toolkit->targets), choice)) {
      if (toolkit->name == probe_pack().toolkit()) {
        const Assembly* assembly = probe_pack().find(row.feature, *parse_target(row.target));
        if (assembly != nullptr) row.sass = assembly->sass;
      }
      all.push_back(std::move(row));
    }
  }
  return all;
}

std::vector<Target> targets_of(const MatrixChoice& choice) {
  std::vector<Target> targets = toolkit_targets();
  if (!choice.targets.empty()) {
    std::erase_if(targets, [&](Target target) {
      return std::ranges::none_of(choice.targets, [&](Target wanted) {
        return wanted == target || (wanted.suffix == Suffix::none && wanted.cc == target.cc);
      });
    });
  }
  return targets;
}

void add_first_toolkits(std::vector<MatrixRow>& rows) {
  for (MatrixRow& row : rows) {
    const auto target = parse_target(row.target);
    const Toolkit* first = target ? toolkit_table().first(row.feature, *target) : nullptr;
    if (first != nullptr) row.since = first->name;
  }
}

std::vector<MatrixRow> rows_of_program(const std::string& path, const MatrixChoice& choice,
                                       const std::shared_ptr<RunningGroups>& running) {
  const Ptxas ptxas(path, running);
  std::vector<MatrixModule> modules;
  for (const std::string& id : choice.features) {
    const InstructionProbe* probe = find_probe(id);
    modules.push_back(
        {id, probe_pack().ptx(id), std::string(probe->instructions.front()), probe->ptx});
  }
  auto rows = matrix_with(ptxas, modules, targets_of(choice),
                          std::max(1u, std::thread::hardware_concurrency()));
  add_first_toolkits(rows);
  return rows;
}

ToolkitChoice choose_toolkits(const std::vector<std::string>& words) {
  ToolkitChoice choice;
  const auto add = [&](const Toolkit* toolkit) {
    if (std::ranges::find(choice.toolkits, toolkit) == choice.toolkits.end())
      choice.toolkits.push_back(toolkit);
  };
  for (const std::string& word : words) {
    if (word == "all") {
      for (const Toolkit& toolkit : toolkit_table().toolkits) add(&toolkit);
      continue;
    }
    const Toolkit* toolkit = toolkit_table().toolkit(word);
    if (toolkit == nullptr) {
      const auto known = words_of(toolkit_names());
      choice.error = word.empty() ? "--toolkit is empty"
                                  : "--toolkit " + word + " is not in the table; it holds " +
                                        listed(known) + suggestion(word, known);
      return choice;
    }
    add(toolkit);
  }
  return choice;
}

ToolkitComparison compare(const std::vector<MatrixRow>& rows, const std::string& name) {
  const ToolkitTable& table = toolkit_table();
  ToolkitComparison comparison{&table.nearest(name), {}};
  for (const MatrixRow& row : rows) {
    const auto target = parse_target(row.target);
    comparison.verdicts.push_back(target ? table.verdict(*comparison.with, row.feature, *target)
                                         : nullptr);
  }
  return comparison;
}

bool differs(const MatrixRow& row, const ToolkitVerdict& verdict) {
  return verdict.accepted != (row.verdict == Status::assembles);
}

std::string differences(const std::vector<MatrixRow>& rows, const ToolkitComparison& comparison) {
  std::size_t compared = 0;
  std::size_t other = 0;
  std::string lines;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const ToolkitVerdict* verdict = comparison.verdicts[i];
    if (verdict == nullptr) continue;
    ++compared;
    if (!differs(rows[i], *verdict)) continue;
    ++other;
    lines += "  " + rows[i].feature + " for " + rows[i].target + ": " +
             (verdict->accepted ? "refused here, accepted there" : "accepted here, refused there") +
             ": " + (verdict->accepted ? rows[i].message : verdict->message) + "\n";
  }
  const std::string cells = std::to_string(compared) + " cells that " + comparison.with->name +
                            " of the table judges too";
  if (compared == 0) return comparison.with->name + " of the table judges none of these cells.\n";
  if (other == 0) return "No difference in the " + cells + ".\n";
  return "Different in " + std::to_string(other) + " of " + cells + ":\n" + lines;
}

std::string disagreements(const std::vector<MatrixRow>& rows) {
  const ToolkitTable& table = toolkit_table();
  // Which toolkits take it and which do not, and the cells of which that holds.
  std::vector<std::pair<std::pair<std::string, std::string>, std::vector<std::string>>> found;
  for (const MatrixRow& row : rows) {
    const auto target = parse_target(row.target);
    if (!target) continue;
    std::vector<std::string> yes;
    std::vector<std::string> no;
    for (const Toolkit& toolkit : table.toolkits) {
      const ToolkitVerdict* verdict = table.verdict(toolkit, row.feature, *target);
      if (verdict != nullptr) (verdict->accepted ? yes : no).emplace_back(release(toolkit));
    }
    if (yes.empty() || no.empty()) continue;
    const std::pair key{row.feature, listed(yes) + ", not by " + listed(no)};
    auto entry = std::ranges::find(found, key, [](const auto& item) { return item.first; });
    if (entry == found.end()) entry = found.insert(found.end(), {key, {}});
    if (std::ranges::find(entry->second, row.target) == entry->second.end())
      entry->second.push_back(row.target);
  }
  std::string lines;
  for (const auto& [key, targets] : found) {
    lines += "  " + key.first + " for " + listed(targets) + ": taken by " + key.second + "\n";
  }
  return lines.empty() ? lines : "Toolkits that know the target do not agree:\n" + lines;
}

}  // namespace bp
