// Surveys of two reports: how they ended, their values and their tables.
#include "report/formats/surveys.h"

#include <algorithm>
#include <map>

#include "report/diff/collect.h"
#include "report/diff/judge.h"

namespace bp {
namespace {

/// What other programs on the machine did at that moment.
bool is_of_the_moment(std::string_view survey) {
  return survey == "fact.memory_accounting" || survey == "fact.host_memory" ||
         survey == "fact.power";
}
/// The processors' own copies go as fast as their other work lets them.
bool is_of_the_moment(const SurveyValue& value) { return value.name.starts_with("cpu_"); }

std::optional<double> number_of(const FactValue& value) {
  return number({{"value", value, {}, {}}}, "value");
}

void compare_values(const SurveyResult& before, const SurveyResult& after, const ChangeList& list) {
  const auto text = [](const SurveyValue& value) { return survey_text(value.value, value.unit); };
  match(before.values, after.values, &SurveyValue::name,
        [&](const SurveyValue* a, const SurveyValue* b) {
          const SurveyValue& one = a != nullptr ? *a : *b;
          const std::string id = before.id + " " + one.name;
          const auto has = [](const SurveyValue* value) {
            return value != nullptr && value->value.index() != 0;
          };
          if ((a != nullptr && a->invalid) || (b != nullptr && b->invalid)) return;
          if (has(a) != has(b)) {
            return list.missing(ChangeOf::survey, id, text_of(has(a) ? a : nullptr, text),
                                text_of(has(b) ? b : nullptr, text));
          }
          if (!has(a) || a->value == b->value || a->unit != b->unit || is_of_the_moment(one))
            return;
          const auto was = number_of(a->value), is = number_of(b->value);
          if (was && is && more_of_unit(a->unit) != More::neither)
            return list.figure(ChangeOf::survey, id, *was, *is, a->unit);
          const bool limit = a->name.starts_with("largest_") || a->name.starts_with("most_");
          const Trend trend = was && is && limit ? judge(*was, *is, More::better) : Trend::other;
          list.add(ChangeOf::survey, id, text(*a), text(*b), trend);
        });
}

using SurveyCells = std::vector<Cell>;

bool same_cells(const SurveyResult& survey, const SurveyCells& before, const SurveyCells& after,
                double noise) {
  for (std::size_t i = 0; i < std::min(before.size(), after.size()); ++i) {
    const auto was = number_of(before[i].value), is = number_of(after[i].value);
    const bool measured =
        i < survey.columns.size() && more_of_unit(survey.columns[i].unit) != More::neither;
    const bool near = measured && was && is && within_noise(*was, *is, noise);
    if (!near && before[i].value != after[i].value) return false;
  }
  return before.size() == after.size();
}

std::string cells_text(const SurveyResult& survey, const SurveyCells& cells) {
  std::string text;
  for (std::size_t i = 0; i < cells.size(); ++i)
    text += (text.empty() ? "" : ", ") +
            survey_text(cells[i].value, i < survey.columns.size() ? survey.columns[i].unit : "");
  return text;
}

std::string table_text(const SurveyResult& survey) {
  std::string text = std::to_string(survey.rows.size()) + " of";
  for (const Column& column : survey.columns) text += " " + column.name;
  return text;
}

double launched_rows(const SurveyResult& survey) {
  return static_cast<double>(std::ranges::count_if(survey.rows, [](const SurveyCells& cells) {
    return std::ranges::find(cells, FactValue("launched"), &Cell::value) != cells.end();
  }));
}

/// One change for all rows: the first that differs, and how many more do.
void compare_tables(const SurveyResult& before, const SurveyResult& after, const ChangeList& list) {
  const std::string id = before.id + " rows";
  if (before.columns != after.columns || before.rows.size() != after.rows.size())
    return list.text(ChangeOf::survey, id, table_text(before), table_text(after));
  std::vector<std::size_t> others;
  for (std::size_t i = 0; i < before.rows.size(); ++i) {
    if (!same_cells(before, before.rows[i], after.rows[i], list.noise)) others.push_back(i);
  }
  if (others.empty()) return;
  const std::size_t first = others.front();
  list.add(
      ChangeOf::survey, id, cells_text(before, before.rows[first]),
      cells_text(after, after.rows[first]),
      judge(launched_rows(before), launched_rows(after), More::better),
      others.size() == 1 ? std::string() : "and " + std::to_string(others.size() - 1) + " more");
}

/// Those of GPUs that both reports have, with the indices of the first.
std::vector<SurveyResult> of_common_gpus(const std::vector<SurveyResult>& surveys,
                                         const std::vector<GpuPair>& pairs,
                                         const GpuReport* GpuPair::*side) {
  std::map<int, int> indices;
  for (const GpuPair& pair : pairs) {
    if (pair.before != nullptr && pair.after != nullptr)
      indices.emplace((pair.*side)->facts.index, pair.before->facts.index);
  }
  std::vector<SurveyResult> found;
  for (SurveyResult survey : surveys) {
    if (!std::ranges::all_of(survey.gpus, [&](int gpu) { return indices.contains(gpu); })) continue;
    for (int& gpu : survey.gpus) gpu = indices.at(gpu);
    found.push_back(std::move(survey));
  }
  return found;
}

std::string place_of(const SurveyResult& survey) {
  std::string place;
  for (const int gpu : survey.gpus)
    place += (place.empty() ? "GPU " : " and ") + std::to_string(gpu);
  return place;
}

}  // namespace

void compare_surveys(const std::vector<SurveyResult>& before,
                     const std::vector<SurveyResult>& after, const std::vector<GpuPair>& pairs,
                     const ChangeList& list) {
  const auto was = of_common_gpus(before, pairs, &GpuPair::before);
  const auto is = of_common_gpus(after, pairs, &GpuPair::after);
  if (was.empty() != is.empty())
    return list.missing(ChangeOf::survey, "all surveys", measured_text(was), measured_text(is));
  const auto key = [](const SurveyResult& survey) { return std::pair(survey.id, survey.gpus); };
  match(was, is, key, [&](const SurveyResult* a, const SurveyResult* b) {
    const SurveyResult& one = a != nullptr ? *a : *b;
    const ChangeList there = list.at(place_of(one));
    compare_outcomes(outcome(a), outcome(b), ChangeOf::survey, one.id, there);
    if (a == nullptr || b == nullptr || a->status != b->status || is_of_the_moment(one.id)) return;
    compare_values(*a, *b, there);
    compare_tables(*a, *b, there);
  });
}

}  // namespace bp
