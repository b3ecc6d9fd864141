#include "report/gate/gate.h"

#include <algorithm>
#include <array>

namespace bp::gate {
namespace {

struct OutcomeRow {
  Outcome outcome;
  std::string_view id;
  std::string_view words;
  Effect effect;
};
// In the order of Outcome.
constexpr auto outcomes = std::to_array<OutcomeRow>({
    {Outcome::met, "met", "met", Effect::passes},
    {Outcome::not_met, "not_met", "not met", Effect::fails},
    {Outcome::not_known, "not_known", "not known", Effect::open},
    {Outcome::xfailed, "xfailed", "xfailed", Effect::passes},
    {Outcome::xpassed, "xpassed", "XPASS (strict)", Effect::fails},
    {Outcome::xpassed_lax, "xpassed_lax", "xpass", Effect::passes},
    {Outcome::no_such_gpu, "no_such_gpu", "no such GPU", Effect::none},
});

const OutcomeRow& row_of(Outcome outcome) { return outcomes[static_cast<std::size_t>(outcome)]; }

Outcome outcome_of(const Demand& demand, Truth truth) {
  switch (truth) {
    case Truth::met:
      return !demand.xfail ? Outcome::met : demand.strict ? Outcome::xpassed : Outcome::xpassed_lax;
    case Truth::not_met:
      return demand.xfail ? Outcome::xfailed : Outcome::not_met;
    case Truth::no_such_gpu:
      return Outcome::no_such_gpu;
    case Truth::not_known:
      break;
  }
  return Outcome::not_known;
}

}  // namespace

std::string_view to_string(Outcome outcome) { return row_of(outcome).id; }
std::string_view words(Outcome outcome) { return row_of(outcome).words; }
Effect effect_of(Outcome outcome) { return row_of(outcome).effect; }

std::vector<Result> judge_all(std::span<const Demand> demands, const Scene& scene,
                              const std::string& doubt) {
  std::vector<Result> results;
  for (const Demand& demand : demands) {
    Finding finding = judge(demand.requirement, scene);
    if (!doubt.empty()) finding = {.reason = doubt};
    results.push_back({demand, outcome_of(demand, finding.truth), finding});
  }
  return results;
}

Effect effect_of(std::span<const Result> results) {
  const auto any = [&](Effect effect) {
    return std::ranges::any_of(
        results, [&](const Result& result) { return effect_of(result.outcome) == effect; });
  };
  if (any(Effect::fails)) return Effect::fails;
  // Nothing was required of any GPU here: that is no pass.
  return any(Effect::open) || !any(Effect::passes) ? Effect::open : Effect::passes;
}

std::string counts_of(std::span<const Result> results) {
  std::string text =
      std::to_string(results.size()) + (results.size() == 1 ? " requirement" : " requirements");
  std::string_view separator = ": ";
  for (const OutcomeRow& row : outcomes) {
    const auto count = std::ranges::count(results, row.outcome, &Result::outcome);
    if (count == 0) continue;
    text.append(separator).append(std::to_string(count)).append(" ").append(row.words);
    separator = ", ";
  }
  return text;
}

}  // namespace bp::gate
