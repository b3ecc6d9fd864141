#include "report/formats/html_parts.h"

#include <algorithm>
#include <cstdio>

#include "report/formats/backend_words.h"

namespace bp {

using html::el;
using html::Node;

std::string css_class(Tone tone) {
  switch (tone) {
    case Tone::good:
      return "good";
    case Tone::partly:
      return "partly";
    case Tone::bad:
      return "bad";
    case Tone::broken:
      return "broken";
    case Tone::unknown:
      break;
  }
  return "unknown";
}

std::string_view mark(Tone tone) {
  switch (tone) {
    case Tone::good:
      return "✓";
    case Tone::partly:
      return "~";
    case Tone::bad:
      return "✗";
    case Tone::broken:
      return "!";
    case Tone::unknown:
      break;
  }
  return "?";
}

Node badge(Tone tone, std::string_view word) {
  return el("span", {{"class", "badge " + css_class(tone)}},
            {std::string(mark(tone)) + " " + std::string(word)});
}
Node badge(Status status) { return badge(tone(status), words(status)); }
Node badge(Verdict verdict) { return badge(tone(verdict), words(verdict)); }

Node evidence_list(const std::vector<Evidence>& evidence) {
  Node list = el("ul", {{"class", "evidence"}}, {});
  for (const Evidence& item : evidence) {
    Node line = el("li", {{"class", item.against ? "against" : "for"}},
                   {el("strong", {std::string(to_string(item.kind))}),
                    el("span", {{"class", "soft"}},
                       {std::string(item.against ? ", against: " : ": ") + source_text(item)})});
    if (item.value) {
      line.add(" ");
      line.add(el("b", {figure_text(*item.value, item.unit)}));
    }
    if (!item.text.empty()) line.add(el("span", {{"class", "message"}}, {item.text}));
    list.add(std::move(line));
  }
  return list;
}

Node evidence_details(const std::vector<Evidence>& evidence, bool open) {
  if (evidence.empty()) return el("span", {{"class", "soft"}}, {"no evidence"});
  const std::string count = std::to_string(evidence.size()) +
                            (evidence.size() == 1 ? " item" : " items") + " of evidence";
  const Node summary = el("summary", {count});
  if (open) return el("details", {{"open", ""}}, {summary, evidence_list(evidence)});
  return el("details", {summary, evidence_list(evidence)});
}

Node reason_note(const Reason& reason) {
  Node note = el("div", {reason.sentence + ".", " "});
  if (!reason.remedy.empty()) note.add(el("strong", {reason.remedy + " "}));
  note.add(el("code", {{"class", "soft"}}, {reason.id}));
  return note;
}

Node stacked(std::string kind, std::string caption, std::vector<std::string> columns,
             std::vector<Node> rows) {
  Node head = el("tr", {});
  for (std::string& column : columns) {
    head.add(el("th", {{"scope", "col"}}, {std::move(column)}));
  }
  return el("div", {{"class", "scroll"}},
            {el("table", {{"class", "stack " + std::move(kind)}},
                {el("caption", {std::move(caption)}), el("thead", {std::move(head)}),
                 el("tbody", std::move(rows))})});
}

Node cell(std::string label, std::vector<Node> content) {
  if (content.empty()) return el("td", {{"class", "empty"}}, {});
  return el("td", {{"data-label", std::move(label)}}, std::move(content));
}

const Evidence* proof_of(const FeatureResult& result) {
  const bool other_unit = result.status == Status::emulated;
  const EvidenceKind kind = other_unit ? EvidenceKind::counted : EvidenceKind::verified;
  for (const Evidence& item : result.evidence) {
    if (item.against == other_unit && item.kind == kind && !item.text.empty()) return &item;
  }
  return nullptr;
}

std::string proof_text(const Evidence& item) {
  return item.value ? figure_text(*item.value, item.unit) + " " + item.text : item.text;
}

Node features_section(std::span<const FeatureResult> features) {
  Node section = el("div", {});
  for (const FamilyGroup& family : by_family(features)) {
    std::vector<Node> rows;
    for (const FeatureResult* result : family.features) {
      const auto kind = strongest_of_status(*result);
      std::vector<Node> why;
      if (result->reason) why.push_back(reason_note(*result->reason));
      const bool worked = tone(result->status) == Tone::good || result->status == Status::emulated;
      if (const Evidence* proof = worked ? proof_of(*result) : nullptr; proof != nullptr)
        why.push_back(el("small", {proof_text(*proof)}));
      // The reason of a plain no quotes the message that it rests on.
      why.push_back(evidence_details(result->evidence, tone(result->status) == Tone::broken));
      rows.push_back(el(
          "tr",
          {el("th", {{"scope", "row"}},
              {el("code", {result->id}), el("small", {std::string(feature_title(result->id))})}),
           el("td", {{"class", "state"}}, {badge(result->status)}),
           cell("strongest evidence", {kind ? std::string(to_string(*kind)) : std::string("none")}),
           el("td", std::move(why))}));
    }
    section.add(stacked("features", family.title,
                        {"Feature", "Status", "Strongest", "Reason and evidence"},
                        std::move(rows)));
  }
  return section;
}

Node backends_section(std::span<const BackendResult> backends) {
  Node section = el("div", {});
  for (const OperationGroup& operation : by_operation(backends)) {
    std::vector<Node> rows;
    for (const BackendResult* backend : operation.backends) {
      Node why = el("td", {backend->reason});
      if (!backend->takes.empty()) why.add(el("small", {"takes " + backend->takes}));
      for (const std::string& note : backend->notes) why.add(el("small", {note}));
      if (const std::string old = outdated_text(*backend); !old.empty())
        why.add(el("small", {badge(Tone::partly, old)}));
      const std::string evidence =
          backend->evidence ? std::string(to_string(*backend->evidence)) : std::string("none");
      std::vector<Node> nearest;
      if (!backend->nearest.empty()) {
        nearest.push_back(el("code", {backend->nearest}));
      } else if (backend->verdict != Verdict::runs) {
        nearest.push_back(el("span", {{"class", "soft"}}, {"none known"}));
      }
      Node name = el("th", {{"scope", "row"}},
                     {el("code", {backend->id}), el("small", {backend->project})});
      const std::string versions = versions_text(*backend);
      if (!versions.empty()) name.add(el("small", {versions}));
      rows.push_back(
          el("tr", {std::move(name), el("td", {{"class", "state"}}, {badge(backend->verdict)}),
                    std::move(why), cell("weakest evidence", {evidence}),
                    cell("nearest that runs", std::move(nearest))}));
    }
    section.add(stacked("backends", operation.title + " (" + operation.id + ")",
                        {"Backend", "Verdict", "Why", "Evidence", "Nearest that runs"},
                        std::move(rows)));
  }
  return section;
}

Node selectors_section(std::span<const SelectorResult> selectors) {
  std::vector<Node> rows;
  for (const SelectorResult& selector : selectors) {
    const SelectorStep* choice = choice_of(selector);
    std::vector<Node> before;
    if (const std::string text = before_choice(selector); !text.empty()) before.push_back(text);
    rows.push_back(el(
        "tr",
        {el("th", {{"scope", "row"}}, {el("code", {selector.id}), el("small", {selector.project})}),
         choice == nullptr
             ? el("td", {{"class", "state"}}, {el("span", {{"class", "soft"}}, {"nothing"})})
             : el("td", {{"class", "state"}}, {badge(choice->verdict)}),
         choice == nullptr ? el("td", {no_choice(selector)})
                           : el("td", {el("code", {choice->backend})}),
         cell("before it", std::move(before))}));
  }
  return stacked("selectors", std::string(about_selectors),
                 {"Selector", "Verdict", "Would choose", "Before it"}, std::move(rows));
}

Node share_bar(double share, const std::string& text) {
  char width[32];
  std::snprintf(width, sizeof width, "%.1f%%", 100 * std::clamp(share, 0.0, 1.0));
  return el("svg", {{"class", "share"}, {"role", "img"}},
            {el("title", {text}), el("rect", {{"width", width}, {"height", "100%"}}, {})});
}

Node scroll_box(std::string_view label, const Node& table) {
  return el("div",
            {{"class", "scroll"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", label}},
            {table});
}

Node facts_list(const std::vector<Fact>& facts) {
  Node list = el("dl", {{"class", "facts"}}, {});
  for (const Fact& fact : facts) {
    Node value = el("dd", {fact_text(fact)});
    if (!fact.by.empty()) {
      value.add(" ");
      value.add(el("small", {{"class", "soft"}}, {fact.by}));
    }
    list.add(el("div", {el("dt", {fact_label(fact)}), std::move(value)}));
  }
  return list;
}

}  // namespace bp
