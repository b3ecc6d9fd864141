// Targets not in hand, and the matrix that all that is said of them rests on.
#include <algorithm>

#include "report/formats/html_parts.h"
#include "report/formats/html_sections.h"

namespace bp {

using html::el;
using html::Node;

std::vector<Node> targets_content(const Report& report) {
  if (report.targets.empty()) return {};
  std::vector<Node> nodes{
      el("p",
         {"Expected, not measured: ✓ means that an assembler accepts the feature for the target, ~ "
          "that it accepts it but puts other instructions or a call in its place (rest the pointer "
          "on it to see which), ✗ that it refuses it. A letter after the mark names the form of "
          "the target that is needed: a for architecture-specific (sm_121a), f for "
          "family-specific (sm_121f)."}),
      features_grid(report.targets), backends_grid(report.targets)};
  nodes.push_back(el("details", {el("summary", {"All evidence and reasons, by feature"}),
                                 el("p", {{"class", "soft"}},
                                    {"TARGET in a message stands for the name of each target that "
                                     "it was said for."}),
                                 features_by_answer(report.targets)}));
  nodes.push_back(el(
      "details", {el("summary", {"All reasons, by backend"}), backends_by_answer(report.targets)}));
  if (std::ranges::any_of(report.targets,
                          [](const TargetReport& target) { return !target.selectors.empty(); })) {
    nodes.push_back(el("details", {el("summary", {"What selectors would choose"}),
                                   selectors_by_answer(report.targets)}));
  }
  return nodes;
}

std::vector<Node> matrix_content(const Report& report) {
  if (report.matrix.empty()) return {};
  return {el("p", {"Features and targets as assembled at build time, by feature. Nothing was "
                   "executed. TARGET in a message stands for the name of each target that it was "
                   "said for."}),
          matrix_section(report.matrix)};
}

}  // namespace bp
