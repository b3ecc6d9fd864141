#include "report/formats/surveys.h"

#include <algorithm>
#include <cstdio>
#include <map>

#include "report/formats/summary.h"

namespace bp {
namespace {

std::string title_of(const Report& report, const std::vector<int>& gpus) {
  if (gpus.empty()) return "Host";
  if (gpus.size() == 2)
    return "GPU " + std::to_string(gpus[0]) + " and GPU " + std::to_string(gpus[1]);
  std::string title = "GPU " + std::to_string(gpus[0]);
  for (const GpuReport& gpu : report.gpus) {
    if (gpu.facts.index == gpus[0]) title += ": " + gpu.facts.name;
  }
  return title;
}

std::string survey_bytes(std::int64_t bytes) {
  constexpr double mib = 1 << 20;
  std::string text = std::to_string(bytes) + " B";
  if (bytes < (std::int64_t{1} << 20)) return text;
  const double amount = static_cast<double>(bytes) / mib;
  char round[48];
  std::snprintf(round, sizeof round, amount < 1024 ? " (%.1f MiB)" : " (%.1f GiB)",
                amount < 1024 ? amount : amount / 1024);
  return text + round;
}

}  // namespace

std::vector<SurveyGroup> survey_groups(const Report& report) {
  std::vector<SurveyGroup> groups;
  std::vector<std::vector<int>> keys;
  for (const SurveyResult& survey : report.surveys) {
    if (survey.reason && survey.reason->id == "level_full") continue;
    auto found = std::ranges::find(keys, survey.gpus);
    if (found == keys.end()) {
      keys.push_back(survey.gpus);
      groups.push_back({title_of(report, survey.gpus), {}});
      found = keys.end() - 1;
    }
    groups[static_cast<std::size_t>(found - keys.begin())].surveys.push_back(&survey);
  }
  return groups;
}

std::string_view survey_title(std::string_view id) {
  const SurveyRow* row = find_survey(id);
  return row == nullptr ? std::string_view{} : row->title;
}

std::string survey_text(const FactValue& value, std::string_view unit) {
  if (std::holds_alternative<std::monostate>(value)) return "-";
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "yes" : "no";
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* real = std::get_if<double>(&value)) return figure_text(*real, unit);
  const auto whole = std::get<std::int64_t>(value);
  if (unit == "B") return survey_bytes(whole);
  return std::to_string(whole) + (unit.empty() ? "" : " ") + std::string(unit);
}

std::string column_title(const Column& column) {
  return spaced(column.name) + (column.unit.empty() ? "" : " (" + column.unit + ")");
}

std::vector<std::string> reasons_of_cells(const SurveyResult& survey) {
  std::vector<std::string> reasons;
  for (const auto& row : survey.rows) {
    for (const Cell& cell : row) {
      const bool known = std::ranges::find(reasons, cell.absent) != reasons.end();
      if (!cell.absent.empty() && !known) reasons.push_back(cell.absent);
    }
  }
  return reasons;
}

}  // namespace bp
