#include "tests/report/everywhere.h"

#include <algorithm>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <regex>
#include <set>

#include "report/formats/json.h"
#include "tests/report/golden.h"
#include "tests/report/sample_reports.h"
#include "tests/support/paths.h"

namespace bp::test {
namespace {

using Ordered = nlohmann::ordered_json;

const Ordered& resolve(const Ordered& schema, const Ordered& node) {
  if (!node.contains("$ref")) return node;
  return schema.at(Ordered::json_pointer(node.at("$ref").get<std::string>().substr(1)));
}

bool is_null_type(const Ordered& node) { return node.value("type", Ordered()) == "null"; }

/// The alternative of a node that holds most.
const Ordered& chosen(const Ordered& schema, const Ordered& given) {
  const Ordered& node = resolve(schema, given);
  if (!node.contains("anyOf")) return node;
  for (const Ordered& other : node.at("anyOf")) {
    if (!is_null_type(other)) return chosen(schema, other);
  }
  return node;
}

bool has_type(const Ordered& node, const std::string& type) {
  const Ordered types = node.value("type", Ordered());
  return types == type ||
         (types.is_array() && std::find(types.begin(), types.end(), type) != types.end());
}

Ordered instance(const Ordered& schema, const Ordered& given);

Ordered string_of(const Ordered& node) {
  if (!node.contains("pattern")) return "text";
  const std::regex pattern(node.at("pattern").get<std::string>());
  for (const char* candidate : {"9.0", "1.0.0", "sm_90", "sm_90a", "a", "2026-11-22T12:00:00Z"}) {
    if (std::regex_search(candidate, pattern)) return candidate;
  }
  return "text";
}

Ordered object_of(const Ordered& schema, const Ordered& node) {
  Ordered object = Ordered::object();
  const Ordered properties = node.value("properties", Ordered::object());
  for (const auto& [key, property] : properties.items()) object[key] = instance(schema, property);
  return object;
}

Ordered instance(const Ordered& schema, const Ordered& given) {
  const Ordered& node = chosen(schema, given);
  if (node.contains("enum")) return node.at("enum").front();
  if (node.contains("const")) return node.at("const");
  if (has_type(node, "object") || node.contains("properties")) return object_of(schema, node);
  if (has_type(node, "array"))
    return node.contains("items") ? Ordered::array({instance(schema, node.at("items"))})
                                  : Ordered::array();
  if (has_type(node, "string")) return string_of(node);
  if (has_type(node, "integer") || has_type(node, "number")) return node.value("minimum", 1);
  if (has_type(node, "boolean")) return false;
  return nullptr;
}

bool is_read(const Ordered& report) {
  try {
    parse_report(report.dump());
    return true;
  } catch (const ReportError&) {
    return false;
  }
}

/// Adds what a report leaves out, one property after another, each only if it is still read then.
class Completion {
 public:
  Completion(const Ordered& schema, Ordered report) : schema_(schema), report_(std::move(report)) {}
  Ordered operator()() {
    complete(report_, schema_, "");
    return report_;
  }

 private:
  void put(Ordered& place, Ordered value) {
    const Ordered before = place;
    place = std::move(value);
    if (!is_read(report_)) place = before;
  }
  /// Rows of one kind are alike: the first of each place is completed.
  void complete(Ordered& json, const Ordered& given, const std::string& place) {
    if (!json.is_null() && !done_.insert(place + json.type_name()).second) return;
    const Ordered& node = chosen(schema_, given);
    if (json.is_null()) put(json, instance(schema_, node));
    if (json.is_array() && json.empty()) put(json, instance(schema_, node));
    if (json.is_array() && node.contains("items")) {
      for (Ordered& item : json) complete(item, node.at("items"), place + "/*");
    }
    if (!json.is_object()) return;
    const Ordered properties = node.value("properties", Ordered::object());
    for (const auto& [key, property] : properties.items()) {
      if (!json.contains(key)) {
        json[key] = instance(schema_, property);
        if (!is_read(report_)) json.erase(key);
      }
      if (json.contains(key)) complete(json[key], property, place + "/" + key);
    }
  }

  const Ordered& schema_;
  Ordered report_;
  std::set<std::string> done_;
};

using Visit = std::function<void(Ordered& text, const std::string& place)>;

void strings(Ordered& json, const std::string& place, const Visit& visit) {
  if (json.is_string()) visit(json, place);
  if (json.is_array()) {
    for (Ordered& item : json) strings(item, place + "/*", visit);
  }
  if (json.is_object()) {
    for (auto& [key, value] : json.items()) strings(value, place + "/" + key, visit);
  }
}

}  // namespace

std::string full_report_json() {
  const Ordered schema =
      Ordered::parse(read_file(test::path("BP_TEST_ROOT") + "/report/schema/report.schema.json"));
  Report report = sample::troubled();
  report.targets = sample::offline().targets;
  report.shape = sample::offline().shape;
  return Completion(schema, Ordered::parse(serialise_json(report)))().dump();
}

PlantedEverywhere plant_everywhere(const std::string& report_json, const std::string& text) {
  Ordered json = Ordered::parse(report_json);
  PlantedEverywhere planted;
  std::map<std::string, bool> taken;
  strings(json, "", [&](Ordered& place, const std::string& name) {
    const std::string before = place.get<std::string>();
    const std::string after = before + " " + text;
    const auto known = taken.find(name);
    if (known != taken.end() && !known->second) return;
    place = after;
    if (known != taken.end()) return;
    const bool read = is_read(json);
    if (!read) place = before;
    taken.emplace(name, read);
    (read ? planted.places : planted.refused).push_back(name);
  });
  planted.report = parse_report(json.dump());
  return planted;
}

std::vector<std::string> places_that_hold(const std::string& report_json, const std::string& text) {
  std::set<std::string> places;
  Ordered json = Ordered::parse(report_json);
  strings(json, "", [&](const Ordered& place, const std::string& name) {
    if (place.get<std::string>().find(text) != std::string::npos) places.insert(name);
  });
  return {places.begin(), places.end()};
}

}  // namespace bp::test
