// Disputed claims in report.html: who says what, what this report's evidence says, what settles it;
// and the chips that share a generation's name, from documents.
#include "report/disputed/claims.h"
#include "report/formats/disputed_words.h"
#include "report/formats/html_parts.h"
#include "report/formats/html_sections.h"
#include "report/formats/summary.h"

namespace bp {

using html::el;
using html::Node;

namespace {

Node sources_details(const std::vector<DisputedSource>& sources) {
  Node list = el("ul", {{"class", "sources"}}, {});
  for (const DisputedSource& source : sources) {
    list.add(el("li", {el("strong", {source.who}), ": " + source.says + " ",
                       el("small", {{"class", "soft"}}, {source.reference})}));
  }
  const std::string count = "Who says what: " + std::to_string(sources.size()) +
                            (sources.size() == 1 ? " source" : " sources");
  return el("details", {el("summary", {count}), std::move(list)});
}

Node claim_card(const DisputedFact& fact) {
  Node meta = el("p", {{"class", "meta"}}, {el("code", {fact.id})});
  if (!fact.about.empty()) meta.add(", about " + fact.about);
  Node card = el("div", {{"class", "card keep"}},
                 {el("h4", {fact.claim}), std::move(meta),
                  el("p", {badge(tone(fact.outcome), outcome_words(fact)), " ", fact.finding})});
  if (!fact.command.empty())
    card.add(el("p", {capitalised(command_words(fact)) + ": ", el("code", {fact.command})}));
  if (!fact.sources.empty()) card.add(sources_details(fact.sources));
  if (!fact.evidence.empty()) card.add(evidence_details(fact.evidence, false));
  return card;
}

Node split_table(const Split& split) {
  Node head = el("tr", {el("th", {{"scope", "col"}}, {"What"})});
  for (const std::string& chip : split.chips) head.add(el("th", {{"scope", "col"}}, {chip}));
  head.add(el("th", {{"scope", "col"}}, {"Source"}));
  Node body = el("tbody", {});
  for (const Split::Row& row : split.rows) {
    Node line = el("tr", {el("th", {{"scope", "row"}}, {row.what})});
    for (std::size_t i = 0; i < row.cells.size(); ++i)
      line.add(el("td", {{"data-label", split.chips[i]}}, {row.cells[i]}));
    line.add(el("td", {{"class", "soft"}}, {row.source}));
    body.add(line);
  }
  return el(
      "div", {{"class", "scroll"}},
      {el("table", {{"class", "stack"}},
          {el("caption", {split.generation}), el("thead", {std::move(head)}), std::move(body)})});
}

}  // namespace

std::vector<Node> disputed_content(const Report& report) {
  if (report.disputed.empty()) return {};
  return {disputed_parts(report.disputed)};
}

Node disputed_parts(std::span<const DisputedFact> facts) {
  Node parts =
      el("div", {el("p", {"What public documents say in different ways, answered from the "
                          "evidence of this report. Confirmed and contradicted are said of "
                          "the claim; expected: as assembled, not executed; declared: an "
                          "attribute of the driver, not executed."})});
  std::string topic;
  for (const DisputedFact& fact : facts) {
    if (!fact.topic.empty() && fact.topic != topic) parts.add(el("h3", {fact.topic}));
    topic = fact.topic;
    parts.add(claim_card(fact));
  }
  Node splits = el("details", {el("summary", {"Chips that share the name of a generation"}),
                               el("p", {"From documents (", el("strong", {"inferred"}),
                                        "), not measured: the datacenter chip and the other."})});
  for (const Split& split : embedded_splits()) splits.add(split_table(split));
  parts.add(splits);
  return parts;
}

}  // namespace bp
