// Claims that public documents make in different ways (report/disputed/*.json), each answered from
// the evidence of a report alone. A claim is about every GPU of its capabilities: those in hand
// answer for themselves, and the assemblers for the others.
#include <algorithm>

#include "report/evaluate/disputed_answers.h"
#include "report/evaluate/evaluate.h"

namespace bp {
namespace {

using Outcome = DisputedFact::Outcome;

using Basis = DisputedFact::Basis;

/// Who answers, from weak to strong.
enum class By : std::uint8_t { nobody, arithmetic, assembler, attribute, execution };

/// One settler over all GPUs that the claim is about. What was seen in hand and what is expected of
/// other GPUs stay apart.
struct Part {
  std::optional<bool> holds;
  By by = By::nobody;
  bool differ = false;                 // the GPUs in hand do not agree
  std::vector<About> elsewhere;        // what no GPU in hand answers for, where some do
  std::vector<std::string> shown;      // of the GPUs in hand; of all, where it takes no GPU
  std::vector<std::string> of_others;  // from documents, of what is elsewhere
  std::vector<std::string> expected;   // by an assembler
  std::vector<Evidence> evidence;
};

template <typename T>
void add_once(std::vector<T>& list, const T& item) {
  if (std::ranges::find(list, item) == list.end()) list.push_back(item);
}

template <typename T>
void add_once(std::vector<T>& list, const std::vector<T>& items) {
  for (const T& item : items) add_once(list, item);
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

/// What the claim is about and none of these GPUs answers for: of "12.x" one GPU of the major is
/// enough, of every GPU it takes each capability.
std::vector<About> elsewhere(const Claim& claim, const std::vector<ComputeCapability>& answered,
                             std::span<const MatrixRow> matrix) {
  std::vector<About> all = claim.about;
  if (all.empty()) {
    for (const Target target : known_targets())
      add_once(all, About{target.cc.major, target.cc.minor});
    for (const MatrixRow& row : matrix) {
      if (const auto target = parse_target(row.target))
        add_once(all, About{target->cc.major, target->cc.minor});
    }
  }
  std::erase_if(all, [&](const About& about) {
    return std::ranges::any_of(answered, [&](ComputeCapability cc) { return covers(about, cc); });
  });
  return all;
}

Part ask(const Settler& settler, const Claim& claim, std::span<const GpuReport> gpus,
         std::span<const SurveyResult> surveys, std::span<const MatrixRow> matrix) {
  Part part;
  std::vector<ComputeCapability> answered;
  bool executed = true;
  bool failed = false;
  bool yes = false;
  bool no = false;
  std::vector<std::pair<std::string, std::string>> shown;
  for (const GpuReport& gpu : gpus) {
    if (!covers(claim, gpu.facts.cc)) continue;
    const Answer answer = answer_in_hand(settler, gpu, surveys);
    if (!answer.shown.empty()) shown.emplace_back(gpu.facts.name, answer.shown);
    add_once(part.evidence, answer.evidence);
    if (answer.known || answer.failed) {
      answered.push_back(gpu.facts.cc);
      executed = executed && answer.executed;
    }
    failed = failed || answer.failed;
    yes = yes || (answer.holds && *answer.holds);
    no = no || (answer.holds && !*answer.holds);
  }
  part.shown = of_gpus(shown);
  part.differ = yes && no;
  Claim others = claim;
  if (!answered.empty()) {
    // What went wrong on one GPU is not settled by another.
    if (yes != no && !failed) part.holds = yes;
    part.by = executed ? By::execution : By::attribute;
    part.elsewhere = elsewhere(claim, answered, matrix);
    if (part.elsewhere.empty()) return part;
    others.about = part.elsewhere;
  }
  const Answer answer = answer_expected(settler, others, matrix);
  if (!answer.shown.empty()) {
    auto& list = answer.assembled ? part.expected : answered.empty() ? part.shown : part.of_others;
    list.push_back(answer.shown);
  }
  add_once(part.evidence, answer.evidence);
  if (!answered.empty()) return part;
  part.holds = answer.holds;
  if (settler.kind == Settler::Kind::count) {
    part.by = By::arithmetic;
  } else if (answer.known) {
    part.by = By::assembler;
  }
  return part;
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

std::string listed(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : "; ") + line;
  return text;
}

/// Outcome and basis. Arithmetic has a say beside an answer, and is none by itself.
void decide(DisputedFact& fact, const std::vector<Part>& parts) {
  bool all_hold = true;
  By against = By::nobody;  // the strongest that contradicts
  bool expected = false;
  By strongest = By::nobody;
  for (const Part& part : parts) {
    if (part.differ) return;
    all_hold = all_hold && part.holds && *part.holds;
    if (part.holds && !*part.holds) against = std::max(against, part.by);
    expected = expected || part.by == By::assembler;
    strongest = std::max(strongest, part.by);
  }
  const auto basis = [](By by) {
    return by == By::execution   ? Basis::executed
           : by == By::attribute ? Basis::declared
                                 : Basis::expected;
  };
  if (against > By::arithmetic) {
    fact.outcome = Outcome::contradicted;
    fact.basis = basis(against);
  } else if (against == By::nobody && all_hold && strongest > By::arithmetic) {
    fact.outcome = Outcome::confirmed;
    fact.basis = expected ? Basis::expected : basis(strongest);
  }
}

/// "Not in hand: compute capability 10.x."
std::string not_in_hand(const Claim& claim, std::vector<About> about,
                        const std::vector<std::string>& documents) {
  Claim others = claim;
  others.about = std::move(about);
  std::string text =
      "Not in hand: " + (claim.about.empty() ? "other compute capabilities" : about_words(others));
  if (!documents.empty()) text += ": " + listed(documents);
  return text;
}

DisputedFact answer(const Claim& claim, std::span<const GpuReport> gpus,
                    std::span<const SurveyResult> surveys, std::span<const MatrixRow> matrix) {
  DisputedFact fact;
  fact.id = claim.id;
  fact.claim = claim.text;
  fact.topic = claim.topic;
  fact.about = about_words(claim);
  fact.sources = claim.sources;
  std::vector<Part> deciding;
  std::vector<About> others;
  std::vector<std::string> seen, documents, assembled;
  for (const Settler& settler : claim.settle) {
    const Part part = ask(settler, claim, gpus, surveys, matrix);
    // Two bounds of one figure show the same line.
    add_once(seen, part.shown);
    add_once(documents, part.of_others);
    add_once(assembled, part.expected);
    add_once(fact.evidence, part.evidence);
    if (!settler.decides()) continue;
    add_once(others, part.elsewhere);
    deciding.push_back(part);
  }
  if (claim.open.empty()) decide(fact, deciding);
  const bool differ = std::ranges::any_of(deciding, &Part::differ);
  // Of every GPU one GPU can say no, but not yes.
  if (fact.outcome == Outcome::confirmed && fact.basis == Basis::executed && !others.empty())
    fact.basis = Basis::in_hand;

  // What it means stands behind what it rests on, where that is not execution alone.
  const bool expected =
      fact.basis == Basis::expected || (fact.basis == Basis::in_hand && !assembled.empty());
  std::string meaning;
  if (fact.outcome == Outcome::confirmed) {
    meaning = claim.confirmed;
  } else if (fact.outcome == Outcome::contradicted) {
    meaning = claim.contradicted;
  } else if (!claim.open.empty()) {
    meaning = claim.open;
  } else if (differ) {
    meaning = "The GPUs in hand differ";
  } else {
    meaning = "Not answered by this report";
  }
  if (!expected) append(fact.finding, sentence(meaning));
  append(fact.finding, sentence(listed(seen)));
  if (!others.empty()) append(fact.finding, sentence(not_in_hand(claim, others, documents)));
  if (!assembled.empty())
    append(fact.finding, sentence("Expected, as assembled: " + listed(assembled)));
  if (expected) append(fact.finding, sentence(meaning));
  // What was executed on all that the claim is about has nothing left to settle.
  const bool settled = fact.basis == Basis::executed && others.empty();
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
