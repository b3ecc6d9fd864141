// A report in which nothing is left out, and texts planted into every string of it: what a new
// field holds is covered by itself.
#pragma once

#include <string>
#include <vector>

#include "report/model/report.h"

namespace bp::test {

/// report.json with every property that the schema knows, as far as the reader takes it.
std::string full_report_json();

struct PlantedEverywhere {
  Report report;
  std::vector<std::string> places;   // "gpus/*/facts/*/by": where the text was taken
  std::vector<std::string> refused;  // where only words of a list are read
};
/// Adds " `text`" to every string for which the reader takes that.
PlantedEverywhere plant_everywhere(const std::string& report_json, const std::string& text);

/// Places of the strings that hold `text`.
std::vector<std::string> places_that_hold(const std::string& report_json, const std::string& text);

}  // namespace bp::test
