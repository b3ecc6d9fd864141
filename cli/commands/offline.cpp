#include "cli/commands/offline.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "cli/command_line/names.h"
#include "cli/output/nearest.h"
#include "probes/assembly/embedded/toolkit_table.h"
#include "probes/registry/feature.h"
#include "probes/registry/reason.h"
#include "report/backends/catalogue.h"
#include "report/evaluate/evaluate.h"

namespace bp {
namespace {

std::string accepted_text(const std::string& sass, Target taken, Target target) {
  std::string text = sass.empty() ? "accepted" : sass;
  if (target.suffix == Suffix::none && taken.suffix != Suffix::none) {
    text += std::string("; needs the suffix ") + static_cast<char>(taken.suffix);
  }
  return text;
}

/// What a toolkit of the table says, where the one of the build does not know the target.
void add_verdict(FeatureResult& result, const ToolkitTable::Found& found, Target target) {
  Evidence evidence{EvidenceKind::assembled,
                    !found.verdict->accepted,
                    found.toolkit->name,
                    to_string(found.target),
                    found.verdict->message,
                    std::nullopt,
                    {}};
  if (found.verdict->accepted) {
    result.status = Status::assembles;
    evidence.text = accepted_text({}, found.target, target);
  } else {
    result.status = Status::refused;
    const bool on_target = found.verdict->message.find(".target") != std::string::npos;
    result.reason = make_reason(on_target ? "not_on_target" : "refused_otherwise");
  }
  result.evidence.push_back(std::move(evidence));
}

/// A target written otherwise: "121", "12.1a", "sm121", "compute_121f", "SM_121".
std::optional<std::string> rewritten(std::string_view name, const std::vector<std::string>& known) {
  std::string number;
  for (const char c : name) {
    if (c == '.' || c == '_') continue;
    number += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  for (const std::string_view front : {"compute", "sm"}) {
    if (number.starts_with(front)) number.erase(0, front.size());
  }
  const auto found = std::ranges::find(known, "sm_" + number);
  return found == known.end() ? std::nullopt : std::optional(*found);
}

/// One sentence about a --target that names none.
std::string no_target(const std::string& name) {
  if (name.empty()) return "--target is empty";
  const std::vector<std::string> known = words_of(target_names());
  const auto meant = rewritten(name, known);
  return "--target " + name + " is not a known target (see blackwell-probe list targets)" +
         (meant ? "; did you mean " + *meant + "?" : suggestion(name, known));
}

bool covers(Target chosen, Target row) {
  return chosen == row || (chosen.suffix == Suffix::none && chosen.cc == row.cc);
}

}  // namespace

FeatureResult expected_feature(const Pack& pack, std::string_view feature, Target target) {
  FeatureResult result{std::string(feature), Status::not_run, std::nullopt, {}};
  const Feature* row = find_feature(feature);
  const Assembly* assembly =
      target.suffix == Suffix::none ? pack.best(feature, target.cc) : pack.find(feature, target);
  if (assembly == nullptr) {
    if (const auto newer = toolkit_table().newest(feature, target)) {
      add_verdict(result, *newer, target);
      return result;
    }
    const bool has_probe = row != nullptr && row->kind == FeatureKind::instruction;
    result.reason = make_reason(
        "no_probe",
        has_probe ? pack.toolkit() + " did not judge it for " + to_string(target) : std::string());
    return result;
  }
  Evidence evidence{EvidenceKind::assembled,
                    !assembly->accepted,
                    pack.toolkit(),
                    to_string(assembly->target),
                    {},
                    std::nullopt,
                    {}};
  if (assembly->accepted) {
    result.status = Status::assembles;
    evidence.text = accepted_text(assembly->sass, assembly->target, target);
  } else {
    result.status = Status::refused;
    result.reason = make_reason(assembly->on_target ? "not_on_target" : "refused_otherwise");
    evidence.text = assembly->message;
  }
  result.evidence.push_back(std::move(evidence));
  return result;
}

TargetReport expected_target(const Pack& pack, Target target, const Shape& shape,
                             std::string_view today) {
  TargetReport report{to_string(target), {}, {}};
  for (const Feature& feature : features()) {
    report.features.push_back(expected_feature(pack, feature.id, target));
  }
  const Subject subject = subject_of(target.cc, report);
  report.backends = evaluate(embedded_catalogue(), subject, shape, today);
  report.selectors = walk_selectors(embedded_catalogue(), subject, report.backends, shape);
  return report;
}

std::vector<Target> known_numbers() {
  std::vector<Target> numbers;
  for (const Target target : known_targets()) {
    if (target.suffix == Suffix::none) numbers.push_back(target);
  }
  return numbers;
}

std::vector<MatrixRow> embedded_matrix(const Pack& pack, const std::vector<std::string>& features) {
  const ToolkitTable& table = toolkit_table();
  std::vector<MatrixRow> rows = matrix_rows(pack);
  const auto other = [&](const MatrixRow& row) {
    return !features.empty() && std::ranges::find(features, row.feature) == features.end();
  };
  std::erase_if(rows, other);
  annotate(rows, table);
  const Toolkit& newest = table.toolkits.back();
  std::set<Target> judged;
  for (const Assembly& assembly : pack.assemblies()) judged.insert(assembly.target);
  std::vector<Target> missing = newest.targets;
  std::erase_if(missing, [&](Target target) { return judged.contains(target); });
  for (MatrixRow& row : matrix_rows(table, newest, missing)) {
    if (!other(row)) rows.push_back(std::move(row));
  }
  return rows;
}

TargetChoice choose_targets(const std::vector<std::string>& names) {
  TargetChoice choice;
  const std::vector<Target> judged = toolkit_targets();
  for (const std::string& name : names) {
    const auto target = parse_target(name);
    if (!target || std::ranges::find(judged, *target) == judged.end()) {
      choice.error = no_target(name);
      return choice;
    }
    if (std::ranges::find(choice.targets, *target) == choice.targets.end())
      choice.targets.push_back(*target);
  }
  return choice;
}

std::vector<MatrixRow> rows_of(std::vector<MatrixRow> rows, const std::vector<Target>& targets) {
  std::erase_if(rows, [&](const MatrixRow& row) {
    const auto target = parse_target(row.target);
    return !target ||
           std::ranges::none_of(targets, [&](Target chosen) { return covers(chosen, *target); });
  });
  return rows;
}

}  // namespace bp
