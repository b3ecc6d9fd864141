// "What you can run": the answer in one paragraph for each kind of GPU, then what it rests on.
#include <cstdio>

#include "report/formats/html_parts.h"
#include "report/formats/html_sections.h"

namespace bp {

using html::el;
using html::Node;

namespace {

/// One GPU or target, or several GPUs of which the same is to be said.
struct Judged {
  std::string title;
  std::string what;
  const Reason* problem = nullptr;
  Summary summary;
  std::span<const FeatureResult> features;
  std::span<const BackendResult> backends;
  bool in_hand = true;
};

std::string percent(std::size_t part, std::size_t total) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f%%",
                100.0 * static_cast<double>(part) / static_cast<double>(total));
  return text;
}

/// A bar of shares, and below it the same as counted words: the bar alone says nothing.
template <typename Value>
Node meter(std::string label, std::size_t total,
           const std::vector<std::pair<Value, std::size_t>>& shares) {
  Node bar = el("svg", {{"class", "meter-bar"}, {"aria-hidden", "true"}}, {});
  Node key = el("ul", {{"class", "key"}}, {});
  std::size_t before = 0;
  for (const auto& [value, count] : shares) {
    bar.add(el("rect",
               {{"class", css_class(tone(value))},
                {"x", percent(before, total)},
                {"width", percent(count, total)},
                {"height", "100%"}},
               {}));
    before += count;
    key.add(el("li", {badge(tone(value), counted(value, count))}));
  }
  return el("div", {{"class", "meter"}},
            {el("div", {{"class", "label"}},
                {el("span", {std::move(label)}), el("span", {std::to_string(total)})}),
             std::move(bar), std::move(key)});
}

Node code_list(std::span<const std::string> ids, Node list) {
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (i > 0) list.add(", ");
    list.add(el("code", {ids[i]}));
  }
  return list;
}

/// What runs, operation by operation: the answer that most readers came for.
Node operations_list(const Summary& summary) {
  Node list = el("ul", {{"class", "operations"}}, {});
  for (const Running& operation : summary.operations) {
    Node line = el("li", {el("strong", {operation.title}), " ",
                          badge(operation.tone, std::to_string(operation.ids.size()) + " of " +
                                                    std::to_string(operation.known))});
    if (!operation.ids.empty()) line.add(code_list(operation.ids, el("small", {})));
    list.add(line);
  }
  return list;
}

Node nos_list(const Summary& summary) {
  Node nos = el("ul", {{"class", "nos"}}, {});
  for (const No& no : summary.nos) {
    Node line = code_list(no.features, el("li", {badge(no.status), " "}));
    if (!no.why.empty()) line.add(el("small", {{"class", "message"}}, {no.why}));
    nos.add(line);
  }
  for (const auto& [verdict, ids] : summary.refused) {
    Node line = code_list(ids, el("li", {badge(verdict), " "}));
    line.add(el("span", {{"class", "soft"}}, {" (" + std::string(meaning(verdict)) + ")"}));
    nos.add(line);
  }
  return nos;
}

Node verdict_card(const Judged& judged) {
  const Summary& summary = judged.summary;
  Node card = el("div", {{"class", "card"}},
                 {el("h3", {judged.title}), el("p", {{"class", "meta"}}, {judged.what})});
  if (judged.problem != nullptr)
    card.add(el("div", {{"class", "alert broken"}}, {reason_note(*judged.problem)}));
  card.add(
      el("p", {{"class", "lead"}}, {paragraph(judged.summary, judged.features, judged.in_hand)}));
  if (!judged.backends.empty()) {
    card.add(meter(judged.in_hand ? "Backends" : "Backends, expected", judged.backends.size(),
                   counts(judged.backends)));
  }
  if (!judged.features.empty())
    card.add(meter("Features", judged.features.size(), counts(judged.features)));
  if (!summary.operations.empty()) {
    card.add(el("h4", {judged.in_hand ? "What runs, by operation"
                                      : "What is expected to run, by operation"}));
    card.add(operations_list(summary));
  }
  if (summary.nos.empty() && summary.refused.empty()) return card;
  const std::string question = "What is not a plain yes, and why";
  if (judged.in_hand) {
    card.add(el("h4", {question}));
    card.add(nos_list(summary));
  } else {
    // There may be a dozen targets: the grid shows the same at a glance.
    card.add(el("details", {el("summary", {question}), nos_list(summary)}));
  }
  return card;
}

Judged judged_gpus(const std::vector<const GpuReport*>& gpus) {
  const GpuReport& first = *gpus.front();
  std::string what = "compute capability " + to_string(first.facts.cc);
  if (!first.target.empty()) what += ", probed as " + first.target;
  if (gpus.size() > 1) what += "; the same holds for each of them";
  return {.title = gpus_title(gpus),
          .what = what,
          .problem = first.facts.problem ? &*first.facts.problem : nullptr,
          .summary = summarise(first),
          .features = first.features,
          .backends = first.backends};
}

Judged judged_target(const TargetReport& target) {
  return {.title = target.target,
          .what = "expected: assembled, not executed",
          .summary = summarise(target),
          .features = target.features,
          .backends = target.backends,
          .in_hand = false};
}

/// Without a GPU and without a target there is still something to do.
Node no_verdict() {
  return el("div", {{"class", "card"}},
            {el("p", {{"class", "lead"}},
                {"Not known: this report holds no GPU and no target, so nothing was judged."}),
             el("p", {"What is expected of a GPU that is not in hand, for example: ",
                      el("code", {"blackwell-probe --target sm_121"})})});
}

}  // namespace

std::vector<Node> verdict_content(const Report& report) {
  std::vector<Node> cards;
  for (const auto& gpus : gpus_alike(report.gpus)) cards.push_back(verdict_card(judged_gpus(gpus)));
  if (report.targets.size() > few_targets) {
    cards.push_back(el("p", {{"class", "lead"}}, {paragraph(report.targets)}));
    cards.push_back(targets_overview(report.targets));
  } else {
    for (const TargetReport& target : report.targets)
      cards.push_back(verdict_card(judged_target(target)));
  }
  if (cards.empty()) cards.push_back(no_verdict());
  return cards;
}

}  // namespace bp
