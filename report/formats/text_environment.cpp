// The lines of the text report on the environment of the run and the state of its GPUs.
#include <algorithm>
#include <functional>

#include "report/formats/environment_words.h"
#include "report/formats/summary.h"
#include "report/formats/text_page.h"

namespace bp {
namespace {

/// Once where all GPUs agree.
void state_line(Page& page, const Report& report, const GpuState& state) {
  if (std::ranges::adjacent_find(state.values, std::not_equal_to{}) == state.values.end()) {
    page.line(4, 6, {{state.label + ": " + state.values.front()}});
    return;
  }
  std::string text;
  for (std::size_t i = 0; i < state.values.size(); ++i) {
    text += (i == 0 ? "GPU " : "; GPU ") + std::to_string(report.gpus[i].facts.index) + ": " +
            state.values[i];
  }
  page.line(4, 6, {{state.label + ": " + text}});
}

/// Neighbours that were read from the same place name it once.
void group_lines(Page& page, const FactGroup& group) {
  page.line(2, 4, {{std::string(group.title), Ink::strong}});
  std::string_view by;
  for (const Fact* fact : group.facts) {
    std::vector<Piece> pieces{{label_in_group(*fact) + ": " + fact_text(*fact)}};
    if (!fact->by.empty() && fact->by != by) pieces.push_back({"  [" + fact->by + "]", Ink::faint});
    by = fact->by;
    page.line(4, 6, pieces);
  }
}

}  // namespace

void environment_lines(Page& page, const Report& report) {
  if (const std::vector<GpuState> states = gpu_states(report); !states.empty()) {
    page.line(2, 4, {{"State of the GPUs", Ink::strong}});
    for (const GpuState& state : states) state_line(page, report, state);
  }
  for (const FactGroup& group : environment_groups(report)) group_lines(page, group);
}

}  // namespace bp
