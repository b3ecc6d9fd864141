// A fleet's report as text, JSON and HTML. Pure functions; callers pass a fleet that has been
// through redact().
#pragma once

#include <string>

#include "report/formats/format.h"
#include "report/merge/fleet_report.h"
#include "report/redact/redact.h"

namespace bp {

/// Takes out of all texts what Redaction knows. Sets `redacted`.
FleetReport redact(FleetReport fleet, const Identity& identity);

std::string fleet_text(const FleetReport& fleet, const Style& style);
/// Described by report/schema/fleet.schema.json.
std::string fleet_json(const FleetReport& fleet);
/// One file without outside requests.
std::string fleet_html(const FleetReport& fleet);

// What text and HTML share.
/// "10,000 reports, 80,000 GPUs of 3 models, 12 classes of machines that are alike."
std::string fleet_headline(const FleetReport& fleet);
/// "8 x NVIDIA H200 (9.0), 1 x NVIDIA A100 (8.0)"; "no GPU"
std::string gpus_text(const FleetClass& found);
/// "backend fa3: no_dispatch here, runs on 9,998 of 10,000 GPUs"
std::string difference_text(const FleetDifference& difference);
/// "580.159.04 (9,990), 570.86.15 (8)", the first twenty
std::string counts_text(const std::vector<Count>& counts);
/// "and 1,234 more classes, which the JSON of the fleet holds"
std::string and_more(std::size_t left, std::string_view what);
/// Classes that differ from most machines.
std::vector<const FleetClass*> odd_classes(const FleetReport& fleet);
/// "1,234,567"
std::string grouped(std::size_t number);
/// Ended the same on every GPU of the model.
bool is_uniform(const Tally& tally);

}  // namespace bp
