#include "report/evaluate/disputed_answers.h"

#include <algorithm>
#include <functional>
#include <map>

#include "report/evaluate/disputed_figures.h"
#include "report/evaluate/evaluate.h"

namespace bp {
namespace {

bool present(Status status) { return status == Status::supported || status == Status::emulated; }

const FeatureResult* find(const GpuReport& gpu, std::string_view feature) {
  const auto found = std::ranges::find(gpu.features, feature, &FeatureResult::id);
  return found == gpu.features.end() ? nullptr : &*found;
}

bool is_rate(const Evidence& item) { return item.unit == rate_unit; }

/// What says that it is there: the strongest kind alone, as the feature's own list has the rest.
/// What says that it is not: the refusal and its positive control.
std::vector<Evidence> deciding(const FeatureResult& result) {
  const bool yes = present(result.status);
  std::optional<EvidenceKind> best;
  for (const Evidence& item : result.evidence) {
    if (!item.against && !is_rate(item) && (!best || item.kind > *best)) best = item.kind;
  }
  std::vector<Evidence> items;
  for (const Evidence& item : result.evidence) {
    if (is_rate(item)) continue;
    const bool counts =
        item.kind == EvidenceKind::counted || (yes ? !item.against && item.kind == *best : true);
    if (counts) items.push_back(item);
  }
  return items;
}

Answer feature_in_hand(const Settler& settler, const GpuReport& gpu) {
  Answer answer;
  const FeatureResult* result = find(gpu, settler.names.front());
  if (result == nullptr || result->status == Status::not_run) return answer;
  answer.shown = result->id + " " + std::string(words(result->status));
  answer.failed = result->status == Status::wrong_result || result->status == Status::crashed ||
                  result->status == Status::timed_out;
  answer.known = present(result->status) || result->status == Status::unsupported;
  answer.executed = true;  // also where it was refused: with a positive control, on this GPU
  if (!answer.known) return answer;
  answer.evidence = deciding(*result);
  if (settler.expect) answer.holds = present(result->status) == *settler.expect;
  return answer;
}

/// Only what was counted on the loaded image decides; the assembler may have to answer.
Answer native_in_hand(const Settler& settler, const GpuReport& gpu) {
  Answer answer;
  const FeatureResult* result = find(gpu, settler.names.front());
  if (result == nullptr || !present(result->status)) return answer;
  for (const Evidence& item : result->evidence) {
    if (item.kind != EvidenceKind::counted) continue;
    answer.known = true;
    answer.evidence.push_back(item);
  }
  if (!answer.known) return answer;
  answer.executed = true;
  const bool native = result->status == Status::supported;
  answer.shown = result->id + (native ? " native" : " not native");
  if (settler.expect) answer.holds = native == *settler.expect;
  return answer;
}

Answer at_most_one_in_hand(const Settler& settler, const GpuReport& gpu) {
  Answer answer;
  int taken = 0;
  answer.known = true;
  for (const std::string& name : settler.names) {
    const FeatureResult* result = find(gpu, name);
    const bool judged =
        result != nullptr && (present(result->status) || result->status == Status::unsupported);
    if (!judged) {
      answer.known = false;
      continue;
    }
    answer.shown +=
        (answer.shown.empty() ? "" : ", ") + name + " " + std::string(words(result->status));
    if (present(result->status)) ++taken;
    for (Evidence& item : deciding(*result)) answer.evidence.push_back(std::move(item));
  }
  if (taken > 1) answer.known = true;
  answer.executed = answer.known;
  if (answer.known && settler.expect) answer.holds = (taken <= 1) == *settler.expect;
  return answer;
}

// --- from the matrix ---

bool about(const Claim& claim, const MatrixRow& row, Target& target) {
  const auto parsed = parse_target(row.target);
  if (!parsed || !covers(claim, parsed->cc)) return false;
  target = *parsed;
  return true;
}

/// Of each number that the claim is about the row that says most: the first form of the target
/// that is taken, of plain, f and a; else the refusal for `a`.
std::vector<const MatrixRow*> best_rows(const Claim& claim, const std::string& feature,
                                        std::span<const MatrixRow> matrix) {
  struct Best {
    Target target;
    const MatrixRow* row;
  };
  std::vector<Best> best;
  for (const MatrixRow& row : matrix) {
    Target target;
    if (row.feature != feature || !about(claim, row, target)) continue;
    const auto same = [&](const Best& item) { return item.target.cc == target.cc; };
    const auto found = std::ranges::find_if(best, same);
    if (found == best.end()) {
      best.push_back({target, &row});
      continue;
    }
    const auto rank = [](Suffix suffix) {
      return suffix == Suffix::none ? 0 : suffix == Suffix::family ? 1 : 2;
    };
    const bool taken = row.verdict == Status::assembles;
    const bool had = found->row->verdict == Status::assembles;
    const int now = rank(target.suffix);
    const int then = rank(found->target.suffix);
    if (taken != had ? taken : taken ? now < then : now > then) *found = {target, &row};
  }
  std::ranges::sort(best, {}, &Best::target);
  std::vector<const MatrixRow*> rows;
  for (const Best& item : best) rows.push_back(item.row);
  return rows;
}

Evidence evidence_of(const MatrixRow& row) {
  const bool taken = row.verdict == Status::assembles;
  std::string text = row.message;
  if (taken) text = row.feature + ": " + (row.sass.empty() ? "accepted" : row.sass);
  return {.kind = EvidenceKind::assembled,
          .against = !taken,
          .by = row.toolkit,
          .target = row.target,
          .text = std::move(text),
          .value = std::nullopt,
          .unit = {}};
}

std::string targets_of(const std::vector<const MatrixRow*>& rows) {
  std::string text;
  for (const MatrixRow* row : rows) text += (text.empty() ? "" : ", ") + row->target;
  return text;
}

/// "mma_sync.mxf4nvf4 taken by sm_120f, sm_121f, refused by sm_120"
Answer judged(const Settler& settler, const std::vector<const MatrixRow*>& rows,
              const std::function<bool(const MatrixRow&)>& yes, const std::string& if_yes,
              const std::string& if_no) {
  Answer answer;
  std::vector<const MatrixRow*> for_it, against;
  for (const MatrixRow* row : rows) {
    (yes(*row) ? for_it : against).push_back(row);
    answer.evidence.push_back(evidence_of(*row));
  }
  if (rows.empty()) return answer;
  answer.known = for_it.empty() || against.empty();
  answer.shown = settler.names.front();
  if (!for_it.empty()) answer.shown += " " + if_yes + " " + targets_of(for_it);
  if (!against.empty())
    answer.shown += std::string(for_it.empty() ? " " : ", ") + if_no + " " + targets_of(against);
  answer.assembled = true;
  // Whether it works is not for an assembler to say; that it is refused is.
  const bool decides = settler.kind != Settler::Kind::works || for_it.empty();
  if (answer.known && settler.expect && decides) answer.holds = against.empty() == *settler.expect;
  return answer;
}

Answer accepted(const Settler& settler, const Claim& claim, std::span<const MatrixRow> matrix) {
  std::vector<const MatrixRow*> rows;
  std::vector<std::pair<std::string, std::string>> first;  // toolkit, targets
  for (const MatrixRow& row : matrix) {
    Target target;
    if (row.feature != settler.names.front() || !about(claim, row, target) ||
        target.suffix != settler.suffix)
      continue;
    const auto same = [&](const MatrixRow* had) { return had->target == row.target; };
    if (std::ranges::any_of(rows, same)) continue;
    rows.push_back(&row);
    if (row.since.empty()) continue;
    const auto group =
        std::ranges::find(first, row.since, &std::pair<std::string, std::string>::first);
    if (group == first.end()) {
      first.emplace_back(row.since, row.target);
    } else {
      group->second += ", " + row.target;
    }
  }
  Answer answer = judged(
      settler, rows, [](const MatrixRow& row) { return row.verdict == Status::assembles; },
      "taken by", "refused by");
  std::string since;
  for (const auto& [toolkit, targets] : first)
    since += (since.empty() ? "" : ", ") + (first.size() > 1 ? targets + " " : std::string()) +
             "since " + toolkit;
  if (!since.empty()) answer.shown += " (" + since + ")";
  return answer;
}

Answer at_most_one_expected(const Settler& settler, const Claim& claim,
                            std::span<const MatrixRow> matrix) {
  Answer answer;
  std::map<Target, int> taken;
  for (const MatrixRow& row : matrix) {
    Target target;
    if (row.verdict != Status::assembles ||
        std::ranges::find(settler.names, row.feature) == settler.names.end() ||
        !about(claim, row, target))
      continue;
    ++taken[target];
    if (target.suffix == Suffix::architecture) answer.evidence.push_back(evidence_of(row));
  }
  if (taken.empty()) return answer;
  answer.known = true;
  std::string one, more;
  for (const auto& [target, count] : taken) {
    std::string& list = count > 1 ? more : one;
    list += (list.empty() ? "" : ", ") + to_string(target);
  }
  const bool several = !more.empty();
  answer.shown = "of " + listed_names(settler.names) + " " +
                 (several ? more + " takes more than one" : "no target takes two");
  if (!one.empty()) answer.shown += " (one: " + one + ")";
  answer.assembled = true;
  if (settler.expect) answer.holds = several != *settler.expect;
  return answer;
}

Answer exists(const Settler& settler, const Claim& claim, std::span<const MatrixRow> matrix) {
  Answer answer;
  for (const MatrixRow& row : matrix) {
    Target target;
    if (row.verdict != Status::assembles || !about(claim, row, target)) continue;
    answer.known = true;
    answer.shown = row.toolkit + " knows " + row.target;
    answer.assembled = true;
    answer.evidence = {evidence_of(row)};
    answer.holds = settler.expect;
    return answer;
  }
  return answer;
}

}  // namespace

Answer answer_in_hand(const Settler& settler, const GpuReport& gpu,
                      std::span<const SurveyResult> surveys) {
  using enum Settler::Kind;
  switch (settler.kind) {
    case feature:
    case works:
      return feature_in_hand(settler, gpu);
    case native:
      return native_in_hand(settler, gpu);
    case at_most_one_of:
      return at_most_one_in_hand(settler, gpu);
    case limit:
      return limit_in_hand(settler, gpu);
    case fact:
      return fact_in_hand(settler, gpu);
    case survey:
      return survey_in_hand(settler, gpu, surveys);
    case ratio:
      return ratio_in_hand(settler, gpu);
    case counted:
      return counted_in_hand(settler, gpu, surveys);
    case exists: {
      Answer answer;
      answer.known = true;
      answer.executed = true;
      answer.shown = "in hand";
      answer.holds = settler.expect;
      return answer;
    }
    case accepted:
    case count:
      break;
  }
  return {};
}

Answer answer_expected(const Settler& settler, const Claim& claim,
                       std::span<const MatrixRow> matrix) {
  using enum Settler::Kind;
  const auto taken = [](const MatrixRow& row) { return row.verdict == Status::assembles; };
  switch (settler.kind) {
    case feature:
    case works:
      return judged(settler, best_rows(claim, settler.names.front(), matrix), taken, "taken by",
                    "refused by");
    case native: {
      std::vector<const MatrixRow*> rows = best_rows(claim, settler.names.front(), matrix);
      std::erase_if(rows, [&](const MatrixRow* row) {
        return !taken(*row) || machine_code_of(row->sass) == MachineCode::unknown;
      });
      return judged(
          settler, rows,
          [](const MatrixRow& row) { return machine_code_of(row.sass) == MachineCode::native; },
          "native for", "other instructions or a call for");
    }
    case accepted:
      return bp::accepted(settler, claim, matrix);
    case at_most_one_of:
      return at_most_one_expected(settler, claim, matrix);
    case exists:
      return bp::exists(settler, claim, matrix);
    case limit:
      return limit_expected(settler, claim);
    case count:
      return count_pieces(settler);
    case fact:
    case survey:
    case ratio:
    case counted:
      break;
  }
  return {};
}

}  // namespace bp
