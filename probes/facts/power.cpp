// Clocks, power and slowdowns of the GPU while this run measured it, as NVML told them. Last of a
// GPU's surveys: it reports what was watched before it.
#include "probes/survey/survey.h"

namespace bp {
namespace {

enum class End { lowest, highest };

Cell figure(const PowerReading& reading, End end) {
  const auto value = end == End::lowest ? reading.lowest : reading.highest;
  return value ? cell(*value) : no_cell("NVML: " + reading.absent);
}

void measure(SurveyRun& run) {
  const std::vector<PowerWindow> windows = run.watched();
  if (windows.empty()) throw Absent{"nobody asked NVML"};
  // The last one is the present state: what is missing now was missing all the time.
  if (windows.back().problem) throw Stop{Status::blocked, *windows.back().problem};
  run.columns({{"while", ""},
               {"samples", ""},
               {"sm_clock_lowest", "MHz"},
               {"sm_clock_highest", "MHz"},
               {"memory_clock", "MHz"},
               {"power_highest", "W"},
               {"power_limit", "W"},
               {"temperature", "°C"},
               {"slowed_down_by", ""},
               {"other_clock_events", ""}});
  std::uint64_t events = 0;
  bool told = false;
  for (const PowerWindow& window : windows) {
    std::vector<Cell> cells{cell(words(window.phase)),
                            cell(window.samples),
                            figure(window.sm_clock, End::lowest),
                            figure(window.sm_clock, End::highest),
                            figure(window.memory_clock, End::highest),
                            figure(window.power, End::highest),
                            figure(window.power_limit, End::highest),
                            figure(window.temperature, End::highest)};
    if (window.events) {
      told = true;
      events |= *window.events;
      cells.push_back(cell(words(listed(slowdowns(*window.events)))));
      cells.push_back(cell(words(listed(other_events(*window.events)))));
    } else {
      cells.push_back(no_cell("NVML: " + window.events_absent));
      cells.push_back(no_cell("NVML: " + window.events_absent));
    }
    run.row(std::move(cells));
  }
  run.value_by("slowed_down_by", "", EvidenceKind::declared, [&] {
    if (!told) throw Absent{"NVML: " + windows.back().events_absent};
    return FactValue(listed(slowdowns(events)));
  });
}

}  // namespace

extern const Survey power_survey;
const Survey power_survey{"fact.power", measure};

}  // namespace bp
