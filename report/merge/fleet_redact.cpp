#include "report/merge/fleet_output.h"

namespace bp {

FleetReport redact(FleetReport fleet, const Identity& identity) {
  const auto clean = [&](std::string& text) { text = redact_text(text, identity); };
  const auto clean_counts = [&](std::vector<Count>& counts) {
    for (Count& count : counts) clean(count.value);
  };
  fleet.redacted = true;
  clean_counts(fleet.tools);
  for (SkippedReport& skipped : fleet.skipped) {
    clean(skipped.name);
    clean(skipped.why);
  }
  for (FleetModel& model : fleet.models) {
    clean(model.name);
    clean_counts(model.drivers);
    for (Tally& tally : model.tallies) clean(tally.id);
  }
  for (FleetClass& found : fleet.classes) {
    clean(found.driver);
    clean(found.cuda);
    for (std::string& name : found.machines) clean(name);
    for (ClassGpus& gpus : found.gpus) clean(gpus.model);
    for (FleetDifference& difference : found.differences) {
      clean(difference.model);
      clean(difference.id);
      clean(difference.here);
      clean(difference.usual);
    }
  }
  return fleet;
}

}  // namespace bp
