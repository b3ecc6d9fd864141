// Sweeps and facts in report.html: values as a list, sweeps as tables.
#include "report/formats/html_parts.h"
#include "report/formats/html_sections.h"
#include "report/formats/surveys.h"

namespace bp {

using html::el;
using html::Node;

namespace {

Node values_list(const std::vector<SurveyValue>& values) {
  Node list = el("dl", {{"class", "facts"}}, {});
  for (const SurveyValue& value : values) {
    Node shown = el("dd", {});
    if (std::holds_alternative<std::monostate>(value.value)) {
      shown.add(el("span", {{"class", "soft"}}, {value.absent}));
    } else {
      shown.add(survey_text(value.value, value.unit));
      shown.add(" ");
      shown.add(el("small", {{"class", "soft"}}, {std::string(to_string(value.kind))}));
      if (value.invalid) {
        shown.add(" ");
        shown.add(badge(Tone::broken, "invalid"));
        shown.add(reason_note(*value.invalid));
      }
    }
    list.add(el("div", {el("dt", {spaced(value.name)}), std::move(shown)}));
  }
  return list;
}

/// Longer ones are folded: the values above them say what they amount to.
constexpr std::size_t short_table = 12;

Node table_of(const SurveyResult& survey) {
  Node head = el("tr", {});
  for (const Column& column : survey.columns)
    head.add(el("th", {{"scope", "col"}}, {column_title(column)}));
  std::vector<Node> rows;
  for (const auto& cells : survey.rows) {
    Node row = el("tr", {});
    for (const Cell& cell : cells) {
      const std::string text = survey_text(cell.value, "");
      if (cell.absent.empty()) {
        row.add(el("td", {text}));
      } else {
        row.add(el("td", {{"class", "empty"}, {"title", cell.absent}}, {text}));
      }
    }
    rows.push_back(std::move(row));
  }
  const std::string title(survey_title(survey.id));
  Node table = scroll_box(title, el("table", {el("caption", {title}),
                                              el("thead", {std::move(head)}), el("tbody", rows)}));
  if (rows.size() <= short_table) return table;
  return el("details", {el("summary", {"All " + std::to_string(rows.size()) + " rows"}), table});
}

}  // namespace

std::vector<Node> surveys_content(const Report& report) {
  if (survey_groups(report).empty()) return {};
  Node section = el("div", {});
  for (const SurveyGroup& group : survey_groups(report)) {
    section.add(el("h3", {group.title}));
    for (const SurveyResult* survey : group.surveys) {
      Node card = el("div", {{"class", "card"}},
                     {el("h4", {std::string(survey_title(survey->id)), " ", badge(survey->status)}),
                      el("p", {{"class", "meta"}}, {el("code", {survey->id})})});
      if (survey->reason) card.add(reason_note(*survey->reason));
      if (!survey->values.empty()) card.add(values_list(survey->values));
      if (!survey->columns.empty()) card.add(table_of(*survey));
      for (const std::string& reason : reasons_of_cells(*survey))
        card.add(el("p", {{"class", "soft"}}, {"- " + reason}));
      if (!survey->evidence.empty()) card.add(evidence_details(survey->evidence, false));
      section.add(std::move(card));
    }
  }
  return {section};
}

}  // namespace bp
