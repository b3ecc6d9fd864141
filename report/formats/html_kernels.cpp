// Reference kernels: what their instruction paths are, a row for each of them with what it was
// found to be, and bars of the figures that it carries. A figure NAME beside a figure NAME_limit of
// the same unit is drawn against that limit; a time or a rate that several paths of one operation
// have is drawn side by side, which is what falling back from one to the other costs.
#include <algorithm>
#include <cstdio>
#include <optional>

#include "report/formats/html_parts.h"
#include "report/formats/kernel_words.h"

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
  return unit == "ns" || unit == "us" || unit == "µs" || unit == "ms" || unit == "s";
}

std::string of_limit(const Figure& figure, double limit) {
  char share[32];
  std::snprintf(share, sizeof share, "%.3g %%", 100 * figure.value / limit);
  return spaced(figure.name) + ": " + share + " of the limit, " +
         figure_text(figure.value, figure.unit) + " of " + figure_text(limit, figure.unit);
}

/// Nothing where no figure has a limit.
std::optional<Node> limit_bars(const KernelResult& kernel) {
  std::vector<Node> lines;
  for (const Figure& figure : kernel.figures) {
    const Figure* limit = find_figure(kernel, figure.name + std::string(limit_suffix), figure.unit);
    if (limit == nullptr || !(limit->value > 0) || !(figure.value >= 0)) continue;
    const std::string text = of_limit(figure, limit->value);
    lines.push_back(el("li", {text, share_bar(figure.value / limit->value, text)}));
  }
  if (lines.empty()) return std::nullopt;
  return el("ul", {{"class", "bars"}}, std::move(lines));
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

/// Which GPUs have a path. Empty: a path that this version does not know.
std::string_view about_path(std::string_view path) {
  if (path == "simt") return "no matrix instruction, one kernel for every GPU";
  if (path == "mma_sync")
    return "matrix instructions of a warp, on every GPU from sm_80 on: what is left to a GPU "
           "without a faster path";
  if (path == "wgmma") return "matrix instructions of a warpgroup, on Hopper (sm_90a) alone";
  return {};
}

Node paths_legend(std::span<const KernelResult> kernels) {
  Node legend = el("dl", {{"class", "legend"}}, {});
  std::vector<std::string_view> seen;
  for (const KernelResult& kernel : kernels) {
    if (std::ranges::find(seen, kernel.path) != seen.end()) continue;
    seen.push_back(kernel.path);
    if (about_path(kernel.path).empty()) continue;
    legend.add(el("dt", {el("code", {kernel.path})}));
    legend.add(el("dd", {about_path(kernel.path)}));
  }
  return legend;
}

Node kernel_row(const KernelResult& kernel) {
  const FeatureResult result = result_of(kernel);
  const auto kind = strongest_of_status(result);
  std::vector<Node> found;
  if (kernel.reason) found.push_back(reason_note(*kernel.reason));
  if (kernel.status == Status::supported)
    if (const Evidence* proof = proof_of(result); proof != nullptr)
      found.push_back(el("div", {proof_text(*proof)}));
  if (auto bars = limit_bars(kernel)) found.push_back(std::move(*bars));
  if (!kernel.figures.empty()) found.push_back(el("small", {figures_line(kernel)}));
  found.push_back(evidence_details(kernel.evidence, tone(kernel.status) == Tone::broken));
  return el("tr", {el("th", {{"scope", "row"}},
                      {el("code", {kernel.id}), el("small", {kernel_title(kernel)})}),
                   el("td", {{"class", "state"}}, {badge(kernel.status)}),
                   cell("strongest evidence", {kind ? std::string(to_string(*kind)) : "none"}),
                   el("td", std::move(found))});
}

}  // namespace

Node kernels_section(std::span<const KernelResult> kernels) {
  Node section = el("div", {});
  section.add(
      el("p", {"A kernel does one operation on one instruction path. Where it is supported, "
               "it ran on small inputs and gave what a reference in double precision "
               "gives."}));
  section.add(paths_legend(kernels));
  const std::vector<SideBySide> fallbacks = side_by_side(kernels);
  if (fallbacks.empty())
    section.add(el("p", {"No two paths of an operation were timed in this run: ",
                         el("code", {"blackwell-probe bench"}),
                         " says how fast each is on this GPU, and so what a fallback costs."}));
  for (const SideBySide& entry : fallbacks) section.add(fallback_card(entry));
  std::vector<Node> rows;
  for (const KernelResult& kernel : kernels) rows.push_back(kernel_row(kernel));
  section.add(stacked("features", "Kernels by operation",
                      {"Kernel", "Status", "Strongest", "What was found"}, std::move(rows)));
  return section;
}

}  // namespace bp
