// Claims that public documents make in different ways (report/disputed/*.json), each answered from
// the evidence of a report alone.
#include <algorithm>

#include "report/evaluate/disputed_answers.h"
#include "report/evaluate/evaluate.h"

namespace bp {
namespace {

using Outcome = DisputedFact::Outcome;

/// One settler over all GPUs that the claim is about.
struct Combined {
  std::optional<bool> holds;
  bool executed = false;  // GPUs in hand answered, not an assembler
  bool differ = false;    // the GPUs in hand do not agree
  std::vector<std::string> shown;
  std::vector<std::string> expected;  // what is shown comes from an assembler
  std::vector<Evidence> evidence;
};

void add_once(std::vector<Evidence>& list, std::vector<Evidence> items) {
  for (Evidence& item : items) {
    if (std::ranges::find(list, item) == list.end()) list.push_back(std::move(item));
  }
}

/// "2 x NVIDIA H200: cluster.launch supported"
std::vector<std::string> of_gpus(
    const std::vector<std::pair<std::string, std::string>>& name_and_answer) {
  std::vector<std::pair<std::pair<std::string, std::string>, int>> groups;
  for (const auto& entry : name_and_answer) {
    const auto same = [&](const auto& group) { return group.first == entry; };
    const auto found = std::ranges::find_if(groups, same);
    if (found == groups.end()) {
      groups.emplace_back(entry, 1);
    } else {
      ++found->second;
    }
  }
  std::vector<std::string> lines;
  for (const auto& [entry, count] : groups)
    lines.push_back((count > 1 ? std::to_string(count) + " x " : "") + entry.first + ": " +
                    entry.second);
  return lines;
}

Combined combine(const Settler& settler, const Claim& claim, std::span<const GpuReport> gpus,
                 std::span<const SurveyResult> surveys, std::span<const MatrixRow> matrix) {
  Combined all;
  bool known = false;
  bool failed = false;
  bool yes = false;
  bool no = false;
  std::vector<std::pair<std::string, std::string>> shown;
  for (const GpuReport& gpu : gpus) {
    if (!covers(claim, gpu.facts.cc)) continue;
    Answer answer = answer_in_hand(settler, gpu, surveys);
    if (!answer.shown.empty()) shown.emplace_back(gpu.facts.name, answer.shown);
    add_once(all.evidence, std::move(answer.evidence));
    known = known || answer.known;
    failed = failed || answer.failed;
    yes = yes || (answer.holds && *answer.holds);
    no = no || (answer.holds && !*answer.holds);
  }
  all.shown = of_gpus(shown);
  all.differ = yes && no;
  all.executed = known || failed;
  if (all.executed) {
    // What went wrong on one GPU is not settled by another.
    if (yes != no && !failed) all.holds = yes;
    return all;
  }
  Answer answer = answer_expected(settler, claim, matrix);
  if (!answer.shown.empty()) (answer.assembled ? all.expected : all.shown).push_back(answer.shown);
  add_once(all.evidence, std::move(answer.evidence));
  all.holds = answer.holds;
  // Arithmetic needs no GPU.
  all.executed = settler.kind == Settler::Kind::count;
  return all;
}

std::string sentence(std::string text) {
  if (!text.empty() && !text.ends_with('.')) text += '.';
  return text;
}

void append(std::string& text, const std::string& more) {
  if (more.empty()) return;
  if (!text.empty()) text += ' ';
  text += more;
}

DisputedFact answer(const Claim& claim, std::span<const GpuReport> gpus,
                    std::span<const SurveyResult> surveys, std::span<const MatrixRow> matrix) {
  DisputedFact fact;
  fact.id = claim.id;
  fact.claim = claim.text;
  fact.topic = claim.topic;
  fact.about = about_words(claim);
  fact.sources = claim.sources;
  bool all_hold = true;
  bool executed = true;
  bool differ = false;
  std::optional<bool> failed_here;  // the first that does not hold: whether by execution
  std::string seen;
  std::string assembled;
  for (const Settler& settler : claim.settle) {
    Combined part = combine(settler, claim, gpus, surveys, matrix);
    for (const std::string& line : part.shown) seen += (seen.empty() ? "" : "; ") + line;
    for (const std::string& line : part.expected)
      assembled += (assembled.empty() ? "" : "; ") + line;
    add_once(fact.evidence, std::move(part.evidence));
    if (!settler.decides()) continue;
    differ = differ || part.differ;
    executed = executed && part.executed;
    if (!part.holds) {
      all_hold = false;
    } else if (!*part.holds && !failed_here) {
      failed_here = part.executed;
    }
  }
  if (claim.open.empty()) {
    if (failed_here && !differ) {
      fact.outcome = Outcome::contradicted;
      executed = *failed_here;
    } else if (!failed_here && all_hold && !differ) {
      fact.outcome = Outcome::confirmed;
    }
  }
  if (fact.outcome == Outcome::confirmed) {
    append(fact.finding, sentence(claim.confirmed));
  } else if (fact.outcome == Outcome::contradicted) {
    append(fact.finding, sentence(claim.contradicted));
  } else if (!claim.open.empty()) {
    append(fact.finding, sentence(claim.open));
  } else if (differ) {
    append(fact.finding, "The GPUs in hand differ.");
  } else {
    append(fact.finding, "Not answered by this report.");
  }
  append(fact.finding, sentence(seen));
  if (!assembled.empty()) append(fact.finding, sentence("Expected, as assembled: " + assembled));
  // What was seen by execution has nothing left to settle.
  const bool settled = fact.outcome != Outcome::open && executed;
  if (!settled && claim.open.empty()) fact.command = settling_command(claim);
  return fact;
}

}  // namespace

std::vector<DisputedFact> disputed_facts(std::span<const GpuReport> gpus,
                                         std::span<const SurveyResult> surveys,
                                         std::span<const MatrixRow> matrix) {
  std::vector<DisputedFact> facts;
  for (const Claim& claim : embedded_claims())
    facts.push_back(answer(claim, gpus, surveys, matrix));
  return facts;
}

}  // namespace bp
