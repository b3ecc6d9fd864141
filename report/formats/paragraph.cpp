// What a GPU can run, in one paragraph: what a maintainer asks first.
#include <algorithm>
#include <array>

#include "report/formats/summary.h"

namespace bp {
namespace {

bool is_attention_of_deepseek(const Running& operation) {
  return operation.id.starts_with("mla.") || operation.id.starts_with("dsa.");
}

std::string titles_without(const std::vector<Running>& operations, bool mla) {
  std::vector<std::string> titles;
  for (const Running& operation : operations) {
    if (operation.ids.empty() && is_attention_of_deepseek(operation) == mla)
      titles.push_back(operation.title);
  }
  // Titles hold commas.
  std::string text;
  for (const std::string& title : titles) text += (text.empty() ? "" : "; ") + title;
  return text;
}

/// "MLA and DSA: 6 of 6 operations are served."
std::string about_mla(const std::vector<Running>& operations, bool in_hand) {
  std::size_t known = 0, served = 0;
  for (const Running& operation : operations) {
    if (!is_attention_of_deepseek(operation)) continue;
    ++known;
    if (!operation.ids.empty()) ++served;
  }
  if (known == 0) return {};
  std::string text = " MLA and DSA: a backend " + std::string(in_hand ? "runs" : "should run") +
                     " for " + std::to_string(served) + " of " + std::to_string(known) +
                     " operations";
  const std::string none = titles_without(operations, true);
  return text + (none.empty() ? "." : ", none for " + none + ".");
}

/// "Tensor-core instructions: mma.sync 22 of 39, wgmma 17 of 17, no tcgen05."
std::string about_paths(std::span<const FeatureResult> features) {
  constexpr auto paths = std::to_array<std::string_view>({"mma.sync", "wgmma", "tcgen05"});
  std::string text;
  for (const Share& share : family_shares(features)) {
    if (share.judged == 0 || std::ranges::find(paths, share.family) == paths.end()) continue;
    text += text.empty() ? " Tensor-core instructions: " : ", ";
    text += share.yes == 0 ? "no " + share.family
                           : share.family + " " + std::to_string(share.yes) + " of " +
                                 std::to_string(share.judged) + " features";
  }
  return text.empty() ? text : text + ".";
}

std::string about_risks(const Summary& summary) {
  std::string text;
  for (const auto& [verdict, ids] : summary.refused) {
    if (verdict == Verdict::at_risk)
      text += " At risk (" + std::string(meaning(verdict)) + "): " + listed(ids, 3) + ".";
  }
  for (const No& no : summary.nos) {
    if (tone(no.status) == Tone::broken)
      text += " " + capitalised(words(no.status)) + ": " + listed(no.features, 3) + ".";
  }
  return text;
}

/// " wgmma: sm_90 alone." or " tcgen05: sm_100, sm_103."
std::string who_takes(std::string_view family, std::span<const TargetReport> targets) {
  std::vector<std::string> takers;
  for (const TargetReport& target : targets) {
    const std::vector<Share> shares = family_shares(target.features);
    const auto share = std::ranges::find(shares, family, &Share::family);
    if (share != shares.end() && share->yes > 0) takers.push_back(target.target);
  }
  const std::string who = takers.empty() ? "none of them" : listed(takers, takers.size());
  return " " + std::string(family) + ": " + who + (takers.size() == 1 ? " alone." : ".");
}

}  // namespace

std::string paragraph(std::span<const TargetReport> targets) {
  if (targets.empty()) return {};
  const auto runs = [](const TargetReport& target) {
    return std::ranges::count(target.backends, Verdict::runs, &BackendResult::verdict);
  };
  const auto [least, most] = std::ranges::minmax_element(targets, {}, runs);
  return "Expected of " + std::to_string(targets.size()) +
         " targets, nothing was executed. Most known backends should run on " + most->target +
         " (" + running_of_all(most->backends) + "), fewest on " + least->target + " (" +
         running_of_all(least->backends) +
         "). Who takes the tensor-core instructions of a family:" + who_takes("wgmma", targets) +
         who_takes("tcgen05", targets);
}

std::string paragraph(const Summary& summary, std::span<const FeatureResult> features,
                      bool in_hand) {
  std::string text = summary.headline + ".";
  text += about_mla(summary.operations, in_hand);
  if (const std::string none = titles_without(summary.operations, false); !none.empty())
    text +=
        " Nothing known " + std::string(in_hand ? "runs" : "should run") + " for: " + none + ".";
  text += about_paths(features) + about_risks(summary);
  if (!summary.kernels.empty()) text += " " + summary.kernels;
  return text;
}

}  // namespace bp
