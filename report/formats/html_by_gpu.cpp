// What is said of several GPUs of one kind, once for all that agree: eight pages of the same lines
// would hide the lines that differ.
#include "report/formats/html_parts.h"
#include "report/formats/html_sections.h"
#include "report/formats/rates.h"

namespace bp {

using html::el;
using html::Node;

namespace {

/// The same but for figures, which differ from GPU to GPU.
bool same_but_figures(const FeatureResult& a, const FeatureResult& b) {
  if (a.id != b.id || a.status != b.status || a.reason != b.reason ||
      a.evidence.size() != b.evidence.size())
    return false;
  for (std::size_t i = 0; i < a.evidence.size(); ++i) {
    Evidence item = a.evidence[i];
    item.value = b.evidence[i].value;
    if (a.evidence[i].value.has_value() != item.value.has_value() || item != b.evidence[i])
      return false;
  }
  return true;
}

/// Figures of the others beside that of the first, if any differs.
void add_figures(FeatureResult& merged, const GpuGroup& gpus, std::size_t at) {
  for (std::size_t i = 0; i < merged.evidence.size(); ++i) {
    Evidence& item = merged.evidence[i];
    if (!item.value) continue;
    std::string others;
    bool differ = false;
    for (const GpuReport* gpu : gpus) {
      const FeatureResult& feature = gpu->features[at];
      if (gpu == gpus.front() || !same_but_figures(merged, feature)) continue;
      const double value = *feature.evidence[i].value;
      differ = differ || value != *item.value;
      others += (others.empty() ? "" : ", ") + ("GPU " + std::to_string(gpu->facts.index)) + ": " +
                figure_text(value, {});
    }
    if (differ) item.text += " (" + others + ")";
  }
}

/// `list` of each part that holds something; the GPUs are named only where there are several.
template <typename List, typename Section>
std::vector<Node> merged_content(const Report& report, List list, Section section) {
  std::vector<Node> nodes;
  for (const GpuPart& part : merged_gpus(report.gpus)) {
    if ((part.*list).empty()) continue;
    if (report.gpus.size() > 1) nodes.push_back(el("h3", {part.title}));
    nodes.push_back(section(part.*list));
  }
  return nodes;
}

}  // namespace

std::string gpu_title(const GpuFacts& gpu) {
  return "GPU " + std::to_string(gpu.index) + ": " + gpu.name;
}

std::string gpus_title(const GpuGroup& gpus) {
  return (gpus.size() > 1 ? "GPUs " : "GPU ") + listed(indices_of(gpus), gpus.size()) + ": " +
         gpus.front()->facts.name;
}

std::vector<GpuPart> merged_gpus(std::span<const GpuReport> gpus) {
  std::vector<GpuPart> parts;
  for (const GpuGroup& group : gpus_of_one_kind(gpus)) {
    const GpuReport& first = *group.front();
    GpuPart part{gpus_title(group), first.features, first.backends, first.selectors};
    for (std::size_t i = 0; i < part.features.size(); ++i) add_figures(part.features[i], group, i);
    parts.push_back(std::move(part));
    for (const GpuReport* gpu : group) {
      GpuPart other{gpus_title({gpu}) + ", where it differs", {}, {}, {}};
      for (std::size_t i = 0; i < gpu->features.size(); ++i) {
        if (!same_but_figures(first.features[i], gpu->features[i]))
          other.features.push_back(gpu->features[i]);
      }
      for (std::size_t i = 0; i < gpu->backends.size(); ++i) {
        if (first.backends[i] != gpu->backends[i]) other.backends.push_back(gpu->backends[i]);
      }
      for (std::size_t i = 0; i < gpu->selectors.size(); ++i) {
        if (first.selectors[i] != gpu->selectors[i]) other.selectors.push_back(gpu->selectors[i]);
      }
      if (!other.features.empty() || !other.backends.empty() || !other.selectors.empty())
        parts.push_back(std::move(other));
    }
  }
  return parts;
}

std::vector<Node> backends_content(const Report& report) {
  return merged_content(report, &GpuPart::backends, backends_section);
}

std::vector<Node> selectors_content(const Report& report) {
  return merged_content(report, &GpuPart::selectors, selectors_section);
}

std::vector<Node> features_content(const Report& report) {
  return merged_content(report, &GpuPart::features, features_section);
}

std::vector<Node> rates_content(const Report& report) {
  std::vector<Node> nodes;
  for (const GpuReport& gpu : report.gpus) {
    if (gpu.rates.empty()) continue;
    if (report.gpus.size() > 1) nodes.push_back(el("h3", {gpu_title(gpu.facts)}));
    nodes.push_back(rates_section(report, gpu));
  }
  return nodes;
}

}  // namespace bp
