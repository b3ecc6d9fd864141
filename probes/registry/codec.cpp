#include "probes/registry/codec.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace bp {
namespace {

const Json& member(const Json& json, const char* key) {
  if (!json.is_object()) throw DecodeError(std::string("expected an object with \"") + key + "\"");
  const auto found = json.find(key);
  if (found == json.end()) throw DecodeError(std::string("\"") + key + "\" is missing");
  return *found;
}

std::string text(const Json& json, const char* key) {
  const Json& value = member(json, key);
  if (!value.is_string()) throw DecodeError(std::string("\"") + key + "\" is not a string");
  return value.get<std::string>();
}

// Written as null where there is nothing to say: an empty string would look like an answer.
Json null_or_text(const std::string& value) { return value.empty() ? Json(nullptr) : Json(value); }

std::string text_or_null(const Json& json, const char* key) {
  return member(json, key).is_null() ? std::string() : text(json, key);
}

bool flag(const Json& json, const char* key) {
  const Json& value = member(json, key);
  if (!value.is_boolean()) throw DecodeError(std::string("\"") + key + "\" is not true or false");
  return value.get<bool>();
}

double real(const Json& json, const char* key) {
  const Json& value = member(json, key);
  if (!value.is_number()) throw DecodeError(std::string("\"") + key + "\" is not a number");
  return value.get<double>();
}

const Json& array(const Json& json, const char* key) {
  const Json& value = member(json, key);
  if (!value.is_array()) throw DecodeError(std::string("\"") + key + "\" is not an array");
  return value;
}

template <typename T>
std::vector<T> list(const Json& json, const char* key, T (*decode)(const Json&)) {
  std::vector<T> items;
  for (const Json& item : array(json, key)) items.push_back(decode(item));
  return items;
}

std::string decode_text(const Json& json) {
  if (!json.is_string()) throw DecodeError("expected a string in a list");
  return json.get<std::string>();
}

template <typename T>
Json encode_list(const std::vector<T>& items) {
  Json list = Json::array();
  for (const T& item : items) list.push_back(encode(item));
  return list;
}

Json null_or(const std::optional<Reason>& reason) {
  return reason ? encode(*reason) : Json(nullptr);
}

std::optional<Reason> optional_reason(const Json& json, const char* key) {
  const Json& value = member(json, key);
  if (value.is_null()) return std::nullopt;
  return decode_reason(value);
}

template <typename T>
T named(const Json& json, const char* key, std::optional<T> (*parse)(std::string_view)) {
  const std::string name = text(json, key);
  const auto value = parse(name);
  if (!value)
    throw DecodeError(std::string("\"") + key + "\" has the unknown value \"" + name + "\"");
  return *value;
}

// A fact's value as JSON. What JSON cannot hold becomes null, and `absent` says why.
Json encode_value(const FactValue& value, std::string& absent) {
  const auto* real = std::get_if<double>(&value);
  if (real != nullptr && !std::isfinite(*real)) {
    absent = "the value is not a finite number";
    return nullptr;
  }
  return std::visit(
      [](const auto& held) {
        if constexpr (std::is_same_v<std::decay_t<decltype(held)>, std::monostate>) {
          return Json(nullptr);
        } else {
          return Json(held);
        }
      },
      value);
}

FactValue decode_value(const Json& value) {
  if (value.is_null()) return {};
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number_unsigned() &&
      value.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max()) {
    throw DecodeError("a fact's value does not fit into 64 bits with a sign");
  }
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (value.is_number()) return value.get<double>();
  if (value.is_string()) return value.get<std::string>();
  throw DecodeError("a fact's value is neither a number, a string, true, false nor null");
}

// A cell is its value, or an object that says why there is none.
Json encode_cell(const Cell& cell) {
  std::string absent = cell.absent;
  Json value = encode_value(cell.value, absent);
  if (!value.is_null()) return value;
  return {{"value", nullptr}, {"absent", absent}};
}

Cell decode_cell(const Json& json) {
  if (!json.is_object()) return {decode_value(json), {}};
  if (!member(json, "value").is_null()) throw DecodeError("a cell with a reason has a value");
  return {{}, text(json, "absent")};
}

std::vector<int> decode_ordinals(const Json& json) {
  if (json.size() > 2) throw DecodeError("a survey is about two GPUs at most");
  std::vector<int> ordinals;
  for (const Json& item : json) {
    if (!item.is_number_integer() || item.get<std::int64_t>() < 0 ||
        item.get<std::int64_t>() > 4096)
      throw DecodeError("\"gpus\" holds what is not a GPU ordinal");
    ordinals.push_back(item.get<int>());
  }
  return ordinals;
}

}  // namespace

Json encode(const Evidence& evidence) {
  Json json{{"kind", to_string(evidence.kind)},
            {"against", evidence.against},
            {"by", evidence.by},
            {"target", evidence.target},
            {"text", evidence.text}};
  // JSON has no infinity: a figure that is not finite is absent, and `text` says what was seen.
  if (evidence.value && std::isfinite(*evidence.value)) {
    json["value"] = *evidence.value;
    json["unit"] = evidence.unit;
  }
  return json;
}

Evidence decode_evidence(const Json& json) {
  Evidence evidence{.kind = named(json, "kind", parse_evidence_kind),
                    .against = flag(json, "against"),
                    .by = text(json, "by"),
                    .target = text(json, "target"),
                    .text = text(json, "text"),
                    .value = std::nullopt,
                    .unit = {}};
  if (json.contains("value")) {
    evidence.value = real(json, "value");
    evidence.unit = text(json, "unit");
  }
  return evidence;
}

Json encode(const Reason& reason) {
  return {
      {"id", reason.id}, {"sentence", reason.sentence}, {"remedy", null_or_text(reason.remedy)}};
}

Reason decode_reason(const Json& json) {
  return {text(json, "id"), text(json, "sentence"), text_or_null(json, "remedy")};
}

Json encode(const FeatureResult& result) {
  return {{"id", result.id},
          {"status", to_string(result.status)},
          {"reason", null_or(result.reason)},
          {"evidence", encode_list(result.evidence)}};
}

FeatureResult decode_feature_result(const Json& json) {
  return {text(json, "id"), named(json, "status", parse_status), optional_reason(json, "reason"),
          list(json, "evidence", decode_evidence)};
}

Json encode(const KernelResult& result) {
  Json figures = Json::array();
  for (const Figure& figure : result.figures) {
    if (!std::isfinite(figure.value)) continue;
    figures.push_back({{"name", figure.name}, {"value", figure.value}, {"unit", figure.unit}});
  }
  return {{"id", result.id},
          {"operation", result.operation},
          {"path", result.path},
          {"status", to_string(result.status)},
          {"reason", null_or(result.reason)},
          {"evidence", encode_list(result.evidence)},
          {"figures", std::move(figures)}};
}

KernelResult decode_kernel_result(const Json& json) {
  return {text(json, "id"),
          text(json, "operation"),
          text(json, "path"),
          named(json, "status", parse_status),
          optional_reason(json, "reason"),
          list(json, "evidence", decode_evidence),
          list<Figure>(json, "figures", [](const Json& item) {
            return Figure{text(item, "name"), real(item, "value"), text(item, "unit")};
          })};
}

Json encode(const MatrixRow& row) {
  return {{"feature", row.feature},         {"target", row.target},
          {"toolkit", row.toolkit},         {"verdict", to_string(row.verdict)},
          {"sass", null_or_text(row.sass)}, {"message", null_or_text(row.message)},
          {"ptx", null_or_text(row.ptx)},   {"since", null_or_text(row.since)}};
}

MatrixRow decode_matrix_row(const Json& json) {
  // Reports of schema 1.0 do not have the last two.
  const auto later = [&](const char* key) {
    return json.contains(key) ? text_or_null(json, key) : std::string();
  };
  return {text(json, "feature"),
          text(json, "target"),
          text(json, "toolkit"),
          named(json, "verdict", parse_status),
          text_or_null(json, "sass"),
          text_or_null(json, "message"),
          later("ptx"),
          later("since")};
}

Json encode(const Fact& fact) {
  Json json{{"key", fact.key}};
  std::string absent = fact.absent;
  json["value"] = encode_value(fact.value, absent);
  json["by"] = fact.by;
  if (!absent.empty()) json["absent"] = absent;
  return json;
}

Fact decode_fact(const Json& json) {
  Fact fact{text(json, "key"), decode_value(member(json, "value")), text(json, "by"), {}};
  if (json.contains("absent")) fact.absent = text(json, "absent");
  return fact;
}

Json encode(const SurveyResult& result) {
  Json values = Json::array();
  for (const SurveyValue& value : result.values) {
    std::string absent = value.absent;
    Json item{{"name", value.name},
              {"value", encode_value(value.value, absent)},
              {"unit", value.unit},
              {"kind", to_string(value.kind)}};
    if (!absent.empty()) item["absent"] = absent;
    if (value.invalid) item["invalid"] = encode(*value.invalid);
    values.push_back(std::move(item));
  }
  Json columns = Json::array();
  for (const Column& column : result.columns)
    columns.push_back({{"name", column.name}, {"unit", column.unit}});
  Json rows = Json::array();
  for (const auto& row : result.rows) {
    Json cells = Json::array();
    for (const Cell& cell : row) cells.push_back(encode_cell(cell));
    rows.push_back(std::move(cells));
  }
  return {{"id", result.id},
          {"gpus", result.gpus},
          {"status", to_string(result.status)},
          {"reason", null_or(result.reason)},
          {"evidence", encode_list(result.evidence)},
          {"values", std::move(values)},
          {"columns", std::move(columns)},
          {"rows", std::move(rows)}};
}

SurveyResult decode_survey_result(const Json& json) {
  SurveyResult result{
      .id = text(json, "id"),
      .gpus = decode_ordinals(array(json, "gpus")),
      .status = named(json, "status", parse_status),
      .reason = optional_reason(json, "reason"),
      .evidence = list(json, "evidence", decode_evidence),
      .values = list<SurveyValue>(json, "values",
                                  [](const Json& item) {
                                    SurveyValue value{text(item, "name"),
                                                      decode_value(member(item, "value")),
                                                      text(item, "unit"),
                                                      named(item, "kind", parse_evidence_kind),
                                                      {}};
                                    if (item.contains("absent"))
                                      value.absent = text(item, "absent");
                                    if (item.contains("invalid"))
                                      value.invalid = decode_reason(member(item, "invalid"));
                                    return value;
                                  }),
      .columns = list<Column>(json, "columns",
                              [](const Json& item) {
                                return Column{text(item, "name"), text(item, "unit")};
                              }),
  };
  for (const Json& row : array(json, "rows")) {
    if (!row.is_array() || row.size() != result.columns.size())
      throw DecodeError("a row of a table is not as long as its columns");
    std::vector<Cell>& cells = result.rows.emplace_back();
    for (const Json& cell : row) cells.push_back(decode_cell(cell));
  }
  return result;
}

Json encode(const GpuFacts& gpu) {
  return {{"index", gpu.index},
          {"name", gpu.name},
          {"compute_capability", to_string(gpu.cc)},
          {"uuid", null_or_text(gpu.uuid)},
          {"pci", null_or_text(gpu.pci)},
          {"problem", null_or(gpu.problem)},
          {"facts", encode_list(gpu.facts)}};
}

GpuFacts decode_gpu_facts(const Json& json) {
  GpuFacts gpu;
  const Json& index = member(json, "index");
  if (!index.is_number_integer() || index.get<std::int64_t>() < 0 ||
      index.get<std::int64_t>() > 4096) {
    throw DecodeError("\"index\" is not a GPU ordinal");
  }
  gpu.index = index.get<int>();
  gpu.name = text(json, "name");
  gpu.cc = named(json, "compute_capability", parse_compute_capability);
  gpu.uuid = text_or_null(json, "uuid");
  gpu.pci = text_or_null(json, "pci");
  gpu.problem = optional_reason(json, "problem");
  gpu.facts = list(json, "facts", decode_fact);
  return gpu;
}

Json encode(const DriverFacts& driver) {
  return {{"library", null_or_text(driver.library)},
          {"version", null_or_text(driver.version)},
          {"cuda_version", null_or_text(driver.cuda_version)},
          {"ptx", driver.ptx ? Json(to_string(*driver.ptx)) : Json(nullptr)},
          {"fake", driver.fake ? Json(*driver.fake) : Json(nullptr)},
          {"changed_environment", driver.changed_environment},
          {"injected_tools", driver.injected_tools},
          {"problem", null_or(driver.problem)},
          {"gpus", encode_list(driver.gpus)}};
}

DriverFacts decode_driver_facts(const Json& json) {
  DriverFacts driver;
  driver.library = text_or_null(json, "library");
  driver.version = text_or_null(json, "version");
  driver.cuda_version = text_or_null(json, "cuda_version");
  if (!member(json, "ptx").is_null()) driver.ptx = named(json, "ptx", parse_ptx_version);
  if (!member(json, "fake").is_null()) driver.fake = text(json, "fake");
  driver.changed_environment = list(json, "changed_environment", decode_text);
  driver.injected_tools = list(json, "injected_tools", decode_text);
  driver.problem = optional_reason(json, "problem");
  driver.gpus = list(json, "gpus", decode_gpu_facts);
  return driver;
}

}  // namespace bp
