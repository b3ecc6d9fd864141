// Settlers of disputed claims that ask the counters of the tensor pipes (sweep.counters).
#include <algorithm>

#include "report/evaluate/disputed_figures.h"

namespace bp {
namespace {

/// A whole number of a column in the row of a feature.
std::optional<std::int64_t> counter(const SurveyResult& survey, const std::string& feature,
                                    std::string_view column) {
  const auto place = [&](std::string_view name) {
    const auto found = std::ranges::find(survey.columns, name, &Column::name);
    return static_cast<std::size_t>(found - survey.columns.begin());
  };
  const auto cell = [&](const std::vector<Cell>& row, std::size_t at) {
    return at < survey.columns.size() && at < row.size() ? &row[at].value : nullptr;
  };
  for (const std::vector<Cell>& row : survey.rows) {
    const FactValue* name = cell(row, place("feature"));
    if (name == nullptr || *name != FactValue(feature)) continue;
    const FactValue* value = cell(row, place(column));
    const auto* whole = value == nullptr ? nullptr : std::get_if<std::int64_t>(value);
    if (whole != nullptr) return *whole;
  }
  return std::nullopt;
}

}  // namespace

Answer counted_in_hand(const Settler& settler, const GpuReport& gpu,
                       std::span<const SurveyResult> surveys) {
  Answer answer;
  const std::string& feature = settler.names.front();
  for (const SurveyResult& survey : surveys) {
    if (survey.id != counters_survey || survey.gpus != std::vector{gpu.facts.index} ||
        survey.status != Status::measured)
      continue;
    const auto issued = counter(survey, feature, "issued");
    const auto executed = counter(survey, feature, settler.part);
    if (!issued || !executed || *issued <= 0 || *executed < 0) continue;
    answer.known = true;
    answer.executed = true;
    answer.shown = "counted " + std::to_string(*executed) + " " + settler.part + " for " +
                   std::to_string(*issued) + " " + feature + " issued";
    // Compared without division: 1.0001 of each is not one of each.
    if (settler.condition.kind == Condition::Kind::equals)
      answer.holds =
          static_cast<double>(*executed) == settler.condition.value * static_cast<double>(*issued);
    answer.evidence = {{.kind = EvidenceKind::counted,
                        .against = false,
                        .by = survey.evidence.empty() ? survey.id : survey.evidence.front().by,
                        .target = gpu.target,
                        .text = settler.part + " executed while the clocked loop of " + feature +
                                " issued " + std::to_string(*issued),
                        .value = static_cast<double>(*executed),
                        .unit = "instructions"}};
    return answer;
  }
  return answer;
}

}  // namespace bp
