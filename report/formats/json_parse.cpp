#include <algorithm>
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>

#include "probes/registry/codec.h"
#include "probes/registry/json_read.h"
#include "report/formats/clean.h"
#include "report/formats/json.h"
#include "report/formats/json_bench.h"
#include "report/formats/json_guard.h"
#include "report/formats/json_matrix.h"
#include "report/formats/json_models.h"

namespace bp {

using namespace json_read;

namespace {

BackendResult decode_backend(const Json& json) {
  BackendResult backend{.id = text(json, "id"),
                        .project = text(json, "project"),
                        .operation = text(json, "operation"),
                        .verdict = named(json, "verdict", parse_verdict),
                        .reason = text(json, "reason"),
                        .evidence = std::nullopt,
                        .nearest = text_or_null(json, "nearest"),
                        .notes = list(json, "notes", decode_line)};  // the rest: hand_out()
  if (!member(json, "evidence").is_null()) {
    backend.evidence = named(json, "evidence", parse_evidence_kind);
  }
  return backend;
}

SelectorStep decode_step(const Json& json) {
  SelectorStep step{text(json, "backend"), named(json, "verdict", parse_verdict)};
  if (!member(json, "admitted").is_null()) step.admitted = flag(json, "admitted");
  return step;
}

SelectorResult decode_selector(const Json& json) {
  return {text(json, "id"),
          text(json, "project"),
          text(json, "operation"),
          list(json, "steps", decode_step),
          text_or_null(json, "chosen"),
          text_or_null(json, "note")};
}

/// Not in the first reports.
std::vector<SelectorResult> decode_selectors(const Json& json) {
  if (!json.contains("selectors")) return {};
  return list(json, "selectors", decode_selector);
}

DisputedSource decode_source(const Json& json) {
  return {text(json, "who"), text(json, "says"), text(json, "reference")};
}

DisputedFact decode_disputed(const Json& json) {
  DisputedFact fact{text(json, "id"), text(json, "claim"), text(json, "finding"),
                    named(json, "outcome", parse_outcome), list(json, "evidence", decode_evidence)};
  // Not in the first reports.
  const auto later = [&](const char* key) {
    return json.contains(key) ? text_or_null(json, key) : std::string();
  };
  fact.topic = later("topic");
  fact.about = later("about");
  if (json.contains("sources")) fact.sources = list(json, "sources", decode_source);
  fact.command = later("command");
  if (json.contains("basis") && !json.at("basis").is_null())
    fact.basis = named(json, "basis", parse_basis);
  return fact;
}

RateResult decode_rate(const Json& json) {
  RateResult rate{.feature = text(json, "feature"),
                  .operations = real(json, "operations_per_clock_per_sm"),
                  .kind = named(json, "kind", parse_evidence_kind),
                  .peak_source = text_or_null(json, "peak_source"),
                  .notes = list(json, "notes", decode_line)};
  if (!member(json, "peak").is_null()) rate.peak = real(json, "peak");
  if (!member(json, "peak_quality").is_null())
    rate.peak_quality = named(json, "peak_quality", parse_peak_quality);
  return rate;  // the share is calculated anew
}

GpuReport decode_gpu(const Json& json) {
  GpuReport gpu{decode_gpu_facts(json), text_or_null(json, "target"),
                list(json, "features", decode_feature_result),
                list(json, "kernels", decode_kernel_result),
                list(json, "backends", decode_backend)};
  if (json.contains("rates")) gpu.rates = list(json, "rates", decode_rate);  // not in the first
  gpu.selectors = decode_selectors(json);
  if (json.contains("bench")) gpu.bench = decode_bench(json.at("bench"));  // of `bench` alone
  return gpu;
}

TargetReport decode_target(const Json& json) {
  return {text(json, "target"), list(json, "features", decode_feature_result),
          list(json, "backends", decode_backend), decode_selectors(json)};
}

struct CatalogueRow {
  std::string id;
  BackendResult says;
};

CatalogueRow decode_catalogue_row(const Json& json) {
  CatalogueRow row{text(json, "id"), {}};
  row.says.versions = text_or_null(json, "versions");
  row.says.date = text_or_null(json, "date");
  row.says.outdated = flag(json, "outdated");
  row.says.takes = text_or_null(json, "takes");
  row.says.also = list(json, "also", decode_line);
  return row;
}

/// What stands once for all GPUs and targets goes to each of their backends.
void hand_out(const std::vector<CatalogueRow>& rows, Report& report) {
  std::map<std::string_view, const BackendResult*> by_id;
  for (const CatalogueRow& row : rows) by_id.emplace(row.id, &row.says);
  const auto complete = [&](std::vector<BackendResult>& backends) {
    for (BackendResult& backend : backends) {
      const auto found = by_id.find(backend.id);
      if (found == by_id.end()) continue;
      backend.versions = found->second->versions;
      backend.date = found->second->date;
      backend.outdated = found->second->outdated;
      backend.takes = found->second->takes;
      backend.also = found->second->also;
    }
  };
  for (GpuReport& gpu : report.gpus) complete(gpu.backends);
  for (TargetReport& target : report.targets) complete(target.backends);
}

DriverFacts decode_driver(Json json) {
  if (json.is_object() && !json.contains("gpus")) json["gpus"] = Json::array();
  return decode_driver_facts(json);
}

int major_of(std::string_view version) {
  int major = -1;
  const auto [end, error] = std::from_chars(version.data(), version.data() + version.size(), major);
  if (error != std::errc{} || end == version.data() + version.size() || *end != '.') return -1;
  return major;
}

Report decode(const Json& json) {
  if (!json.is_object()) throw DecodeError("it is not an object");
  Report report;
  report.schema_version = text(json, "schema_version");
  if (const std::string wrong = unreadable_version(report.schema_version); !wrong.empty())
    throw DecodeError(wrong);
  const Json& tool = member(json, "tool");
  report.tool = {text(tool, "version"), text_or_null(tool, "commit"),
                 text_or_null(tool, "toolkit")};
  report.created = text(json, "created");
  report.command = text(json, "command");
  const Json& seed = member(json, "seed");
  if (!seed.is_number_unsigned()) throw DecodeError("\"seed\" is not a whole number of at least 0");
  report.seed = seed.get<std::uint64_t>();
  report.complete = flag(json, "complete");
  report.redacted = flag(json, "redacted");
  report.environment = list(json, "environment", decode_fact);
  report.driver = decode_driver(member(json, "driver"));
  report.gpus = list(json, "gpus", decode_gpu);
  report.targets = list(json, "targets", decode_target);
  // Not in the first reports.
  if (json.contains("shape")) report.shape = decode_shape(json.at("shape"));
  if (json.contains("catalogue")) hand_out(list(json, "catalogue", decode_catalogue_row), report);
  if (json.contains("surveys")) report.surveys = list(json, "surveys", decode_survey_result);
  if (json.contains("models")) report.models = list(json, "models", decode_model);
  report.disputed = list(json, "disputed", decode_disputed);
  report.matrix = decode_matrix(member(json, "matrix"));
  report.log = list(json, "log", decode_line);
  return report;
}

/// "line 12, column 3" of a byte offset (from 1, as the parser counts).
std::string position(std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, std::min(byte == 0 ? 0 : byte - 1, text.size()));
  const auto line = std::ranges::count(before, '\n') + 1;
  const auto start = before.rfind('\n');
  const auto column = before.size() - (start == std::string_view::npos ? 0 : start + 1) + 1;
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

/// An error quotes the input, which may be long and may hold escape sequences.
std::string quoted(std::string_view message) {
  constexpr std::size_t longest = 300;
  if (message.size() > longest) return one_line(message.substr(0, longest)) + " ...";
  return one_line(message);
}

}  // namespace

std::string unreadable_version(std::string_view version) {
  const int theirs = major_of(version);
  const int ours = major_of(schema_version);
  if (theirs == ours) return {};
  return "the report has schema version \"" + one_line(version.substr(0, 60)) + "\"" +
         " and this program reads " + std::to_string(ours) +
         ".x: " + (theirs > ours ? "use a newer blackwell-probe" : "make the report again");
}

Report parse_report(std::string_view text) {
  if (const std::string limit = broken_limit(text); !limit.empty()) throw ReportError(limit);
  try {
    return decode(Json::parse(text));
  } catch (const Json::parse_error& error) {
    throw ReportError("This is not a report: it is not valid JSON at " +
                      position(text, error.byte) + ".");
  } catch (const Json::exception&) {
    throw ReportError(
        "This is not a report: it holds a value that does not fit, such as a number out of range.");
  } catch (const DecodeError& error) {
    throw ReportError("This is not a report that this version reads: " + quoted(error.what()) +
                      ".");
  }
}

}  // namespace bp
