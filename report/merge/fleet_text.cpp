#include <algorithm>

#include "report/formats/clean.h"
#include "report/formats/summary.h"
#include "report/formats/text_page.h"
#include "report/merge/fleet_output.h"

namespace bp {
namespace {

constexpr std::size_t few_rows = 20;
constexpr std::size_t few_names = 6;
constexpr std::size_t most_odd = 20;
constexpr std::size_t most_listed = 50;  // models, classes, skipped files

template <typename Item, typename Write>
void write_first(Page& page, const std::vector<Item>& items, std::size_t most, const char* what,
                 Write write) {
  for (std::size_t i = 0; i < std::min(items.size(), most); ++i) write(items[i]);
  if (items.size() > most) page.line(2, 4, {{and_more(items.size() - most, what), Ink::faint}});
}

/// What all GPUs of the model agree on, in one line: "83 run, 80 no hardware".
std::string agreed(const FleetModel& model, ItemKind subject) {
  std::vector<Count> values;
  std::size_t mixed = 0;
  for (const Tally& tally : model.tallies) {
    if (tally.subject != subject) continue;
    if (!is_uniform(tally)) {
      ++mixed;
      continue;
    }
    const auto found = std::ranges::find(values, tally.counts.front().value, &Count::value);
    if (found == values.end()) {
      values.push_back({tally.counts.front().value, 1});
    } else {
      ++found->count;
    }
  }
  std::ranges::stable_sort(values, std::ranges::greater{}, &Count::count);
  std::string text;
  for (const Count& value : values)
    text += (text.empty() ? "" : ", ") + std::to_string(value.count) + " " + spaced(value.value);
  if (mixed > 0)
    text += (text.empty() ? "" : ", ") + std::to_string(mixed) + " not the same on all";
  return text.empty() ? "none" : text;
}

void write_model(Page& page, const FleetModel& model) {
  page.blank();
  page.line(0, 2,
            {{model.name, Ink::strong},
             {" (" + model.capability + ")" + (model.fake ? ", fake driver" : "") + ": " +
              grouped(model.gpus) + " in " + grouped(model.machines) +
              (model.machines == 1 ? " machine" : " machines")}});
  page.line(2, 4, {{"drivers: " + counts_text(model.drivers)}});
  page.line(2, 4, {{"backends: " + agreed(model, ItemKind::backend)}});
  page.line(2, 4, {{"features: " + agreed(model, ItemKind::feature)}});
  page.line(2, 4, {{"kernels: " + agreed(model, ItemKind::kernel)}});
  if (std::ranges::count(model.tallies, ItemKind::bench, &Tally::subject) > 0)
    page.line(2, 4, {{"rows of bench: " + agreed(model, ItemKind::bench)}});
  std::size_t mixed = 0;
  for (const Tally& tally : model.tallies) {
    if (is_uniform(tally) || ++mixed > few_rows) continue;
    page.line(4, 6,
              {{"~ ", Ink::partly},
               {std::string(to_string(tally.subject)) + " "},
               {tally.id, Ink::strong},
               {": " + counts_text(tally.counts)}});
  }
  if (mixed > few_rows)
    page.line(4, 6, {{"... and " + std::to_string(mixed - few_rows) + " more", Ink::faint}});
}

void write_odd(Page& page, const FleetClass& found) {
  page.blank();
  page.line(0, 2,
            {{"class " + std::to_string(found.number), Ink::strong},
             {": " + grouped(found.machines.size()) +
              (found.machines.size() == 1 ? " machine, " : " machines, ") + gpus_text(found)}});
  page.line(2, 4, {{listed(found.machines, few_names), Ink::faint}});
  const std::size_t shown = std::min(found.differences.size(), few_rows);
  for (std::size_t i = 0; i < shown; ++i)
    page.line(2, 4, {{"! ", Ink::bad}, {difference_text(found.differences[i])}});
  const std::size_t left = found.differences.size() - shown + found.more_differences;
  if (left > 0) page.line(2, 4, {{"... and " + std::to_string(left) + " more", Ink::faint}});
}

void write_classes(Page& page, const FleetReport& fleet) {
  page.heading("Classes of machines that are alike");
  page.line(2, 2, {{std::string(what_counts()), Ink::faint}});
  write_first(page, fleet.classes, most_listed, "classes", [&](const FleetClass& found) {
    std::string driver = "driver " + (found.driver.empty() ? "unknown" : found.driver);
    if (!found.problem.empty()) driver += ", not usable: " + found.problem;
    page.line(2, 6,
              {{std::to_string(found.number) + ". ", Ink::strong},
               {grouped(found.machines.size()) +
                    (found.machines.size() == 1 ? " machine with " : " machines, each with "),
                Ink::strong},
               {gpus_text(found) + ", " + driver},
               {found.complete ? "" : ", incomplete", Ink::broken},
               {found.fake ? ", fake driver" : "", Ink::unknown},
               {found.differences.empty() ? "" : ", odd", Ink::bad}});
    page.line(6, 8, {{listed(found.machines, few_names), Ink::faint}});
  });
}

}  // namespace

std::string fleet_text(const FleetReport& fleet, const Style& style) {
  Page page(style);
  page.line(0, 2, {{fleet_headline(fleet), Ink::strong}});
  if (!fleet.tools.empty())
    page.line(0, 2, {{"Made by blackwell-probe " + counts_text(fleet.tools)}});
  if (fleet.copies > 0)
    page.line(
        0, 2,
        {{"Counted although a report of the same content is there: " + grouped(fleet.copies) + ".",
          Ink::partly}});
  if (!fleet.models.empty()) {
    page.heading("GPU models");
    write_first(page, fleet.models, most_listed, "models",
                [&](const FleetModel& model) { write_model(page, model); });
  }
  page.heading("Odd ones out");
  const std::vector<const FleetClass*> odd = odd_classes(fleet);
  write_first(page, odd, most_odd, "classes",
              [&](const FleetClass* found) { write_odd(page, *found); });
  if (odd.empty()) page.line(2, 2, {{"None: no machine differs from most."}});
  if (!fleet.classes.empty()) write_classes(page, fleet);
  if (!fleet.skipped.empty()) {
    page.heading("Skipped: " + grouped(fleet.skipped.size()));
    write_first(page, fleet.skipped, most_listed, "files", [&](const SkippedReport& skipped) {
      page.line(2, 4, {{skipped.name, Ink::strong}, {": " + skipped.why}});
    });
  }
  return page.take();
}

}  // namespace bp
