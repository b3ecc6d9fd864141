#include "report/diff/diff_output.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "report/formats/clean.h"
#include "report/formats/markdown.h"
#include "report/formats/markdown_fit.h"
#include "report/formats/markdown_text.h"
#include "report/formats/summary.h"
#include "report/formats/text_page.h"

namespace bp {
namespace {

struct TrendWords {
  Trend trend;
  std::string_view title;
  Ink ink;
  std::string_view mark;
};
constexpr auto trend_words = std::to_array<TrendWords>({{Trend::worse, "Worse", Ink::bad, "-"},
                                                        {Trend::better, "Better", Ink::good, "+"},
                                                        {Trend::other, "Other", Ink::partly, "~"}});

constexpr std::size_t short_note = 12;  // "-12.5 %"

std::string where_text(const Change& change) {
  constexpr std::size_t most = 8;
  return listed(change.where, most);
}

std::string noise_text(const ReportDiff& diff) {
  const auto percent = [](double share) { return figure_text(share * 100, "") + " %"; };
  const bool bench = std::ranges::any_of(
      diff.changes, [](const Change& change) { return change.what == ChangeOf::bench; });
  return "Measured figures that differ by at most " + percent(diff.noise) +
         (bench ? " (of bench: " + percent(std::min(diff.noise * bench_noise_factor, 1.0)) + ")"
                : "") +
         " of the larger one count as the same. Rates are " + std::string(rate_unit) + ".";
}

std::string side_text(const ReportDiff::Side& side) {
  return side.created + ", blackwell-probe " + side.tool + ", " +
         (side.gpus.empty() ? "no GPU" : listed(side.gpus, 4));
}

void write_changes(Page& page, const ReportDiff& diff, const TrendWords& words) {
  const std::size_t number = count(diff, words.trend);
  if (number == 0) return;
  page.heading(std::string(words.title) + ": " + std::to_string(number));
  int what = 0;
  int id = 0;
  for (const Change& change : diff.changes) {
    if (change.trend != words.trend) continue;
    what = std::max(what, columns(to_string(change.what)));
    id = std::max(id, columns(one_line(change.id)));
  }
  id = std::min(id, page.width() / 2);
  for (const Change& change : diff.changes) {
    if (change.trend != words.trend) continue;
    std::vector<Piece> pieces{{std::string(words.mark) + " ", words.ink},
                              {Page::padded(to_string(change.what), what) + "  ", Ink::faint},
                              {Page::padded(change.id, id) + "  ", Ink::strong},
                              {change.before + (page.unicode() ? " → " : " -> ")},
                              {change.after, words.ink}};
    if (!change.where.empty()) pieces.push_back({"  (" + where_text(change) + ")", Ink::faint});
    const bool beside = change.note.size() <= short_note;
    if (beside) pieces.push_back({"  " + change.note, Ink::faint});
    page.line(2, 6, pieces);
    if (!beside) page.line(6, 6, {{change.note, Ink::faint}});
  }
}

}  // namespace

std::string diff_headline(const ReportDiff& diff) {
  if (diff.changes.empty()) return "Nothing changed.";
  const std::size_t other = count(diff, Trend::other);
  return std::to_string(count(diff, Trend::worse)) + " got worse, " +
         std::to_string(count(diff, Trend::better)) + " got better, " + std::to_string(other) +
         (other == 1 ? " other change." : " other changes.");
}

std::string diff_text(const ReportDiff& diff, const Style& style) {
  Page page(style);
  page.line(0, 8, {{"before: ", Ink::faint}, {side_text(diff.before)}});
  page.line(0, 8, {{"after:  ", Ink::faint}, {side_text(diff.after)}});
  for (const std::string& warning : diff.warnings)
    page.line(0, 2, {{"! ", Ink::broken}, {warning}});
  page.line(0, 2, {{diff_headline(diff), Ink::strong}});
  for (const TrendWords& words : trend_words) write_changes(page, diff, words);
  if (!diff.changes.empty()) {
    page.blank();
    page.line(0, 2, {{noise_text(diff), Ink::faint}});
  }
  return page.take();
}

std::string diff_markdown(const ReportDiff& diff) {
  std::vector<md::Section> sections;
  md::Section head{"summary", 0, "### " + md::text(diff_headline(diff)) + "\n\n", {}, "\n"};
  head.rows.push_back("- before: " + md::text(side_text(diff.before)) + "\n");
  head.rows.push_back("- after: " + md::text(side_text(diff.after)) + "\n");
  for (const std::string& warning : diff.warnings)
    head.rows.push_back("- **" + md::text(warning) + "**\n");
  sections.push_back(std::move(head));
  int priority = 1;
  for (const TrendWords& words : trend_words) {
    const std::size_t number = count(diff, words.trend);
    if (number == 0) continue;
    const std::string title = std::string(words.title) + ": " + std::to_string(number);
    const bool folded = words.trend == Trend::other;
    md::Section section{std::string(words.title), priority++, {}, {}, {}};
    section.head =
        folded ? "<details><summary>" + title + "</summary>\n\n" : "#### " + title + "\n\n";
    section.head += md::table_head({"What", "Name", "Before", "After", "Where", "Note"});
    for (const Change& change : diff.changes) {
      if (change.trend != words.trend) continue;
      section.rows.push_back(md::row({md::text(to_string(change.what)), md::code(change.id),
                                      md::text(change.before), md::text(change.after),
                                      md::text(where_text(change)), md::text(change.note, 200)}));
    }
    section.tail = folded ? "\n</details>\n\n" : "\n";
    sections.push_back(std::move(section));
  }
  return md::fit(sections, markdown_limit, "blackwell-probe diff --format text");
}

std::string diff_json(const ReportDiff& diff) {
  using DiffJson = nlohmann::ordered_json;
  const auto side = [](const ReportDiff::Side& of) {
    return DiffJson{
        {"created", of.created}, {"tool", of.tool}, {"command", of.command}, {"gpus", of.gpus}};
  };
  DiffJson json = {{"diff_schema_version", diff_schema_version},
                   {"before", side(diff.before)},
                   {"after", side(diff.after)},
                   {"noise", diff.noise},
                   {"worse", count(diff, Trend::worse)},
                   {"better", count(diff, Trend::better)},
                   {"other", count(diff, Trend::other)},
                   {"warnings", diff.warnings}};
  DiffJson changes = DiffJson::array();
  for (const Change& change : diff.changes)
    changes.push_back({{"trend", to_string(change.trend)},
                       {"what", to_string(change.what)},
                       {"id", change.id},
                       {"where", change.where},
                       {"before", change.before},
                       {"after", change.after},
                       {"note", change.note.empty() ? DiffJson(nullptr) : DiffJson(change.note)}});
  json["changes"] = std::move(changes);
  // ASCII alone: texts may hold what a terminal would act on.
  return json.dump(1, ' ', true, DiffJson::error_handler_t::replace) + "\n";
}

}  // namespace bp
