#include "report/diff/collect.h"

#include <cmath>
#include <cstdio>

#include "report/diff/judge.h"
#include "report/formats/summary.h"

namespace bp {
namespace {

std::string percent(double before, double after) {
  if (before == 0) return {};
  char text[32];
  std::snprintf(text, sizeof text, "%+.1f %%", (after - before) / std::abs(before) * 100);
  return text;
}

std::string value_text(const Fact& fact) {
  return fact.value.index() == 0 ? "not known" : fact_text(fact);
}

}  // namespace

void ChangeList::add(ChangeOf what, const std::string& id, const std::string& before,
                     const std::string& after, Trend trend, const std::string& note) const {
  Change change{what, id, {}, before, after, trend, note};
  if (!where.empty()) change.where.push_back(where);
  changes.push_back(std::move(change));
}

void ChangeList::text(ChangeOf what, const std::string& id, const std::string& before,
                      const std::string& after) const {
  const auto shown = [](const std::string& text) { return text.empty() ? "none" : text; };
  if (before != after) add(what, id, shown(before), shown(after), Trend::other);
}

void ChangeList::usable(ChangeOf what, const std::string& id, const std::optional<Reason>& before,
                        const std::optional<Reason>& after) const {
  const auto said = [](const std::optional<Reason>& problem) {
    return problem ? "no: " + problem->id : "yes";
  };
  if (said(before) == said(after)) return;
  add(what, id, said(before), said(after), judge(!before, !after, More::better),
      (after ? after : before)->sentence);
}

void ChangeList::missing(ChangeOf what, const std::string& id,
                         const std::optional<std::string>& before,
                         const std::optional<std::string>& after) const {
  add(what, id, before.value_or(std::string(not_in_it)), after.value_or(std::string(not_in_it)),
      of_missing(judge(before.has_value(), after.has_value(), More::better)));
}

void ChangeList::figure(ChangeOf what, const std::string& id, double before, double after,
                        const std::string& unit) const {
  if (within_noise(before, after, noise)) return;
  // Of rates the unit is always the same: it is said once.
  const std::string shown = what == ChangeOf::rate ? std::string() : unit;
  add(what, id, figure_text(before, shown), figure_text(after, shown),
      judge(before, after, more_of_unit(unit)), percent(before, after));
}

void compare_facts(const std::vector<Fact>& before, const std::vector<Fact>& after, ChangeOf what,
                   const ChangeList& list) {
  match(before, after, &Fact::key, [&](const Fact* a, const Fact* b) {
    const Fact& one = a != nullptr ? *a : *b;
    More more = more_of_fact(one.key);
    if (more == More::ignored) return;
    if (what != ChangeOf::limit) more = More::neither;
    if (a == nullptr || b == nullptr) {
      list.add(what, one.key, a == nullptr ? std::string(not_in_it) : value_text(*a),
               b == nullptr ? std::string(not_in_it) : value_text(*b), Trend::other);
      return;
    }
    if (a->value == b->value) return;
    Trend trend = Trend::other;
    const auto* had = std::get_if<bool>(&a->value);
    const auto* has = std::get_if<bool>(&b->value);
    const auto was = number({*a}, one.key);
    const auto is = number({*b}, one.key);
    if (had != nullptr && has != nullptr) {
      trend = judge(*had, *has, more);
    } else if (was && is) {
      trend = judge(*was, *is, more);
    }
    list.add(what, one.key, value_text(*a), value_text(*b), trend);
  });
}

}  // namespace bp
