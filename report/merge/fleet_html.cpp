#include <algorithm>
#include <map>
#include <set>
#include <span>

#include "report/formats/html_builder.h"
#include "report/formats/html_parts.h"
#include "report/formats/html_style.h"
#include "report/merge/fleet_output.h"

namespace bp {

namespace fleet_page {
namespace {

using html::el;
using html::Node;

/// More than these are in the JSON alone: the page stays readable.
constexpr std::size_t most_names = 200;  // of one class
constexpr std::size_t most_odd = classes_in_detail;
constexpr std::size_t most_of_class = 50;  // differences
constexpr std::size_t most_listed = 200;   // models, classes, skipped files
constexpr std::size_t most_columns = 20;

Node fleet_section(const std::string& id, const std::string& title,
                   const std::vector<Node>& content) {
  Node node = el("section", {{"id", id}, {"aria-labelledby", id + "-title"}},
                 {el("h2", {{"id", id + "-title"}}, {title})});
  for (const Node& child : content) node.add(child);
  return node;
}

template <typename Item>
std::span<const Item> first(const std::vector<Item>& items, std::size_t most) {
  return std::span(items).first(std::min(items.size(), most));
}

/// What comes after the first `most` of them.
Node rest(std::size_t all, std::size_t most, const char* what) {
  return all > most ? el("p", {and_more(all - most, what)}) : Node("");
}

Tone tone_of(ItemKind subject, const std::string& value) {
  if (subject == ItemKind::backend) {
    const auto verdict = parse_verdict(value);
    return verdict ? tone(*verdict) : Tone::unknown;
  }
  const auto status = parse_status(value);
  return status ? tone(*status) : Tone::unknown;
}

Node names(const std::vector<std::string>& machines) {
  const std::string count =
      grouped(machines.size()) + (machines.size() == 1 ? " machine" : " machines");
  Node list = el("ul", {{"class", "sources"}}, {});
  for (std::size_t i = 0; i < machines.size() && i < most_names; ++i)
    list.add(el("li", {el("code", {machines[i]})}));
  if (machines.size() > most_names)
    list.add(el("li", {and_more(machines.size() - most_names, "machines")}));
  if (machines.size() <= 3) return el("details", {{"open", ""}}, {el("summary", {count}), list});
  return el("details", {el("summary", {count}), list});
}

Node table(const std::string& caption, const std::vector<std::string>& columns,
           const std::vector<Node>& rows, const char* kind) {
  Node head = el("tr", {});
  for (const std::string& column : columns) head.add(el("th", {{"scope", "col"}}, {column}));
  return el("div",
            {{"class", "scroll"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", caption}},
            {el("table", {{"class", kind}},
                {el("caption", {caption}), el("thead", {head}), el("tbody", rows)})});
}

Node odd_card(const FleetClass& found) {
  const std::size_t all = found.differences.size() + found.more_differences;
  Node list = el("ul", {{"class", "nos"}}, {});
  for (const FleetDifference& difference : first(found.differences, most_of_class))
    list.add(el("li", {el("span", {{"class", "badge partly"}}, {"~ " + difference.what}), " ",
                       difference_text(difference)}));
  if (all > most_of_class) list.add(el("li", {"and " + grouped(all - most_of_class) + " more"}));
  Node card = el("div", {{"class", "card"}},
                 {el("h3", {"Class " + std::to_string(found.number) + ": " + gpus_text(found)}),
                  names(found.machines)});
  if (found.differences.size() <= 10) return card.add(list);
  return card.add(
      el("details", {el("summary", {grouped(all) + " differences from most machines"}), list}));
}

Node odd_section(const FleetReport& fleet) {
  std::vector<Node> cards;
  const std::vector<const FleetClass*> odd = odd_classes(fleet);
  for (const FleetClass* found : first(odd, most_odd)) cards.push_back(odd_card(*found));
  cards.push_back(rest(odd.size(), most_odd, "classes"));
  if (odd.empty()) cards.push_back(el("p", {"No machine differs from most."}));
  return fleet_section("odd", "Odd ones out", cards);
}

Node models_section(const FleetReport& fleet) {
  std::vector<Node> rows;
  for (const FleetModel& model : first(fleet.models, most_listed)) {
    const auto mixed =
        std::ranges::count_if(model.tallies, [](const Tally& tally) { return !is_uniform(tally); });
    Node name = el("th", {{"scope", "row"}},
                   {model.name, el("small", {"compute capability " + model.capability})});
    if (model.fake) name.add(el("small", {"answered by a fake driver"}));
    rows.push_back(
        el("tr", {name, el("td", {{"data-label", "GPUs"}}, {grouped(model.gpus)}),
                  el("td", {{"data-label", "machines"}}, {grouped(model.machines)}),
                  el("td", {{"data-label", "drivers"}}, {counts_text(model.drivers)}),
                  el("td", {{"data-label", "not the same on all"}}, {std::to_string(mixed)})}));
  }
  return fleet_section(
      "models", "GPU models",
      {table("Models of GPUs, and how many answers differ between GPUs of one model",
             {"Model", "GPUs", "Machines", "Drivers", "Not the same on all"}, rows, "stack"),
       rest(fleet.models.size(), most_listed, "models")});
}

Node class_row(const FleetClass& found) {
  Node driver =
      el("td", {{"data-label", "driver"}}, {found.driver.empty() ? "unknown" : found.driver});
  if (!found.problem.empty()) driver.add(el("small", {"not usable: " + found.problem}));
  if (!found.complete) driver.add(el("small", {badge(Tone::broken, "incomplete")}));
  if (found.fake) driver.add(el("small", {badge(Tone::unknown, "fake driver")}));
  if (!found.differences.empty()) driver.add(el("small", {badge(Tone::partly, "odd")}));
  Node ends = el("td", {{"data-label", "backends"}}, {});
  for (const ClassGpus& group : found.gpus) ends.add(el("small", {counts_text(group.backends)}));
  return el("tr",
            {el("th", {{"scope", "row"}}, {std::to_string(found.number) + ". " + gpus_text(found)}),
             el("td", {names(found.machines)}), driver, ends});
}

Node classes_section(const FleetReport& fleet) {
  std::vector<Node> rows;
  for (const FleetClass& found : first(fleet.classes, most_listed))
    rows.push_back(class_row(found));
  return fleet_section(
      "classes", "Classes of machines that are alike",
      {el("p", {{"class", "soft"}}, {std::string(what_counts())}),
       table("Classes, the largest first",
             {"GPUs", "Machines", "Driver", "Backends on each of the GPUs"}, rows, "stack"),
       rest(fleet.classes.size(), most_listed, "classes")});
}

/// Rows x models: how many GPUs of each model ended how.
Node grid(const FleetReport& fleet, ItemKind subject, const std::string& caption) {
  std::set<std::string> ids;
  std::vector<std::map<std::string_view, const Tally*>> by_model;
  std::vector<std::string> columns{std::string(to_string(subject))};
  for (const FleetModel& model : first(fleet.models, most_columns)) {
    columns.push_back(model.name + (model.fake ? " (fake)" : ""));
    auto& tallies = by_model.emplace_back();
    for (const Tally& tally : model.tallies) {
      if (tally.subject != subject) continue;
      ids.insert(tally.id);
      tallies.emplace(tally.id, &tally);
    }
  }
  std::vector<Node> rows;
  for (const std::string& id : ids) {
    Node row = el("tr", {el("th", {{"scope", "row"}}, {el("code", {id})})});
    for (const auto& tallies : by_model) {
      Node cell = el("td", {});
      const auto found = tallies.find(id);
      if (found != tallies.end()) {
        for (const Count& count : found->second->counts)
          cell.add(badge(tone_of(subject, count.value),
                         is_uniform(*found->second)
                             ? spaced(count.value)
                             : grouped(count.count) + " " + spaced(count.value)));
      }
      row.add(cell);
    }
    rows.push_back(row);
  }
  if (rows.empty()) return el("p", {"None was judged."});
  return el("div", {table(caption, columns, rows, "grid"),
                    rest(fleet.models.size(), most_columns, "models")});
}

Node skipped_section(const FleetReport& fleet) {
  Node list = el("ul", {{"class", "nos"}}, {});
  for (const SkippedReport& skipped : first(fleet.skipped, most_listed))
    list.add(el("li", {el("code", {skipped.name}), " ", skipped.why}));
  return fleet_section("skipped", "Skipped: " + grouped(fleet.skipped.size()),
                       {list, rest(fleet.skipped.size(), most_listed, "files")});
}

Node header(const FleetReport& fleet) {
  Node head = el("header", {{"class", "page"}},
                 {el("h1", {"Fleet of GPUs"}),
                  el("p", {{"class", "meta"}},
                     {"blackwell-probe " + fleet.tool.version + ", " + fleet.created}),
                  el("p", {{"class", "lead"}}, {el("strong", {fleet_headline(fleet)})})});
  if (!fleet.tools.empty())
    head.add(el("p", {{"class", "meta"}}, {"Reports made by version " + counts_text(fleet.tools)}));
  if (fleet.copies > 0)
    head.add(
        el("p", {{"class", "meta"}},
           {"Counted although a report of the same content is there: " + grouped(fleet.copies)}));
  Node links = el("ul", {});
  for (const auto& [id, title] :
       {std::pair("#odd", "Odd ones out"), std::pair("#models", "GPU models"),
        std::pair("#classes", "Classes"), std::pair("#backends", "Backends"),
        std::pair("#features", "Features")})
    links.add(el("li", {el("a", {{"href", id}}, {title})}));
  return head.add(el("nav", {{"aria-label", "Sections"}}, {links}));
}

}  // namespace
}  // namespace fleet_page

std::string fleet_html(const FleetReport& fleet) {
  using html::el;
  html::Node main = el("main", {fleet_page::odd_section(fleet), fleet_page::models_section(fleet),
                                fleet_page::classes_section(fleet)});
  main.add(fleet_page::fleet_section(
      "backends", "Backends",
      {fleet_page::grid(fleet, ItemKind::backend,
                        "Verdicts by model; numbers where GPUs differ")}));
  main.add(fleet_page::fleet_section(
      "features", "Features",
      {fleet_page::grid(fleet, ItemKind::feature,
                        "Statuses by model; numbers where GPUs differ")}));
  main.add(fleet_page::fleet_section(
      "kernels", "Reference kernels",
      {fleet_page::grid(fleet, ItemKind::kernel, "Statuses by model; numbers where GPUs differ")}));
  if (std::ranges::any_of(fleet.models, [](const FleetModel& model) {
        return std::ranges::count(model.tallies, ItemKind::bench, &Tally::subject) > 0;
      }))
    main.add(fleet_page::fleet_section(
        "bench", "Rows of bench",
        {fleet_page::grid(fleet, ItemKind::bench,
                          "Statuses by model; numbers where GPUs differ")}));
  if (!fleet.skipped.empty()) main.add(fleet_page::skipped_section(fleet));
  return html::document(el(
      "html", {{"lang", "en"}},
      {el("head",
          {el("meta", {{"charset", "utf-8"}}, {}),
           el("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}},
              {}),
           el("title", {"Fleet of GPUs"}), html::Node::style_sheet(page_style)}),
       el("body",
          {fleet_page::header(fleet), main, el("footer", {"Made by blackwell-probe merge."})})}));
}

}  // namespace bp
