// Collects changes while two reports are walked.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "report/diff/diff.h"
#include "report/diff/pairs.h"

namespace bp {

/// The changes of one place: a GPU, a target, or the report itself ("").
struct ChangeList {
  std::vector<Change>& changes;
  std::string where;
  double noise = default_noise;

  void add(ChangeOf what, const std::string& id, const std::string& before,
           const std::string& after, Trend trend, const std::string& note = {}) const;
  /// Adds it if the texts differ, as neither better nor worse.
  void text(ChangeOf what, const std::string& id, const std::string& before,
            const std::string& after) const;
  /// Adds it if the figures differ by more than the noise.
  void figure(ChangeOf what, const std::string& id, double before, double after,
              const std::string& unit) const;
};

/// Calls back for what is in both lists, by the key; and with a null pointer for what is in one.
template <typename Item, typename Key, typename Call>
void match(const std::vector<Item>& before, const std::vector<Item>& after, Key key, Call call) {
  using Id = std::decay_t<std::invoke_result_t<Key, const Item&>>;
  std::map<Id, const Item*> others;
  for (const Item& item : after) others.emplace(std::invoke(key, item), &item);
  for (const Item& item : before) {
    const auto found = others.find(std::invoke(key, item));
    call(&item, found == others.end() ? nullptr : found->second);
    if (found != others.end()) others.erase(found);
  }
  for (const auto& [id, item] : others) call(static_cast<const Item*>(nullptr), item);
}

void compare_facts(const std::vector<Fact>& before, const std::vector<Fact>& after, ChangeOf what,
                   const ChangeList& list);
void compare_results(const std::vector<FeatureResult>& before,
                     const std::vector<FeatureResult>& after, const ChangeList& list);
void compare_backends(const std::vector<BackendResult>& before,
                      const std::vector<BackendResult>& after, const ChangeList& list);
void compare_selectors(const std::vector<SelectorResult>& before,
                       const std::vector<SelectorResult>& after, const ChangeList& list);
void compare_gpu(const GpuReport& before, const GpuReport& after, const ChangeList& list);
void compare_surveys(const Report& before, const Report& after, const std::vector<GpuPair>& pairs,
                     std::vector<Change>& changes, double noise);

}  // namespace bp
