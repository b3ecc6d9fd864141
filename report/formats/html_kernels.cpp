// Reference kernels: what each was found to be, and bars of the figures that it carries. A figure
// NAME beside a figure NAME_limit of the same unit is drawn against that limit; a time or a rate
// that several paths of one operation have is drawn side by side, which is what falling back from
// one to the other costs.
#include <algorithm>
#include <cstdio>

#include "report/formats/html_parts.h"

namespace bp {

using html::el;
using html::Node;

namespace {

constexpr std::string_view limit_suffix = "_limit";

const Figure* find_figure(const KernelResult& kernel, std::string_view name,
                          std::string_view unit) {
  for (const Figure& figure : kernel.figures) {
    if (figure.name == name && figure.unit == unit) return &figure;
  }
  return nullptr;
}

bool is_rate(std::string_view unit) { return unit.ends_with("/s"); }
bool is_time(std::string_view unit) {
  return unit == "ns" || unit == "us" || unit == "ms" || unit == "s";
}

bool has_speed(const KernelResult& kernel) {
  return std::ranges::any_of(kernel.figures, [](const Figure& figure) {
    return is_rate(figure.unit) || is_time(figure.unit);
  });
}

std::string of_limit(const Figure& figure, double limit) {
  char share[32];
  std::snprintf(share, sizeof share, "%.3g %%", 100 * figure.value / limit);
  return spaced(figure.name) + ": " + share + " of the limit, " +
         figure_text(figure.value, figure.unit) + " of " + figure_text(limit, figure.unit);
}

Node limit_bars(const KernelResult& kernel) {
  Node bars = el("ul", {{"class", "bars"}}, {});
  for (const Figure& figure : kernel.figures) {
    const Figure* limit = find_figure(kernel, figure.name + std::string(limit_suffix), figure.unit);
    if (limit == nullptr || !(limit->value > 0) || !(figure.value >= 0)) continue;
    const std::string text = of_limit(figure, limit->value);
    bars.add(el("li", {text, share_bar(figure.value / limit->value, text)}));
  }
  return bars;
}

bool has_limit_bar(const KernelResult& kernel) {
  return std::ranges::any_of(
      kernel.figures, [&](const Figure& figure) { return figure.name.ends_with(limit_suffix); });
}

/// The same figure of two or more paths, the best first.
struct SideBySide {
  std::string operation;
  std::string name;
  std::string unit;
  std::vector<std::pair<const KernelResult*, double>> paths;
};

void add_figures_of(const KernelResult& kernel, std::vector<SideBySide>& found) {
  for (const Figure& figure : kernel.figures) {
    if (!is_rate(figure.unit) && !is_time(figure.unit)) continue;
    if (figure.name.ends_with(limit_suffix) || !(figure.value > 0)) continue;
    auto entry = std::ranges::find_if(found, [&](const SideBySide& known) {
      return known.operation == kernel.operation && known.name == figure.name &&
             known.unit == figure.unit;
    });
    if (entry == found.end())
      entry = found.insert(entry, {kernel.operation, figure.name, figure.unit, {}});
    entry->paths.emplace_back(&kernel, figure.value);
  }
}

std::vector<SideBySide> side_by_side(std::span<const KernelResult> kernels) {
  std::vector<SideBySide> found;
  for (const KernelResult& kernel : kernels) {
    if (kernel.status == Status::supported || kernel.status == Status::emulated)
      add_figures_of(kernel, found);
  }
  std::erase_if(found, [](const SideBySide& entry) { return entry.paths.size() < 2; });
  for (SideBySide& entry : found) {
    std::ranges::stable_sort(entry.paths, [&](const auto& a, const auto& b) {
      return is_time(entry.unit) ? a.second < b.second : a.second > b.second;
    });
  }
  return found;
}

Node fallback_card(const SideBySide& entry) {
  const auto& [best, best_value] = entry.paths.front();
  double longest = 0;
  for (const auto& [kernel, value] : entry.paths) longest = std::max(longest, value);
  Node bars = el("ul", {{"class", "bars"}}, {});
  for (const auto& [kernel, value] : entry.paths) {
    std::string text = ": " + figure_text(value, entry.unit);
    if (kernel != best) {
      char ratio[32];
      std::snprintf(ratio, sizeof ratio, ", %.3g x ", value / best_value);
      text += ratio + ("that of " + best->path);
    }
    bars.add(el(
        "li", {el("code", {kernel->path}), text, share_bar(value / longest, kernel->path + text)}));
  }
  const std::string_view better = is_time(entry.unit) ? "less is better" : "more is better";
  return el("div", {{"class", "card keep"}},
            {el("h4", {"What a fallback costs: " + operation_title(entry.operation)}),
             el("p", {{"class", "meta"}}, {spaced(entry.name) + ", " + std::string(better)}),
             std::move(bars)});
}

Node figures_list(const KernelResult& kernel) {
  Node figures = el("dl", {{"class", "facts"}}, {});
  for (const Figure& figure : kernel.figures) {
    figures.add(el("div", {el("dt", {spaced(figure.name)}),
                           el("dd", {figure_text(figure.value, figure.unit)})}));
  }
  return figures;
}

Node kernel_card(const KernelResult& kernel) {
  Node card = el("div", {{"class", "card keep"}},
                 {el("h4", {kernel_title(kernel), " ", badge(kernel.status)}),
                  el("p", {{"class", "meta"}}, {el("code", {kernel.id})})});
  if (kernel.reason) card.add(reason_note(*kernel.reason));
  if (has_limit_bar(kernel)) card.add(limit_bars(kernel));
  if (!kernel.figures.empty()) card.add(figures_list(kernel));
  card.add(evidence_details(kernel.evidence, true));
  return card;
}

}  // namespace

Node kernels_section(std::span<const KernelResult> kernels) {
  Node section = el("div", {});
  if (!std::ranges::any_of(kernels, has_speed))
    section.add(el("p", {"No kernel was timed, so there are no bars: this says whether results are "
                         "right, not how fast they come, nor what a fallback costs."}));
  for (const SideBySide& entry : side_by_side(kernels)) section.add(fallback_card(entry));
  for (const KernelResult& kernel : kernels) section.add(kernel_card(kernel));
  return section;
}

}  // namespace bp
