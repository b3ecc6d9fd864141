#include "report/merge/fleet_output.h"

namespace bp {

FleetReport redact(FleetReport fleet, const Identity& identity) {
  const Redaction redaction(identity);
  const auto text = [&](std::string& place) { place = redaction.text(place); };
  const auto name = [&](std::string& place) { place = redaction.name(place); };
  const auto values = [&](std::vector<Count>& counts) {
    for (Count& count : counts) text(count.value);
  };
  fleet.redacted = true;
  values(fleet.tools);
  for (SkippedReport& skipped : fleet.skipped) {
    text(skipped.name);
    text(skipped.why);
  }
  for (FleetModel& model : fleet.models) {
    text(model.name);
    values(model.drivers);
    for (Tally& tally : model.tallies) name(tally.id);
  }
  for (FleetClass& found : fleet.classes) {
    text(found.driver);
    text(found.cuda);
    name(found.problem);
    for (std::string& machine : found.machines) text(machine);
    for (ClassGpus& gpus : found.gpus) {
      text(gpus.model);
      name(gpus.problem);
    }
    for (FleetDifference& difference : found.differences) {
      text(difference.model);
      name(difference.id);
      name(difference.here);
      name(difference.usual);
    }
  }
  return fleet;
}

}  // namespace bp
