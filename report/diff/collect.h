// Collects changes while two reports are walked.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/diff/diff.h"
#include "report/diff/pairs.h"

namespace bp {

inline constexpr std::string_view not_in_it = "not in it";

/// The changes of one place: a GPU, a target, or the report itself ("").
struct ChangeList {
  std::vector<Change>& changes;
  std::string where;
  double noise = default_noise;
  bool same_command = true;  // else one of the two may have left out what the other has

  ChangeList at(std::string place) const {
    return {changes, std::move(place), noise, same_command};
  }
  /// What is not in one of the two reports: `trend`, unless it was not asked for.
  Trend of_missing(Trend trend) const { return same_command ? trend : Trend::other; }

  void add(ChangeOf what, const std::string& id, const std::string& before,
           const std::string& after, Trend trend, const std::string& note = {}) const;
  /// Adds it if the texts differ, as neither better nor worse.
  void text(ChangeOf what, const std::string& id, const std::string& before,
            const std::string& after) const;
  /// Adds it if one can be used and the other not, or for another reason.
  void usable(ChangeOf what, const std::string& id, const std::optional<Reason>& before,
              const std::optional<Reason>& after) const;
  /// Adds what is in one of the two alone (nullopt: not in this one): gone is worse.
  void missing(ChangeOf what, const std::string& id, const std::optional<std::string>& before,
               const std::optional<std::string>& after) const;
  /// Adds it if the figures differ by more than the noise.
  void figure(ChangeOf what, const std::string& id, double before, double after,
              const std::string& unit) const;
};

/// Calls back for what is in both lists, by the key; and with a null pointer for what is in one.
template <typename Item, typename Key, typename Call>
void match(const std::vector<Item>& before, const std::vector<Item>& after, Key key, Call call) {
  using Id = std::decay_t<std::invoke_result_t<Key, const Item&>>;
  std::multimap<Id, const Item*> others;
  for (const Item& item : after) others.emplace(std::invoke(key, item), &item);
  for (const Item& item : before) {
    const auto [found, end] = others.equal_range(std::invoke(key, item));
    call(&item, found == end ? nullptr : found->second);
    if (found != end) others.erase(found);
  }
  for (const auto& [id, item] : others) call(static_cast<const Item*>(nullptr), item);
}

/// For what a run measures as a whole or not at all.
template <typename Item>
std::optional<std::string> measured_text(const std::vector<Item>& items) {
  return items.empty() ? std::nullopt : std::optional<std::string>("measured");
}

/// What is said of an item; nullopt: there is none.
template <typename Item, typename Say>
std::optional<std::string> text_of(const Item* item, Say say) {
  return item == nullptr ? std::nullopt : std::optional<std::string>(say(*item));
}

void compare_facts(const std::vector<Fact>& before, const std::vector<Fact>& after, ChangeOf what,
                   const ChangeList& list);
/// How a feature, kernel or survey ended.
struct Outcome {
  Status status;
  std::string reason;    // id; empty: none
  std::string sentence;  // of the reason
  std::optional<EvidenceKind> strongest;
};
/// nullopt: it is not in the report.
template <typename Result>
std::optional<Outcome> outcome(const Result* result) {
  if (result == nullptr) return std::nullopt;
  const Reason reason = result->reason.value_or(Reason{});
  return Outcome{result->status, reason.id, reason.sentence, strongest(result->evidence)};
}
void compare_outcomes(const std::optional<Outcome>& before, const std::optional<Outcome>& after,
                      ChangeOf what, const std::string& id, const ChangeList& list);
void compare_results(const std::vector<FeatureResult>& before,
                     const std::vector<FeatureResult>& after, const ChangeList& list);
void compare_backends(const std::vector<BackendResult>& before,
                      const std::vector<BackendResult>& after, const ChangeList& list);
void compare_selectors(const std::vector<SelectorResult>& before,
                       const std::vector<SelectorResult>& after, const ChangeList& list);
void compare_bench(const BenchReport& before, const BenchReport& after, const ChangeList& list);
void compare_gpu(const GpuReport& before, const GpuReport& after, const ChangeList& list);
void compare_surveys(const std::vector<SurveyResult>& before,
                     const std::vector<SurveyResult>& after, const std::vector<GpuPair>& pairs,
                     const ChangeList& list);

}  // namespace bp
