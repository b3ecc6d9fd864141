// report.json: the one format that is read back. Its keys are described by
// report/schema/report.schema.json.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

#include "report/formats/format.h"
#include "report/model/report.h"

namespace bp {

/// Why a text is not a report that this version reads: one sentence, with a remedy where there is
/// one. Control characters of the input are escaped in it.
struct ReportError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Limits on what is read: reports come from strangers. A report of every known target is under 2
/// MiB.
inline constexpr std::size_t max_report_bytes = std::size_t{64} << 20;
inline constexpr std::size_t max_report_depth = 32;
inline constexpr std::size_t max_report_values = 4'000'000;
inline constexpr std::size_t max_object_keys = 256;

/// Keys in a fixed order; rows (evidence, facts, cells) one a line, so that two reports compare
/// with diff.
std::string serialise_json(const Report& report, const Style& style = {});

/// Why a report of that schema version is not for this program: the second half of a sentence, with
/// a remedy. Empty: it can be read.
std::string unreadable_version(std::string_view version);

/// Throws ReportError. Keys that this version does not know are ignored; another major schema
/// version is refused. For reports whose strings are valid UTF-8: parse_report(serialise_json(r))
/// == r.
Report parse_report(std::string_view text);

}  // namespace bp
