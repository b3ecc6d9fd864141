#include "report/evaluate/disputed_figures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "report/evaluate/evaluate.h"
#include "report/evaluate/rates.h"

namespace bp {
namespace {

std::string digits(double value) {
  std::array<char, 32> text{};
  if (value == std::floor(value) && std::fabs(value) < 1e15) {
    std::snprintf(text.data(), text.size(), "%.0f", value);
  } else {
    std::snprintf(text.data(), text.size(), "%.2f", value);
  }
  return text.data();
}

/// Whole KiB of bytes are easier to compare with what documents say.
std::string figure(double value, const std::string& unit) {
  if ((unit == "B" || unit == "bytes") && value >= 1024 && std::fmod(value, 1024) == 0)
    return digits(value / 1024) + " KiB";
  return digits(value) + (unit.empty() ? "" : " " + unit);
}

std::optional<double> number_of(const FactValue& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  if (const auto* real = std::get_if<double>(&value)) return *real;
  return std::nullopt;
}

/// "cluster_max" in words.
struct LimitWords {
  std::string_view limit, words, unit;
};
constexpr auto limit_words = std::to_array<LimitWords>({
    {"smem_sm", "shared memory per SM", "bytes"},
    {"smem_optin", "shared memory that one block can opt in to", "bytes"},
    {"cluster_max", "largest portable cluster", "CTAs"},
    {"warps_sm", "resident warps per SM", ""},
});
const LimitWords& words_of(const std::string& limit) {
  return *std::ranges::find(limit_words, limit, &LimitWords::limit);
}

std::optional<bool> compare(const Condition& condition, double value, const GpuReport* gpu) {
  double bound = condition.value;
  if (!condition.fact.empty()) {
    const auto fact = gpu == nullptr ? std::nullopt : number(gpu->facts.facts, condition.fact);
    if (!fact) return std::nullopt;
    bound = *fact;
  }
  switch (condition.kind) {
    case Condition::Kind::equals:
      return value == bound;
    case Condition::Kind::at_least:
      return value >= bound;
    case Condition::Kind::at_most:
      return value <= bound;
    case Condition::Kind::below:
      return value < bound;
    case Condition::Kind::none:
      break;
  }
  return std::nullopt;
}

std::string kind_in_brackets(EvidenceKind kind) {
  return " (" + std::string(to_string(kind)) + ")";
}

/// A value of a survey or a fact: a figure, a yes or no, or words.
void show_value(Answer& answer, const Settler& settler, const std::string& name,
                const FactValue& value, const std::string& unit, const GpuReport& gpu,
                Evidence evidence) {
  std::string text;
  if (const auto figure_value = number_of(value)) {
    text = figure(*figure_value, unit);
    answer.holds = compare(settler.condition, *figure_value, &gpu);
    evidence.value = *figure_value;
    evidence.unit = unit;
    evidence.text = name;
  } else if (const bool* flag = std::get_if<bool>(&value)) {
    text = *flag ? "yes" : "no";
    if (settler.expect) answer.holds = *flag == *settler.expect;
    evidence.text = name + ": " + text;
  } else if (const auto* words = std::get_if<std::string>(&value)) {
    text = *words;
    evidence.text = name + ": " + text;
  } else {
    return;
  }
  answer.known = true;
  answer.executed = evidence.kind >= EvidenceKind::launched;
  answer.shown = name + " " + text + kind_in_brackets(evidence.kind);
  answer.evidence.push_back(std::move(evidence));
}

std::string spaced_name(std::string name) {
  std::ranges::replace(name, '_', ' ');
  return name;
}

/// The most of a column over the rows that count.
std::optional<double> most_of(const SurveyResult& survey, const Settler& settler) {
  const auto place = [&](const std::string& name) {
    const auto found = std::ranges::find(survey.columns, name, &Column::name);
    return static_cast<std::size_t>(found - survey.columns.begin());
  };
  const std::size_t column = place(settler.part);
  std::optional<double> most;
  for (const std::vector<Cell>& row : survey.rows) {
    const auto value = [&](std::size_t at) {
      return at < row.size() ? number_of(row[at].value) : std::nullopt;
    };
    const bool counts = std::ranges::all_of(settler.where, [&](const auto& condition) {
      return value(place(condition.first)) == static_cast<double>(condition.second);
    });
    const auto here = value(column);
    if (counts && here && (!most || *here > *most)) most = here;
  }
  return most;
}

/// Who measured it: what has the same kind of evidence, else the driver. NVML watched the clocks
/// meanwhile, and measured nothing.
std::string witness(const SurveyResult& survey, EvidenceKind kind) {
  auto found = std::ranges::find(survey.evidence, kind, &Evidence::kind);
  const auto measured = [](const Evidence& item) { return item.by != "NVML"; };
  if (found == survey.evidence.end() || !measured(*found))
    found = std::ranges::find_if(survey.evidence, measured);
  return found == survey.evidence.end() ? survey.id : found->by;
}

}  // namespace

Answer limit_in_hand(const Settler& settler, const GpuReport& gpu) {
  Answer answer;
  const std::string& name = settler.names.front();
  const auto limits = limits_of(gpu.facts);
  const auto found = limits.find(name);
  if (found == limits.end()) return answer;
  const LimitWords& words = words_of(name);
  const Limit& limit = found->second;
  const bool declared = limit.kind == EvidenceKind::declared;
  answer.known = declared;
  answer.shown = std::string(words.words) + " " + figure(limit.value, std::string(words.unit)) +
                 (declared ? " (declared)" : " (inferred from the programming guide)");
  answer.evidence = {{.kind = limit.kind,
                      .against = false,
                      .by = declared ? "driver" : "CUDA Programming Guide 13.x",
                      .target = "cc " + to_string(gpu.facts.cc),
                      .text = std::string(words.words),
                      .value = limit.value,
                      .unit = std::string(words.unit)}};
  if (declared) answer.holds = compare(settler.condition, limit.value, &gpu);
  return answer;
}

Answer limit_expected(const Settler& settler, const Claim& claim) {
  Answer answer;
  const LimitWords& words = words_of(settler.names.front());
  std::vector<std::pair<std::string, std::string>> groups;  // figure, targets
  for (const Target target : known_targets()) {
    if (target.suffix != Suffix::none || !covers(claim, target.cc)) continue;
    const auto limits = limits_of(target.cc);
    const auto found = limits.find(settler.names.front());
    if (found == limits.end()) continue;
    const std::string text = figure(found->second.value, std::string(words.unit));
    const std::string name = to_string(target);
    const auto group = std::ranges::find(groups, text, &std::pair<std::string, std::string>::first);
    if (group == groups.end()) {
      groups.emplace_back(text, name);
    } else {
      group->second += ", " + name;
    }
    answer.evidence.push_back({.kind = EvidenceKind::inferred,
                               .against = false,
                               .by = "CUDA Programming Guide 13.x, Compute Capabilities",
                               .target = name,
                               .text = std::string(words.words),
                               .value = found->second.value,
                               .unit = std::string(words.unit)});
  }
  for (const auto& [text, targets] : groups)
    answer.shown += (answer.shown.empty() ? "" : ", ") + targets + ": " + text;
  if (!groups.empty())
    answer.shown =
        std::string(words.words) + " " + answer.shown + " (inferred from the programming guide)";
  return answer;
}

Answer fact_in_hand(const Settler& settler, const GpuReport& gpu) {
  Answer answer;
  const Fact* fact = find_fact(gpu.facts.facts, settler.names.front());
  if (fact == nullptr) return answer;
  show_value(answer, settler, spaced_name(fact->key), fact->value, settler.unit, gpu,
             {.kind = EvidenceKind::declared,
              .against = false,
              .by = fact->by,
              .target = "cc " + to_string(gpu.facts.cc),
              .text = {},
              .value = std::nullopt,
              .unit = {}});
  return answer;
}

Answer survey_in_hand(const Settler& settler, const GpuReport& gpu,
                      std::span<const SurveyResult> surveys) {
  Answer answer;
  const auto of_gpu = [&](const SurveyResult& survey) {
    return survey.id == settler.names.front() && survey.gpus == std::vector{gpu.facts.index} &&
           survey.status == Status::measured;
  };
  const auto survey = std::ranges::find_if(surveys, of_gpu);
  if (survey == surveys.end()) return answer;
  Evidence evidence{.kind = EvidenceKind::launched,
                    .against = false,
                    .by = {},
                    .target = gpu.target,
                    .text = {},
                    .value = std::nullopt,
                    .unit = {}};
  if (!settler.column) {
    const auto value = std::ranges::find(survey->values, settler.part, &SurveyValue::name);
    if (value == survey->values.end()) return answer;
    if (value->invalid) {
      // Shown, and no answer: another GPU that was measured well may give one.
      answer.shown =
          spaced_name(value->name) + " measured, but invalid: " + value->invalid->sentence;
      return answer;
    }
    evidence.kind = value->kind;
    evidence.by = witness(*survey, evidence.kind);
    show_value(answer, settler, spaced_name(value->name), value->value, value->unit, gpu,
               std::move(evidence));
    return answer;
  }
  const auto most = most_of(*survey, settler);
  if (!most) return answer;
  if (const auto kind = strongest(survey->evidence)) evidence.kind = *kind;
  evidence.by = witness(*survey, evidence.kind);
  std::string name = "most " + spaced_name(settler.part);
  for (const auto& [column, value] : settler.where)
    name += ", " + spaced_name(column) + " " + std::to_string(value) + ":";
  show_value(answer, settler, name, *most, "", gpu, std::move(evidence));
  return answer;
}

Answer ratio_in_hand(const Settler& settler, const GpuReport& gpu) {
  Answer answer;
  const Evidence* first = native_rate(gpu.features, settler.names[0]);
  const Evidence* second = native_rate(gpu.features, settler.names[1]);
  if (first == nullptr || second == nullptr || *second->value <= 0) return answer;
  // As it is shown: a claim is not decided by a digit that nobody sees.
  const double ratio = std::round(*first->value / *second->value * 100) / 100;
  answer.known = true;
  answer.executed = true;
  answer.shown = "rate of " + settler.names[0] + " " + digits(ratio) + " x that of " +
                 settler.names[1] + " (clocked)";
  answer.holds = compare(settler.condition, ratio, &gpu);
  for (std::size_t i = 0; i < 2; ++i) {
    Evidence item = i == 0 ? *first : *second;
    item.text = settler.names[i] + ": " + item.text;
    answer.evidence.push_back(std::move(item));
  }
  return answer;
}

Answer count_pieces(const Settler& settler) {
  Answer answer;
  const auto up = [](int a, int b) { return (a + b - 1) / b; };
  const int count = up(settler.tile[0], settler.shape[0]) * up(settler.tile[1], settler.shape[1]);
  const auto by = [](const std::vector<int>& size) {
    return std::to_string(size[0]) + "x" + std::to_string(size[1]);
  };
  answer.known = true;
  answer.shown = by(settler.tile) + " in pieces of " + by(settler.shape) + ": " +
                 std::to_string(count) + " (arithmetic, not measured)";
  answer.holds = compare(settler.condition, count, nullptr);
  answer.evidence = {{.kind = EvidenceKind::inferred,
                      .against = false,
                      .by = "arithmetic",
                      .target = {},
                      .text = "pieces of " + by(settler.shape) + " that cover " + by(settler.tile),
                      .value = count,
                      .unit = {}}};
  return answer;
}

std::string listed_names(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace bp
