// What came out of a gate, for people, programs, CI servers and GitHub's log.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "report/gate/gate.h"

namespace bp::gate {

/// Semantic version of the gate's JSON, as schema_version is that of report.json.
inline constexpr std::string_view gate_schema_version = "1.0.0";

/// What was judged, for the formats that say it.
struct Judging {
  std::string_view tool;     // version
  std::string_view created;  // UTC, ISO 8601: when the report was made
  int status = 0;            // that the program ends with
};

/// One line a requirement, then the counts.
std::string to_text(std::span<const Result> results, bool colour);
/// Described by report/schema/gate.schema.json.
std::string to_json(std::span<const Result> results, const Judging& judging);
/// Not met is a failure, not known an error; xfail and no such GPU are skipped, which is no pass.
std::string to_junit(std::span<const Result> results, const Judging& judging);
std::string to_github(std::span<const Result> results);

}  // namespace bp::gate
