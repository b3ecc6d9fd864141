#include <algorithm>

#include "report/formats/html_parts.h"

namespace bp {

using html::el;
using html::Node;

namespace {

/// A cell of a grid: mark in sight, word for screen readers and perhaps in the tooltip.
Node state(Tone tone, std::string_view word, const std::string& shown, bool title = false) {
  // For those who listen to the page. There are thousands of them: the shortest element.
  const Node hidden = el("i", {" " + std::string(word)});
  // A plain mark is in the legend.
  if (!title)
    return el("td", {el("span", {{"class", "badge " + css_class(tone)}}, {shown, hidden})});
  return el("td", {el("span", {{"class", "badge " + css_class(tone)}, {"title", word}},
                      {shown, hidden})});
}

/// What people call the GPUs of a number; two of them are called Blackwell.
std::string_view generation(const std::string& name) {
  const auto target = parse_target(name);
  const int number = target ? target->cc.number() : 0;
  struct Range {
    int first, last;
    std::string_view title;
  };
  constexpr auto ranges = std::to_array<Range>({{75, 75, "Turing"},
                                                {80, 88, "Ampere"},
                                                {89, 89, "Ada"},
                                                {90, 90, "Hopper"},
                                                {100, 103, "Blackwell, data centre"},
                                                {107, 107, "Rubin"},
                                                {110, 110, "Thor"},
                                                {120, 121, "Blackwell, RTX and Spark"}});
  const auto found = std::ranges::find_if(
      ranges, [&](const Range& range) { return number >= range.first && number <= range.last; });
  return found == ranges.end() ? std::string_view() : found->title;
}

/// Generations over their targets.
Node head(std::span<const TargetReport> targets, std::string first) {
  Node groups = el("tr", {el("td", {})});
  Node row = el("tr", {el("th", {{"scope", "col"}}, {std::move(first)})});
  for (std::size_t i = 0; i < targets.size();) {
    const std::string_view title = generation(targets[i].target);
    std::size_t end = i;
    for (; end < targets.size() && generation(targets[end].target) == title; ++end) {
      row.add(el("th", {{"scope", "col"}}, {targets[end].target}));
    }
    groups.add(el("th", {{"scope", "colgroup"}, {"colspan", std::to_string(end - i)}},
                  {std::string(title)}));
    i = end;
  }
  return el("thead", {std::move(groups), std::move(row)});
}

Node grid(const std::string& caption, const Node& header, const std::vector<Node>& bodies) {
  Node table = el("table", {{"class", "grid"}}, {el("caption", {caption}), header});
  for (const Node& body : bodies) table.add(body);
  return scroll_box(caption, table);
}

Node group_row(const std::string& title, std::size_t columns) {
  return el(
      "tr",
      {el("th", {{"class", "family"}, {"scope", "rowgroup"}, {"colspan", std::to_string(columns)}},
          {title})});
}

/// "a" of sm_121a: which form of the target took it.
std::string suffix(const FeatureResult& result) {
  for (const Evidence& item : result.evidence) {
    if (item.against) continue;
    const auto target = parse_target(item.target);
    if (target && target->suffix != Suffix::none) return {' ', static_cast<char>(target->suffix)};
  }
  return {};
}

Node feature_cell(const TargetReport& target, const std::string& id) {
  const auto found = std::ranges::find(target.features, id, &FeatureResult::id);
  if (found == target.features.end()) return state(Tone::unknown, "not judged", "?");
  switch (tone(found->status)) {
    case Tone::good:
      if (const std::string other = replacement(*found); !other.empty()) {
        return state(Tone::partly, std::string(words(found->status)) + ", " + other,
                     "~" + suffix(*found), true);
      }
      return state(Tone::good, words(found->status), "✓" + suffix(*found));
    case Tone::bad:
      return state(Tone::bad, words(found->status), "✗");
    default:
      return state(tone(found->status), words(found->status), "?");
  }
}

/// The mark alone where the words of a dozen targets would not fit beside each other.
Node backend_cell(const TargetReport& target, const std::string& id, bool words_fit) {
  const auto found = std::ranges::find(target.backends, id, &BackendResult::id);
  if (found == target.backends.end()) return state(Tone::unknown, "not judged", "?");
  if (words_fit) return el("td", {badge(found->verdict)});
  return state(tone(found->verdict), words(found->verdict),
               std::string(mark(tone(found->verdict))));
}

}  // namespace

Node targets_overview(std::span<const TargetReport> targets) {
  std::vector<std::vector<Share>> shares;
  for (const TargetReport& target : targets) shares.push_back(family_shares(target.features));
  Node body = el("tbody", {});
  const std::vector<Share> families = family_shares({});
  for (std::size_t f = 0; f < families.size(); ++f) {
    Node row = el("tr", {el("th", {{"scope", "row"}}, {families[f].family})});
    for (const std::vector<Share>& of_target : shares) {
      const Share& share = of_target[f];
      const Tone answer = share.judged == 0                             ? Tone::unknown
                          : share.yes == 0                              ? Tone::bad
                          : share.yes < share.judged || share.other > 0 ? Tone::partly
                                                                        : Tone::good;
      const std::string count =
          share.judged == 0 ? "?" : std::to_string(share.yes) + "/" + std::to_string(share.judged);
      const std::string replaced = share.other == 0 ? "" : "~" + std::to_string(share.other);
      Node cell = el("td", {el("span", {{"class", "badge " + css_class(answer)}}, {count})});
      if (!replaced.empty()) {
        cell.add(el("small",
                    {{"title", std::to_string(share.other) + " of them as other instructions"}},
                    {" " + replaced}));
      }
      row.add(std::move(cell));
    }
    body.add(std::move(row));
  }
  Node backends = el("tr", {el("th", {{"scope", "row"}}, {"Backends"})});
  for (const TargetReport& target : targets)
    backends.add(el("td", {running_of_all(target.backends)}));
  body.add(std::move(backends));
  Node list = el("ul", {{"class", "nos"}}, {});
  for (const TargetReport& target : targets) {
    list.add(el("li", {el("strong", {target.target}), " " + can_run(summarise(target))}));
  }
  return el("div", {grid("Expected, as assembled: features that each target takes, of those "
                         "judged (~: so many of them only as other instructions or a call)",
                         head(targets, "Family"), {std::move(body)}),
                    el("details",
                       {el("summary", {"What each target is expected to run"}), std::move(list)})});
}

Node features_grid(std::span<const TargetReport> targets) {
  std::vector<FeatureResult> all;  // each feature once, to group them
  for (const TargetReport& target : targets) {
    for (const FeatureResult& result : target.features) {
      if (std::ranges::find(all, result.id, &FeatureResult::id) == all.end()) {
        all.push_back({result.id, result.status, {}, {}});
      }
    }
  }
  std::vector<Node> bodies;
  for (const FamilyGroup& family : by_family(all)) {
    Node body = el("tbody", {group_row(family.title, targets.size() + 1)});
    for (const FeatureResult* feature : family.features) {
      Node row = el("tr", {el("th", {{"scope", "row"}}, {el("code", {feature->id})})});
      for (const TargetReport& target : targets) row.add(feature_cell(target, feature->id));
      body.add(row);
    }
    bodies.push_back(std::move(body));
  }
  return grid("Features by target, as assembled", head(targets, "Feature"), bodies);
}

Node backends_grid(std::span<const TargetReport> targets) {
  std::vector<BackendResult> all;
  for (const TargetReport& target : targets) {
    for (const BackendResult& result : target.backends) {
      if (std::ranges::find(all, result.id, &BackendResult::id) == all.end()) all.push_back(result);
    }
  }
  const bool words_fit = targets.size() <= 4;
  std::vector<Node> bodies;
  for (OperationGroup& operation : by_operation(all)) {
    Node body = el("tbody", {group_row(operation.title, targets.size() + 1)});
    std::ranges::sort(operation.backends, {}, [](const BackendResult* b) { return b->id; });
    for (const BackendResult* backend : operation.backends) {
      Node row = el("tr", {el("th", {{"scope", "row"}},
                              {el("code", {backend->id}), el("small", {backend->project})})});
      for (const TargetReport& target : targets) {
        row.add(backend_cell(target, backend->id, words_fit));
      }
      body.add(row);
    }
    bodies.push_back(std::move(body));
  }
  return grid(
      words_fit
          ? "Backends by target, expected"
          : "Backends by target, expected: ✓ runs, ✗ no hardware, ~ no dispatch or not built, ! "
            "at risk, ? unknown",
      head(targets, "Backend"), bodies);
}

}  // namespace bp
