// Reference kernels: what their instruction paths are, a row for each of them with what it was
// found to be, and bars of the figures that it carries. A figure NAME beside a figure NAME_limit of
// the same unit is drawn against that limit; a time or a rate that several paths of one operation
// have is drawn side by side, which is what falling back from one to the other costs.
#include <algorithm>
#include <cstdio>
#include <iterator>

#include "report/formats/html_parts.h"
#include "report/formats/html_sections.h"
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

std::string gpu_name(const GpuReport& gpu) { return "GPU " + std::to_string(gpu.facts.index); }

void add_limit_bars(std::vector<Node>& lines, const KernelResult& kernel,
                    const std::string& prefix) {
  for (const Figure& figure : kernel.figures) {
    const Figure* limit = find_figure(kernel, figure.name + std::string(limit_suffix), figure.unit);
    if (limit == nullptr || !(limit->value > 0) || !(figure.value >= 0)) continue;
    const std::string text = prefix + of_limit(figure, limit->value);
    lines.push_back(el("li", {text, share_bar(figure.value / limit->value, text)}));
  }
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

Node fallback_card(const SideBySide& entry, const std::string& prefix) {
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
  return el(
      "div", {{"class", "card keep"}},
      {el("h4", {"What a fallback costs: " + operation_title(entry.operation)}),
       el("p", {{"class", "meta"}}, {prefix + spaced(entry.name) + ", " + std::string(better)}),
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

Node paths_legend(std::span<const std::string_view> paths) {
  Node legend = el("dl", {{"class", "legend"}}, {});
  for (const std::string_view path : paths) {
    if (about_path(path).empty()) continue;
    legend.add(el("dt", {el("code", {path})}));
    legend.add(el("dd", {about_path(path)}));
  }
  return legend;
}

/// A kernel on GPUs of which the same is said.
Node kernel_row(const GpuGroup& gpus, std::size_t at) {
  std::vector<const KernelResult*> on_gpus;
  std::vector<Node> bars;
  for (const GpuReport* gpu : gpus) {
    on_gpus.push_back(&gpu->kernels[at]);
    add_limit_bars(bars, gpu->kernels[at], gpus.size() > 1 ? gpu_name(*gpu) + ", " : "");
  }
  const KernelResult& kernel = *on_gpus.front();
  const FeatureResult result = result_of(kernel);
  const auto kind = strongest_of_status(result);
  std::vector<Node> found;
  if (kernel.reason) found.push_back(reason_note(*kernel.reason));
  if (kernel.status == Status::supported)
    if (const Evidence* proof = proof_of(result); proof != nullptr)
      found.push_back(el("div", {proof_text(*proof)}));
  if (!bars.empty()) found.push_back(el("ul", {{"class", "bars"}}, std::move(bars)));
  if (!kernel.figures.empty()) found.push_back(el("small", {figures_line(on_gpus)}));
  found.push_back(evidence_details(kernel.evidence, tone(kernel.status) == Tone::broken));
  return el("tr", {el("th", {{"scope", "row"}},
                      {el("code", {kernel.id}), el("small", {kernel_title(kernel)})}),
                   el("td", {{"class", "state"}}, {badge(kernel.status)}),
                   cell("strongest evidence", {kind ? std::string(to_string(*kind)) : "none"}),
                   el("td", std::move(found))});
}

void add_cards(std::vector<Node>& cards, const GpuReport& gpu, bool of_several) {
  const std::string prefix = of_several ? gpu_name(gpu) + ", " : std::string();
  for (const SideBySide& entry : side_by_side(gpu.kernels))
    cards.push_back(fallback_card(entry, prefix));
}

Node kernels_table(const GpuGroup& gpus) {
  std::vector<Node> rows;
  for (std::size_t i = 0; i < gpus.front()->kernels.size(); ++i)
    rows.push_back(kernel_row(gpus, i));
  return stacked("features", gpus_title(gpus), {"Kernel", "Status", "Strongest", "What was found"},
                 std::move(rows));
}

}  // namespace

std::vector<Node> kernels_content(const Report& report) {
  std::vector<std::string_view> paths;
  std::vector<Node> cards, tables;
  for (const GpuGroup& gpus : gpus_alike(report.gpus)) {
    if (gpus.front()->kernels.empty()) continue;
    for (const KernelResult& kernel : gpus.front()->kernels) {
      if (std::ranges::find(paths, kernel.path) == paths.end()) paths.push_back(kernel.path);
    }
    for (const GpuReport* gpu : gpus) add_cards(cards, *gpu, report.gpus.size() > 1);
    tables.push_back(kernels_table(gpus));
  }
  if (tables.empty()) return {};
  std::vector<Node> nodes{
      el("p", {"A kernel does one operation on one instruction path. Where it is supported, it ran "
               "on small inputs and gave what a reference in double precision gives."}),
      paths_legend(paths)};
  if (cards.empty())
    nodes.push_back(el("p", {"No two paths of an operation were timed in this run: ",
                             el("code", {"blackwell-probe bench"}),
                             " says how fast each is on this GPU, and so what a fallback costs."}));
  std::ranges::move(cards, std::back_inserter(nodes));
  std::ranges::move(tables, std::back_inserter(nodes));
  return nodes;
}

}  // namespace bp
