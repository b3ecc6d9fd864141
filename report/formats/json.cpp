#include "report/formats/json.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "probes/registry/codec.h"
#include "report/formats/clean.h"
#include "report/formats/json_bench.h"
#include "report/formats/json_matrix.h"
#include "report/formats/json_models.h"

namespace bp {
namespace {

template <typename T>
Json list_of(const std::vector<T>& items) {
  Json array = Json::array();
  for (const T& item : items) array.push_back(encode(item));
  return array;
}

Json null_or(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

}  // namespace

// Static rather than unnamed: found by argument-dependent look-up beside those of codec.h.
static Json encode(const BackendResult& backend) {
  return {{"id", backend.id},
          {"project", backend.project},
          {"operation", backend.operation},
          {"verdict", to_string(backend.verdict)},
          {"reason", backend.reason},
          {"evidence", backend.evidence ? Json(to_string(*backend.evidence)) : Json(nullptr)},
          {"nearest", null_or(backend.nearest)},
          {"notes", backend.notes}};
}

/// What a row of the catalogue says whatever the GPU: once for all GPUs and targets.
static Json encode_row(const BackendResult& backend) {
  return {{"id", backend.id},
          {"versions", null_or(backend.versions)},
          {"date", null_or(backend.date)},
          {"outdated", backend.outdated},
          {"takes", null_or(backend.takes)},
          {"also", backend.also}};
}

static Json encode(const SelectorStep& step) {
  return {{"backend", step.backend},
          {"verdict", to_string(step.verdict)},
          {"admitted", step.admitted ? Json(*step.admitted) : Json(nullptr)}};
}

static Json encode(const SelectorResult& selector) {
  return {{"id", selector.id},
          {"project", selector.project},
          {"operation", selector.operation},
          {"steps", list_of(selector.steps)},
          {"chosen", null_or(selector.chosen)},
          {"note", null_or(selector.note)}};
}

static Json encode(const RateResult& rate) {
  const auto share = share_of_peak(rate);
  return {{"feature", rate.feature},
          {"operations_per_clock_per_sm", rate.operations},
          {"kind", to_string(rate.kind)},
          {"peak", rate.peak ? Json(*rate.peak) : Json(nullptr)},
          {"peak_quality", rate.peak_quality ? Json(to_string(*rate.peak_quality)) : Json(nullptr)},
          {"peak_source", null_or(rate.peak_source)},
          {"share", share ? Json(std::round(*share * 1000) / 1000) : Json(nullptr)},
          {"notes", rate.notes}};
}

static Json encode(const DisputedSource& source) {
  return {{"who", source.who}, {"says", source.says}, {"reference", source.reference}};
}

static Json encode(const DisputedFact& fact) {
  return {{"id", fact.id},
          {"topic", null_or(fact.topic)},
          {"claim", fact.claim},
          {"about", null_or(fact.about)},
          {"sources", list_of(fact.sources)},
          {"finding", fact.finding},
          {"outcome", to_string(fact.outcome)},
          {"basis", fact.basis ? Json(to_string(*fact.basis)) : Json(nullptr)},
          {"evidence", list_of(fact.evidence)},
          {"command", null_or(fact.command)}};
}

static Json encode(const GpuReport& gpu) {
  Json json = encode(gpu.facts);
  json["target"] = null_or(gpu.target);
  json["features"] = list_of(gpu.features);
  json["kernels"] = list_of(gpu.kernels);
  json["backends"] = list_of(gpu.backends);
  json["rates"] = list_of(gpu.rates);
  json["selectors"] = list_of(gpu.selectors);
  if (!gpu.bench.empty()) json["bench"] = encode(gpu.bench);
  return json;
}

static Json encode(const ToolInfo& tool) {
  return {{"name", "blackwell-probe"},
          {"version", tool.version},
          {"commit", null_or(tool.commit)},
          {"toolkit", null_or(tool.toolkit)}};
}

static Json encode_driver(const DriverFacts& driver) {
  Json json = encode(driver);
  // Each GPU's facts stand in its own report.
  if (driver.gpus.empty()) json.erase("gpus");
  return json;
}

namespace {

bool flat(const Json& json) {
  for (const Json& item : json) {
    if (item.is_structured() && !item.empty()) return false;
  }
  return true;
}

void append_escape(std::string& out, char32_t code) {
  if (code > 0xFFFF) {  // RFC 8259, section 7: a surrogate pair
    append_escape(out, 0xD800 + ((code - 0x10000) >> 10));
    append_escape(out, 0xDC00 + ((code - 0x10000) & 0x3FF));
    return;
  }
  constexpr std::string_view digits = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += digits[(code >> shift) & 0xF];
}

std::string compact(const Json& json) {
  // `replace`: a driver's message may be cut in the middle of a character.
  const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  // Characters that a terminal would act on are valid in JSON; the file may be shown with cat.
  std::string out;
  out.reserve(text.size());
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t plain = plain_prefix(rest);
    out.append(rest.substr(0, plain));
    rest.remove_prefix(plain);
    if (rest.empty()) break;
    const char32_t code = next_code_point(rest);
    if (is_hostile(code)) {
      append_escape(out, code);
    } else {
      append_code_point(out, code);
    }
  }
  return out;
}

// Objects over several lines, but a row of a list in one line where it holds no list of its own.
void write(const Json& json, std::string& out, std::size_t indent, bool row) {
  if (!json.is_structured() || json.empty() || (row && flat(json)) ||
      (json.is_array() && flat(json) && !json.front().is_structured())) {
    out += compact(json);
    return;
  }
  const bool object = json.is_object();
  out += object ? "{" : "[";
  bool first = true;
  for (const auto& [key, value] : json.items()) {
    out += first ? "\n" : ",\n";
    first = false;
    out.append(indent + 1, ' ');
    if (object) out.append(compact(Json(key))).append(": ");
    write(value, out, indent + 1, !object);
  }
  out += '\n';
  out.append(indent, ' ');
  out += object ? '}' : ']';
}

/// There are a dozen targets of hundreds of rows: each row is one line, whatever it holds.
void write_target(const TargetReport& target, std::string& out) {
  out.append("{\n   \"target\": ").append(compact(Json(target.target)));
  const auto rows = [&](const char* key, const auto& items) {
    out.append(",\n   \"").append(key).append("\": [");
    for (const auto& item : items) {
      out += &item == &items.front() ? "\n    " : ",\n    ";
      out += compact(encode(item));
    }
    out += items.empty() ? "]" : "\n   ]";
  };
  rows("features", target.features);
  rows("backends", target.backends);
  rows("selectors", target.selectors);
  out += "\n  }";
}

std::vector<Json> catalogue_rows(const Report& report) {
  std::vector<Json> rows;
  std::set<std::string_view> seen;
  const auto add = [&](const std::vector<BackendResult>& backends) {
    for (const BackendResult& backend : backends) {
      const bool says_nothing = backend.versions.empty() && backend.date.empty() &&
                                backend.takes.empty() && backend.also.empty() && !backend.outdated;
      if (seen.insert(backend.id).second && !says_nothing) rows.push_back(encode_row(backend));
    }
  };
  for (const GpuReport& gpu : report.gpus) add(gpu.backends);
  for (const TargetReport& target : report.targets) add(target.backends);
  return rows;
}

}  // namespace

std::string serialise_json(const Report& report, const Style&) {
  std::string out = "{";
  // One value at a time: the whole report as one tree takes longer to build than to write.
  const auto begin = [&](const char* key) {
    out.append(out.size() == 1 ? "\n " : ",\n ").append("\"").append(key).append("\": ");
  };
  const auto value = [&](const char* key, const Json& json) {
    begin(key);
    write(json, out, 1, false);
  };
  const auto rows = [&](const char* key, const auto& items) {
    begin(key);
    out += '[';
    for (const auto& item : items) {
      out += &item == &items.front() ? "\n  " : ",\n  ";
      using Item = std::decay_t<decltype(item)>;
      if constexpr (std::is_same_v<Item, TargetReport>) {
        write_target(item, out);
      } else if constexpr (std::is_same_v<Item, Json>) {
        out += compact(item);
      } else {
        write(encode(item), out, 2, true);
      }
    }
    out += items.empty() ? "]" : "\n ]";
  };
  value("schema_version", report.schema_version);
  value("tool", encode(report.tool));
  value("created", report.created);
  value("command", report.command);
  value("seed", report.seed);
  value("shape", encode(report.shape));
  value("complete", report.complete);
  value("redacted", report.redacted);
  rows("environment", report.environment);
  value("driver", encode_driver(report.driver));
  rows("gpus", report.gpus);
  rows("targets", report.targets);
  rows("catalogue", catalogue_rows(report));
  rows("surveys", report.surveys);
  rows("models", report.models);
  rows("disputed", report.disputed);
  rows("matrix", encode_matrix(report.matrix));
  value("log", report.log);
  out += "\n}\n";
  return out;
}

}  // namespace bp
