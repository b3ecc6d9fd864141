#include <nlohmann/json.hpp>

#include "report/merge/fleet_output.h"

namespace bp {
namespace {

using FleetJson = nlohmann::ordered_json;

FleetJson text_or_null(const std::string& text) {
  return text.empty() ? FleetJson(nullptr) : FleetJson(text);
}

FleetJson counts_json(const std::vector<Count>& counts) {
  FleetJson list = FleetJson::array();
  for (const Count& count : counts)
    list.push_back({{"value", count.value}, {"count", count.count}});
  return list;
}

FleetJson model_json(const FleetModel& model) {
  FleetJson json = {{"name", model.name}, {"compute_capability", model.capability},
                    {"fake", model.fake}, {"machines", model.machines},
                    {"gpus", model.gpus}, {"drivers", counts_json(model.drivers)}};
  for (const auto& [key, subject] :
       {std::pair("features", ItemKind::feature), std::pair("kernels", ItemKind::kernel),
        std::pair("backends", ItemKind::backend), std::pair("bench", ItemKind::bench)}) {
    FleetJson list = FleetJson::array();
    for (const Tally& tally : model.tallies) {
      if (tally.subject == subject)
        list.push_back({{"id", tally.id}, {"counts", counts_json(tally.counts)}});
    }
    json[key] = std::move(list);
  }
  return json;
}

FleetJson class_json(const FleetClass& found) {
  FleetJson gpus = FleetJson::array();
  for (const ClassGpus& group : found.gpus)
    gpus.push_back({{"model", group.model},
                    {"compute_capability", group.capability},
                    {"problem", text_or_null(group.problem)},
                    {"count", group.count},
                    {"features", counts_json(group.features)},
                    {"backends", counts_json(group.backends)}});
  FleetJson differences = FleetJson::array();
  for (const FleetDifference& difference : found.differences)
    differences.push_back({{"model", text_or_null(difference.model)},
                           {"what", difference.what},
                           {"id", text_or_null(difference.id)},
                           {"here", difference.here},
                           {"usual", difference.usual},
                           {"agree", difference.agree},
                           {"of", difference.of}});
  return {{"number", found.number},
          {"machines", found.machines.size()},
          {"driver", text_or_null(found.driver)},
          {"cuda_version", text_or_null(found.cuda)},
          {"problem", text_or_null(found.problem)},
          {"complete", found.complete},
          {"fake", found.fake},
          {"gpus", std::move(gpus)},
          {"differences", std::move(differences)},
          {"more_differences", found.more_differences},
          {"names", found.machines}};
}

}  // namespace

std::string fleet_json(const FleetReport& fleet) {
  FleetJson json = {{"fleet_schema_version", fleet_schema_version},
                    {"tool",
                     {{"name", "blackwell-probe"},
                      {"version", fleet.tool.version},
                      {"commit", text_or_null(fleet.tool.commit)}}},
                    {"created", fleet.created},
                    {"redacted", fleet.redacted},
                    {"alike", what_counts()},
                    {"reports", fleet.reports},
                    {"copies", fleet.copies},
                    {"gpus", fleet.gpus},
                    {"tools", counts_json(fleet.tools)}};
  FleetJson models = FleetJson::array();
  for (const FleetModel& model : fleet.models) models.push_back(model_json(model));
  FleetJson classes = FleetJson::array();
  for (const FleetClass& found : fleet.classes) classes.push_back(class_json(found));
  FleetJson skipped = FleetJson::array();
  for (const SkippedReport& one : fleet.skipped)
    skipped.push_back({{"name", one.name}, {"why", one.why}});
  json["models"] = std::move(models);
  json["classes"] = std::move(classes);
  json["skipped"] = std::move(skipped);
  // ASCII alone: names may hold what a terminal would act on.
  return json.dump(1, ' ', true, FleetJson::error_handler_t::replace) + "\n";
}

}  // namespace bp
