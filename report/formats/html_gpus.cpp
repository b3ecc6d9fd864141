// The GPUs at a glance, and every attribute that the driver declares of them.
#include <algorithm>

#include "report/formats/html_parts.h"
#include "report/formats/html_sections.h"

namespace bp {

using html::el;
using html::Node;

namespace {

struct GlanceColumn {
  std::string_view title;
  std::string_view key;  // of the fact
};
constexpr auto glance_columns = std::to_array<GlanceColumn>({
    {"SMs", "multiprocessor_count"},
    {"Memory", "total_global_mem_bytes"},
    {"Shared memory a block", "max_shared_memory_per_block_optin_bytes"},
    {"L2", "l2_cache_size_bytes"},
    {"Clock", "clock_rate_khz"},
    {"Power limit", "nvml_power_limit_w"},
});

Node glance_row(const GpuFacts& gpu, const std::string& target) {
  Node name = el("th", {{"scope", "row"}}, {gpu_title(gpu)});
  std::string identity = gpu.uuid;
  if (!gpu.pci.empty()) identity += (identity.empty() ? "PCI " : ", PCI ") + gpu.pci;
  if (!identity.empty()) name.add(el("small", {identity}));
  if (gpu.problem) name.add(el("div", {{"class", "alert broken"}}, {reason_note(*gpu.problem)}));
  Node row = el(
      "tr", {std::move(name), el("td", {{"data-label", "compute capability"}}, {to_string(gpu.cc)}),
             el("td", {{"data-label", "probed as"}}, {target.empty() ? "-" : target})});
  for (const GlanceColumn& column : glance_columns) {
    const Fact* fact = find_fact(gpu.facts, column.key);
    row.add(el("td", {{"data-label", column.title}},
               {fact == nullptr ? std::string("not known") : fact_text(*fact)}));
  }
  return row;
}

Node glance_table(std::span<const GpuReport> gpus) {
  Node head =
      el("tr", {el("th", {{"scope", "col"}}, {"GPU"}), el("th", {{"scope", "col"}}, {"Capability"}),
                el("th", {{"scope", "col"}}, {"Probed as"})});
  for (const GlanceColumn& column : glance_columns)
    head.add(el("th", {{"scope", "col"}}, {column.title}));
  Node body = el("tbody", {});
  for (const GpuReport& gpu : gpus) body.add(glance_row(gpu.facts, gpu.target));
  return el("div", {{"class", "scroll"}},
            {el("table", {{"class", "stack glance"}},
                {el("caption", {"As the driver declares them"}), el("thead", {std::move(head)}),
                 std::move(body)})});
}

/// What differs from the first GPU of the kind; all of it where there is none before.
std::vector<Fact> facts_apart(const GpuReport& gpu, const GpuReport* first) {
  if (first == nullptr) return gpu.facts.facts;
  std::vector<Fact> apart;
  for (const Fact& fact : gpu.facts.facts) {
    if (std::ranges::find(first->facts.facts, fact) == first->facts.facts.end())
      apart.push_back(fact);
  }
  return apart;
}

Node attributes(const GpuReport& gpu, const GpuReport* first) {
  const std::vector<Fact> facts = facts_apart(gpu, first);
  std::string title = gpu_title(gpu.facts) + ", ";
  if (first == nullptr) {
    title += "all attributes";
  } else {
    const std::string other = "GPU " + std::to_string(first->facts.index);
    title += facts.empty() ? "the attributes of " + other : "what differs from " + other;
  }
  if (facts.empty()) return el("p", {{"class", "soft"}}, {title + "."});
  return el("details", {el("summary", {title}), facts_list(facts)});
}

}  // namespace

std::vector<Node> gpus_content(const Report& report) {
  if (report.gpus.empty()) return {};
  std::vector<Node> nodes{glance_table(report.gpus)};
  for (const GpuReport& gpu : report.gpus) {
    const auto first = std::ranges::find(
        report.gpus, gpu.facts.name,
        [](const GpuReport& other) -> const auto& { return other.facts.name; });
    nodes.push_back(attributes(gpu, &*first == &gpu ? nullptr : &*first));
  }
  return nodes;
}

}  // namespace bp
