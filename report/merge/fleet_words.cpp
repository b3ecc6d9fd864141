#include <algorithm>

#include "report/formats/summary.h"
#include "report/merge/fleet_output.h"

namespace bp {
namespace {

std::string many(std::size_t count, const char* one, const char* more) {
  return grouped(count) + " " + (count == 1 ? one : more);
}

}  // namespace

std::string grouped(std::size_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

std::string fleet_headline(const FleetReport& fleet) {
  return many(fleet.reports, "report", "reports") + ", " + many(fleet.gpus, "GPU", "GPUs") +
         " of " + many(fleet.models.size(), "model", "models") + ", " +
         many(fleet.classes.size(), "class", "classes") + " of machines that are alike.";
}

std::string gpus_text(const FleetClass& found) {
  if (found.gpus.empty()) return "no GPU";
  std::string text;
  for (const ClassGpus& group : found.gpus) {
    text += (text.empty() ? "" : ", ") + std::to_string(group.count) + " x " + group.model + " (" +
            group.capability + ")";
    if (!group.problem.empty()) text += " not opened: " + group.problem;
  }
  return text;
}

std::string difference_text(const FleetDifference& difference) {
  const bool whole = difference.model.empty();  // of the machine, whatever its GPUs
  const bool machines = whole || (difference.id.empty() && difference.what != "problem");
  const std::string share = grouped(difference.agree) + " of " + grouped(difference.of) +
                            (machines ? " machines" : " GPUs");
  if (whole && difference.what == "GPUs") return "no GPU here, at least one in " + share;
  if (whole) return "driver not usable here: " + spaced(difference.here) + "; usable on " + share;
  if (difference.what == "GPUs")
    return difference.here + " of " + difference.model + " here, " + difference.usual + " in " +
           share;
  if (difference.what == "complete")
    return std::string(difference.here == "yes" ? "complete here, incomplete"
                                                : "incomplete here, complete") +
           " in " + share;
  const std::string name = difference.id.empty() ? difference.what : difference.id;
  return name + ": " + spaced(difference.here) + " here, " + spaced(difference.usual) + " on " +
         share;
}

std::string counts_text(const std::vector<Count>& counts) {
  constexpr std::size_t most = 20;
  std::string text;
  for (std::size_t i = 0; i < std::min(counts.size(), most); ++i)
    text += (text.empty() ? "" : ", ") + spaced(counts[i].value) + " (" + grouped(counts[i].count) +
            ")";
  if (counts.size() > most) text += " and " + grouped(counts.size() - most) + " more";
  return text;
}

std::string and_more(std::size_t left, std::string_view what) {
  return "and " + grouped(left) + " more " + std::string(what) +
         ", which the JSON of the fleet holds";
}

std::vector<const FleetClass*> odd_classes(const FleetReport& fleet) {
  std::vector<const FleetClass*> odd;
  for (const FleetClass& found : fleet.classes) {
    if (!found.differences.empty()) odd.push_back(&found);
  }
  return odd;
}

bool is_uniform(const Tally& tally) { return tally.counts.size() == 1; }

}  // namespace bp
