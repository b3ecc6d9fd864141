#include <algorithm>
#include <map>

#include "report/formats/markdown_parts.h"
#include "report/formats/markdown_text.h"
#include "report/formats/summary.h"

namespace bp::md {
namespace {

std::string_view mark(Verdict verdict) {
  switch (verdict) {
    case Verdict::runs:
      return "✓";
    case Verdict::no_hardware:
      return "hw";
    case Verdict::no_dispatch:
      return "gate";
    case Verdict::not_built:
      return "image";
    case Verdict::at_risk:
      return "risk";
    case Verdict::unknown:
      break;
  }
  return "?";
}

std::string_view mark(Status status) {
  if (tone(status) == Tone::good) return "✓";
  return tone(status) == Tone::bad ? "–" : "?";
}

std::vector<std::string> head_of(std::string first, const std::vector<TargetReport>& targets) {
  std::vector<std::string> titles{std::move(first)};
  for (const TargetReport& target : targets) titles.push_back(text(target.target, 20));
  return titles;
}

/// A row for each id of any target, in the order in which they are met.
template <typename Item, typename ItemsOf, typename MarkOf>
std::vector<std::string> grid(const std::vector<TargetReport>& targets, ItemsOf items_of,
                              MarkOf mark_of) {
  std::vector<std::string_view> ids;
  std::map<std::string_view, std::vector<std::string>> rows;
  for (std::size_t column = 0; column < targets.size(); ++column) {
    for (const Item& item : items_of(targets[column])) {
      const auto [place, is_new] = rows.try_emplace(item.id, targets.size() + 1);
      if (is_new) ids.push_back(item.id);
      place->second[column + 1] = mark_of(item);
    }
  }
  std::vector<std::string> lines;
  for (const std::string_view id : ids) {
    rows[id].front() = code(id);
    lines.push_back(row(rows[id]));
  }
  return lines;
}

Section overview(const std::vector<TargetReport>& targets) {
  std::vector<std::string> titles{"target"};
  for (const Share& share : family_shares({})) titles.push_back(share.family);
  titles.emplace_back("backends");
  Section section{.name = "the targets", .priority = verdicts};
  section.head =
      "\n### Expected, as assembled\n\nFeatures that each target takes, of those judged, and "
      "backends expected to run.\n\n" +
      table_head(titles);
  for (const TargetReport& target : targets) {
    std::vector<std::string> cells{code(target.target, 20)};
    for (const Share& share : family_shares(target.features))
      cells.push_back(std::to_string(share.yes) + "/" + std::to_string(share.judged));
    cells.push_back(running_of_all(target.backends));
    section.rows.push_back(row(cells));
  }
  return section;
}

}  // namespace

std::vector<Section> grids_of(const std::vector<TargetReport>& targets) {
  Section backends = folded(
      not_running, "Backends by target", std::to_string(targets.size()),
      "✓ expected to run, hw: a needed feature is missing, gate: the library refuses, image: none "
      "loads, risk: let through although it cannot work, ?: not known\n\n" +
          table_head(head_of("backend", targets)));
  backends.rows = grid<BackendResult>(
      targets, [](const TargetReport& target) -> const auto& { return target.backends; },
      [](const BackendResult& backend) { return mark(backend.verdict); });
  Section list = folded(features, "Features by target", std::to_string(targets.size()),
                        "✓ an assembler accepts it, – refuses it, ?: not judged\n\n" +
                            table_head(head_of("feature", targets)));
  list.rows = grid<FeatureResult>(
      targets, [](const TargetReport& target) -> const auto& { return target.features; },
      [](const FeatureResult& feature) { return mark(feature.status); });
  return {overview(targets), std::move(backends), std::move(list)};
}

}  // namespace bp::md
