// Models in report.html: for each, a table of sizes, and below it what serves each operation.
#include <algorithm>

#include "report/formats/html_parts.h"
#include "report/formats/html_sections.h"
#include "report/formats/model_words.h"

namespace bp {

using html::el;
using html::Node;

namespace {

Node size_row(const ModelSize& size, bool expected) {
  const std::string room = room_words(size);
  return el("tr",
            {el("th", {{"scope", "row"}}, {"TP " + std::to_string(size.tensor_parallel)}),
             el("td", {{"data-label", "heads a GPU"}}, {std::to_string(size.heads)}),
             el("td", {{"data-label", "verdict"}}, {badge(tone(size), size_words(size, expected))}),
             el("td", {{"data-label", "memory"}}, {room.empty() ? "not known" : room})});
}

Node sizes_table(const ModelReport& model, bool expected) {
  std::vector<Node> rows;
  for (const ModelSize& size : model.sizes) rows.push_back(size_row(size, expected));
  Node head = el(
      "tr", {el("th", {{"scope", "col"}}, {"GPUs"}), el("th", {{"scope", "col"}}, {"Heads a GPU"}),
             el("th", {{"scope", "col"}}, {"Verdict"}), el("th", {{"scope", "col"}}, {"Memory"})});
  return scroll_box(model.name,
                    el("table", {{"class", "stack models"}},
                       {el("caption", {model.name}), el("thead", {head}), el("tbody", rows)}));
}

Node way_item(const ModelWay& way, bool taken) {
  Node item =
      el("li", {badge(tone(way.verdict), words(way.verdict)), " ", el("strong", {way_title(way)})});
  if (way.fallback) item.add(taken ? " (the fallback that is taken)" : " (fallback)");
  item.add(": ");
  if (way.runs.empty()) {
    item.add(way.reason);
  } else {
    for (const std::string& id : way.runs) {
      if (&id != &way.runs.front()) item.add(", ");
      item.add(el("code", {id}));
    }
  }
  if (way.evidence)
    item.add(el("small", {{"class", "soft"}}, {" " + std::string(to_string(*way.evidence))}));
  for (const std::string& note : way.notes)
    item.add(el("small", {{"class", "soft"}}, {" " + note + "."}));
  for (const ModelReference& reference : way.references)
    item.add(el("small", {{"class", "soft"}},
                {" Right result here by the reference kernel ", el("code", {reference.kernel}),
                 measured_words(reference) + "."}));
  if (way.refused.empty()) return item;
  std::string others;
  for (const ModelRefusal& refusal : way.refused)
    others += (others.empty() ? " Not with this size: " : "; ") + refusal.backend + " (" +
              refusal.why + ")";
  item.add(el("small", {{"class", "soft"}}, {others + "."}));
  return item;
}

Node need_part(const ModelNeed& need, std::size_t sizes) {
  std::string title = need.name;
  if (need.tensor_parallel.size() < sizes) title += ", TP " + listed_sizes(need.tensor_parallel);
  Node part = el("div", {el("h5", {title})});
  const ModelWay* taken = need.taken();
  Node ways = el("ul", {{"class", "nos"}}, {});
  for (const ModelWay& way : need.ways) ways.add(way_item(way, &way == taken));
  part.add(ways);
  for (const std::string& line : cost_lines(need)) part.add(el("p", {{"class", "soft"}}, {line}));
  return part;
}

Node model_card(const ModelReport& model, bool expected) {
  Node card = el("div", {{"class", "card"}},
                 {el("h4", {model.name}), el("p", {{"class", "meta"}}, {model_facts(model)}),
                  sizes_table(model, expected)});
  Node needs = el("details", {el("summary", {"What serves each operation, and what it costs"})});
  for (const ModelNeed& need : model.needs) needs.add(need_part(need, model.sizes.size()));
  card.add(needs);
  return card;
}

}  // namespace

std::vector<Node> models_content(const Report& report) {
  std::vector<Node> nodes;
  for (const ModelGroup& group : model_groups(report)) {
    nodes.push_back(el("h3", {group.title}));
    for (const std::string& line : about_models(*group.models.front()))
      nodes.push_back(el("p", {{"class", "soft"}}, {line}));
    for (const ModelReport* model : group.models)
      nodes.push_back(model_card(*model, group.expected));
  }
  return nodes;
}

}  // namespace bp
