// Sweeps and facts as text.
#include <algorithm>

#include "report/formats/clean.h"
#include "report/formats/summary.h"
#include "report/formats/surveys.h"

namespace bp {
namespace {

void write_table(Page& page, const SurveyResult& survey) {
  if (survey.columns.empty()) return;
  constexpr std::size_t heads = 2;  // names, units
  std::vector<std::vector<std::string>> lines(heads);
  for (const Column& column : survey.columns) {
    lines[0].push_back(one_line(spaced(column.name)));
    lines[1].push_back(one_line(column.unit));
  }
  for (const auto& row : survey.rows) {
    auto& line = lines.emplace_back();
    for (const Cell& cell : row) line.push_back(one_line(survey_text(cell.value, "")));
  }
  std::vector<int> widths(survey.columns.size(), 0);
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i)
      widths[i] = std::max(widths[i], std::min(columns(line[i]), page.width()));
  }
  for (std::size_t at = 0; at < lines.size(); ++at) {
    std::string text;
    for (std::size_t i = 0; i < lines[at].size(); ++i)
      text += Page::padded(lines[at][i], i + 1 == lines[at].size() ? 0 : widths[i] + 2);
    page.line(6, 8, {{text, at < heads ? Ink::faint : Ink::plain}});
  }
  for (const std::string& reason : reasons_of_cells(survey))
    page.line(6, 8, {{"- " + reason, Ink::faint}});
}

void write_survey(Page& page, const SurveyResult& survey) {
  const Ink ink = survey.status == Status::measured     ? Ink::good
                  : tone(survey.status) == Tone::broken ? Ink::broken
                                                        : Ink::unknown;
  page.line(2, 6,
            {{Page::padded(words(survey.status), 12), ink},
             {" " + survey.id, Ink::strong},
             {"  " + std::string(survey_title(survey.id)), Ink::faint}});
  if (survey.reason) {
    std::vector<Piece> pieces{{survey.reason->sentence + "."}};
    if (!survey.reason->remedy.empty()) pieces.push_back({" " + survey.reason->remedy});
    pieces.push_back({" [" + survey.reason->id + "]", Ink::faint});
    page.line(6, 8, pieces);
  }
  for (const SurveyValue& value : survey.values) {
    std::vector<Piece> pieces{{spaced(value.name) + ": "}};
    if (std::holds_alternative<std::monostate>(value.value)) {
      pieces.push_back({value.absent, Ink::unknown});
    } else {
      pieces.push_back({survey_text(value.value, value.unit), Ink::strong});
      pieces.push_back({"  [" + std::string(to_string(value.kind)) + "]", Ink::faint});
    }
    if (value.invalid) {
      pieces.push_back({"  invalid: " + value.invalid->sentence + ".", Ink::broken});
      pieces.push_back({" [" + value.invalid->id + "]", Ink::faint});
    }
    page.line(6, 8, pieces);
  }
  write_table(page, survey);
  for (const Evidence& item : survey.evidence) {
    page.line(6, 8,
              {{std::string(to_string(item.kind)) + (item.against ? ", against" : ""),
                item.against ? Ink::bad : Ink::good},
               {", " + source_text(item) + ": ", Ink::faint},
               {item.text}});
  }
}

}  // namespace

void write_surveys(Page& page, const Report& report) {
  for (const SurveyGroup& group : survey_groups(report)) {
    page.heading("Sweeps and facts, " + group.title);
    for (const SurveyResult* survey : group.surveys) write_survey(page, *survey);
  }
}

}  // namespace bp
