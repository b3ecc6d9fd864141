#include "cli/commands/offline.h"

#include <algorithm>

#include "cli/command_line/names.h"
#include "cli/output/nearest.h"
#include "probes/registry/feature.h"
#include "probes/registry/reason.h"
#include "report/backends/catalogue.h"
#include "report/evaluate/evaluate.h"

namespace bp {
namespace {

std::string accepted_text(const Assembly& assembly, Target target) {
  std::string text = assembly.sass.empty() ? "accepted" : assembly.sass;
  if (target.suffix == Suffix::none && assembly.target.suffix != Suffix::none) {
    text += std::string("; needs the suffix ") + static_cast<char>(assembly.target.suffix);
  }
  return text;
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
    evidence.text = accepted_text(*assembly, target);
  } else {
    result.status = Status::refused;
    result.reason = make_reason(assembly->on_target ? "not_on_target" : "refused_otherwise");
    evidence.text = assembly->message;
  }
  result.evidence.push_back(std::move(evidence));
  return result;
}

TargetReport expected_target(const Pack& pack, Target target) {
  TargetReport report{to_string(target), {}, {}};
  for (const Feature& feature : features()) {
    report.features.push_back(expected_feature(pack, feature.id, target));
  }
  report.backends = evaluate(embedded_catalogue(),
                             {target.cc, /*in_hand=*/false, report.features, limits_of(target.cc)});
  return report;
}

std::vector<Target> known_numbers() {
  std::vector<Target> numbers;
  for (const Target target : known_targets()) {
    if (target.suffix == Suffix::none) numbers.push_back(target);
  }
  return numbers;
}

TargetChoice choose_targets(const std::vector<std::string>& names) {
  TargetChoice choice;
  const std::vector<std::string> known = words_of(target_names());
  for (const std::string& name : names) {
    const auto target = parse_target(name);
    if (!target || !is_known(*target)) {
      choice.error = "--target " + name + " is not a known target" + suggestion(name, known) +
                     " (blackwell-probe list targets)";
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
