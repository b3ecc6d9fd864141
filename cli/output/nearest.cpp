#include "cli/output/nearest.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace bp {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  // Optimal string alignment.
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] =
          std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0u : 1u)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    before = std::exchange(last, row);
  }
  return last[b.size()];
}

std::optional<std::string> nearest(std::string_view word, std::span<const std::string> valid) {
  if (word.size() > 64) return std::nullopt;  // no slip of the finger
  const std::string* best = nullptr;
  std::size_t best_distance = 0;
  for (const std::string& candidate : valid) {
    const std::size_t distance = edit_distance(word, candidate);
    if (best == nullptr || distance < best_distance) {
      best = &candidate;
      best_distance = distance;
    }
  }
  if (best == nullptr) return std::nullopt;
  // A letter of two can be any other; two slips leave a word recognisable only if it is long.
  const std::size_t length = std::max(word.size(), best->size());
  const std::size_t allowed = length >= 8 ? 2 : length >= 3 ? 1 : 0;
  if (best_distance > allowed) return std::nullopt;
  return *best;
}

std::string suggestion(std::string_view word, std::span<const std::string> valid) {
  const auto found = nearest(word, valid);
  return found ? "; did you mean " + *found + "?" : "";
}

}  // namespace bp
