#include "report/diff/pairs.h"

#include <algorithm>

namespace bp {
namespace {

template <typename Same>
void take(std::vector<const GpuReport*>& before, std::vector<const GpuReport*>& after,
          std::vector<GpuPair>& pairs, Same same) {
  for (auto left = before.begin(); left != before.end();) {
    const auto right = std::ranges::find_if(
        after, [&](const GpuReport* gpu) { return same((*left)->facts, gpu->facts); });
    if (right == after.end()) {
      ++left;
      continue;
    }
    pairs.push_back({*left, *right});
    after.erase(right);
    left = before.erase(left);
  }
}

int place(const GpuPair& pair) {
  return (pair.before != nullptr ? pair.before : pair.after)->facts.index;
}

}  // namespace

std::vector<GpuPair> pair_gpus(std::span<const GpuReport> before,
                               std::span<const GpuReport> after) {
  std::vector<const GpuReport*> left;
  std::vector<const GpuReport*> right;
  for (const GpuReport& gpu : before) left.push_back(&gpu);
  for (const GpuReport& gpu : after) right.push_back(&gpu);
  std::vector<GpuPair> pairs;
  take(left, right, pairs,
       [](const GpuFacts& a, const GpuFacts& b) { return !a.uuid.empty() && a.uuid == b.uuid; });
  take(left, right, pairs,
       [](const GpuFacts& a, const GpuFacts& b) { return a.name == b.name && a.index == b.index; });
  take(left, right, pairs, [](const GpuFacts& a, const GpuFacts& b) { return a.name == b.name; });
  for (const GpuReport* gpu : left) pairs.push_back({gpu, nullptr});
  for (const GpuReport* gpu : right) pairs.push_back({nullptr, gpu});
  std::ranges::stable_sort(pairs, {}, place);
  return pairs;
}

std::string label(const GpuPair& pair) {
  std::string text = "GPU " + std::to_string(place(pair));
  if (pair.before != nullptr && pair.after != nullptr &&
      pair.before->facts.index != pair.after->facts.index)
    text += ", then " + std::to_string(pair.after->facts.index);
  return text;
}

}  // namespace bp
