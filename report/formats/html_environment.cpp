#include "report/formats/html_environment.h"

#include "report/formats/environment_words.h"
#include "report/formats/html_parts.h"
#include "report/formats/summary.h"

namespace bp {
namespace {

using html::el;
using html::Node;

Node states_table(const Report& report, const std::vector<GpuState>& states) {
  Node head = el("tr", {el("th", {{"scope", "col"}}, {"State"})});
  for (const GpuReport& gpu : report.gpus)
    head.add(el("th", {{"scope", "col"}}, {"GPU " + std::to_string(gpu.facts.index)}));
  Node body = el("tbody", {});
  for (const GpuState& state : states) {
    Node row = el("tr", {el("th", {{"scope", "row"}}, {state.label})});
    for (const std::string& value : state.values) row.add(el("td", {value}));
    body.add(row);
  }
  return scroll_box("State of the GPUs",
                    el("table", {el("caption", {"State of the GPUs"}), el("thead", {head}), body}));
}

/// Neighbours that were read from the same place name it once.
Node group_list(const FactGroup& group) {
  Node list = el("dl", {{"class", "facts"}}, {});
  std::string_view by;
  for (const Fact* fact : group.facts) {
    Node value = el("dd", {fact_text(*fact)});
    if (!fact->by.empty() && fact->by != by) {
      value.add(" ");
      value.add(el("small", {{"class", "soft"}}, {fact->by}));
    }
    by = fact->by;
    list.add(el("div", {el("dt", {label_in_group(*fact)}), std::move(value)}));
  }
  return list;
}

}  // namespace

Node environment_parts(const Report& report) {
  Node parts = el("div", {});
  if (const std::vector<GpuState> states = gpu_states(report); !states.empty()) {
    parts.add(el("h3", {"State of the GPUs"}));
    parts.add(states_table(report, states));
  }
  for (const FactGroup& group : environment_groups(report)) {
    parts.add(el("h3", {std::string(group.title)}));
    parts.add(group_list(group));
  }
  return parts;
}

}  // namespace bp
