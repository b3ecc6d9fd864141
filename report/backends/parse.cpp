// The files of the catalogue, read strictly: a key that nobody reads is a fact that gets lost.
#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "probes/registry/feature.h"
#include "probes/registry/operation.h"
#include "report/backends/catalogue.h"
#include "report/evaluate/versions.h"

namespace bp {
namespace {

using Json = nlohmann::json;
using Names = std::span<const std::string_view>;

/// Names that a comparison may use besides those of a shape. cc, major and minor are for gates, and
/// for needs of which a library takes one of several paths by the number.
constexpr auto limit_names =
    std::to_array<std::string_view>({"smem_optin", "smem_sm", "cluster_max", "warps_sm",
                                     "registers_block", "sms", "cc", "major", "minor"});

[[noreturn]] void fail(const std::string& what) { throw CatalogueError(what); }

bool is_one_of(Names names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

void check_comparison(const Expression& leaf) {
  const bool of_shape = std::ranges::any_of(
      shape_numbers, [&](const auto& number) { return number.first == leaf.name; });
  if (!of_shape && !is_one_of(limit_names, leaf.name)) fail("unknown limit \"" + leaf.name + "\"");
  const bool pair = leaf.name == "cc";
  if (pair && !parse_compute_capability(leaf.number_text))
    fail("cc is compared with a capability such as 9.0, not with " + leaf.number_text);
  if (!pair && leaf.number_text.find('.') != std::string::npos)
    fail(leaf.name + " is a whole number, not " + leaf.number_text);
}

/// Every name of the expression must be known: a misspelt feature would make its backend unknown
/// for ever.
void check_names(const Expression& expression) {
  for (const Expression& part : expression.parts) check_names(part);
  if (expression.kind == Expression::Kind::feature && find_feature(expression.name) == nullptr)
    fail("unknown feature \"" + expression.name + "\"");
  if (expression.kind == Expression::Kind::comparison) check_comparison(expression);
}

void check_keys(const Json& object, Names known, std::string_view what) {
  if (!object.is_object()) fail(std::string(what) + " is not an object");
  for (const auto& [key, value] : object.items()) {
    if (!is_one_of(known, key)) fail(std::string(what) + " has the unknown key \"" + key + "\"");
  }
}

const Json& array_at(const Json& object, const char* key) {
  const Json& value = object.at(key);
  if (!value.is_array() || value.empty())
    fail("\"" + std::string(key) + "\" is not a list of at least one item");
  return value;
}

std::int64_t whole(const Json& value, std::string_view what, std::int64_t least,
                   std::int64_t most) {
  if (!value.is_number_integer() || value.get<std::int64_t>() < least ||
      value.get<std::int64_t>() > most ||
      (value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(most)))
    fail("\"" + std::string(what) + "\" is not a whole number from " + std::to_string(least) +
         " to " + std::to_string(most));
  return value.get<std::int64_t>();
}

Expression expression_of(const Json& value) {
  Expression expression = parse_expression(value.get<std::string>());
  check_names(expression);
  return expression;
}

std::optional<Expression> condition(const Json& row, const char* key) {
  const Json& value = row.at(key);
  if (value.is_null()) return std::nullopt;
  return expression_of(value);
}

Source parse_source(const Json& json) {
  Source source;
  if (json.contains("thread")) {
    check_keys(json, std::to_array<std::string_view>({"repository", "thread"}), "a source");
    source.repository = json.at("repository");
    source.thread = json.at("thread");
    if (!source.thread.starts_with('#')) fail("a thread is written #123");
    return source;
  }
  check_keys(json, std::to_array<std::string_view>({"repository", "commit", "path", "line"}),
             "a source");
  source.repository = json.at("repository");
  if (const Json& commit = json.at("commit"); !commit.is_null()) source.commit = commit;
  const bool hash = source.commit.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!hash || (!source.commit.empty() && source.commit.size() < 7))
    fail("\"" + source.commit + "\" is not the hash of a commit");
  source.path = json.at("path");
  if (json.contains("line"))
    source.line = static_cast<int>(whole(json.at("line"), "line", 1, 10'000'000));
  return source;
}

Range parse_range(const Json& json, const std::string& name) {
  Range range;
  if (json.is_array()) {
    for (const Json& value : json) range.values.push_back(whole(value, name, 1, max_shape_number));
    const bool ascending =
        std::ranges::adjacent_find(range.values, std::greater_equal<>()) == range.values.end();
    if (range.values.empty() || !ascending)
      fail("\"" + name + "\" is not a list of ascending numbers");
    return range;
  }
  check_keys(json, std::to_array<std::string_view>({"min", "max", "multiple_of"}),
             "\"" + name + "\"");
  const auto bound = [&](const char* key) -> std::optional<std::int64_t> {
    if (!json.contains(key)) return std::nullopt;
    return whole(json.at(key), name + "." + key, 1, max_shape_number);
  };
  range.min = bound("min");
  range.max = bound("max");
  range.multiple_of = bound("multiple_of");
  if (!range.min && !range.max && !range.multiple_of) fail("\"" + name + "\" says nothing");
  if (range.min && range.max && *range.min > *range.max)
    fail("\"" + name + "\" has a min above its max");
  return range;
}

Takes parse_takes(const Json& json) {
  check_keys(
      json, std::to_array<std::string_view>({"heads", "head_dim", "kv_dtype", "page_size", "topk"}),
      "\"shape\"");
  Takes takes;
  for (const auto& [name, member] : taken_numbers) {
    if (json.contains(name))
      takes.*member = parse_range(json.at(std::string(name)), std::string(name));
  }
  if (!json.contains("kv_dtype")) return takes;
  for (const Json& word : array_at(json, "kv_dtype")) {
    takes.kv_dtype.push_back(word);
    if (!is_one_of(kv_dtypes, takes.kv_dtype.back()))
      fail("unknown data type \"" + takes.kv_dtype.back() + "\"");
  }
  return takes;
}

std::string operation_of(const Json& json) {
  std::string operation = json;
  if (find_operation(operation) == nullptr) fail("unknown operation \"" + operation + "\"");
  return operation;
}

/// A version of CUDA or of the driver, where the row names one.
std::string version_at(const Json& row, const char* key) {
  if (!row.contains(key)) return {};
  std::string version = row.at(key);
  if (!is_older(version, version)) fail("\"" + version + "\" is not a version such as 12.8");
  return version;
}

std::vector<Candidates> parse_chain(const Json& row) {
  std::vector<Candidates> chain;
  for (const Json& entry : array_at(row, "chain")) {
    check_keys(entry, std::to_array<std::string_view>({"when", "try"}), "an entry of \"chain\"");
    Candidates candidates{expression_of(entry.at("when")), {}};
    for (const Json& id : array_at(entry, "try")) candidates.ids.push_back(id);
    chain.push_back(std::move(candidates));
  }
  return chain;
}

/// Ids are written into commands and addresses, so they hold nothing but a few plain characters.
std::string id_of(const Json& row) {
  std::string id = row.at("id");
  const bool plain =
      id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_.") == std::string::npos;
  if (id.empty() || !plain) fail("an id has the characters a to z, 0 to 9, '_' and '.'");
  return id;
}

BackendKind kind_of(const Json& row) {
  const std::string word = row.at("kind");
  const auto kind = parse_backend_kind(word);
  if (!kind) fail("unknown kind \"" + word + "\"");
  return *kind;
}

void check_kind(const Json& row, BackendKind kind) {
  const auto only = [&](std::initializer_list<const char*> keys, bool fits) {
    for (const char* key : keys) {
      if (!fits && row.contains(key))
        fail("a row of kind " + std::string(to_string(kind)) + " has no \"" + key + "\"");
    }
  };
  only({"needs", "admits", "gate_source"}, kind == BackendKind::kernel);
  only({"chain"}, kind == BackendKind::selector);
}

Backend parse_backend(const Json& row, const std::string& project) {
  check_keys(
      row,
      std::to_array<std::string_view>({"id", "kind", "name", "operation", "also", "versions",
                                       "date", "needs", "admits", "cuda", "driver", "shape",
                                       "chain", "gate_message", "gate_source", "notes", "sources"}),
      "the row");
  Backend backend;
  backend.id = id_of(row);
  backend.project = project;
  backend.kind = kind_of(row);
  check_kind(row, backend.kind);
  backend.name = row.at("name");
  const bool works = backend.kind == BackendKind::kernel || backend.kind == BackendKind::selector;
  if (works || row.contains("operation")) backend.operation = operation_of(row.at("operation"));
  if (row.contains("also")) {
    for (const Json& operation : array_at(row, "also"))
      backend.also.push_back(operation_of(operation));
  }
  backend.versions = row.at("versions");
  backend.date = row.at("date");
  if (!days_of(backend.date)) fail("\"" + backend.date + "\" is not a date");
  if (backend.kind == BackendKind::kernel) {
    backend.needs = condition(row, "needs");
    backend.admits = condition(row, "admits");
  }
  backend.cuda = version_at(row, "cuda");
  backend.driver = version_at(row, "driver");
  if (row.contains("shape")) backend.takes = parse_takes(row.at("shape"));
  if (row.contains("chain")) backend.chain = parse_chain(row);
  backend.gate_message = row.value("gate_message", "");
  backend.notes = row.value("notes", "");
  for (const Json& source : array_at(row, "sources"))
    backend.sources.push_back(parse_source(source));
  if (row.contains("gate_source")) {
    if (!backend.admits) fail("a gate that is not known has no source");
    const auto last = static_cast<std::int64_t>(backend.sources.size()) - 1;
    backend.gate_source =
        static_cast<std::size_t>(whole(row.at("gate_source"), "gate_source", 0, last));
  }
  return backend;
}

}  // namespace

std::vector<Backend> parse_backends(std::string_view json) {
  std::string at = "the file";
  try {
    const Json file = Json::parse(json);
    check_keys(file, std::to_array<std::string_view>({"project", "backends"}), "it");
    const std::string project = file.at("project");
    std::vector<Backend> backends;
    for (const Json& row : array_at(file, "backends")) {
      at = project + ", a row without id";
      if (row.is_object() && row.contains("id") && row.at("id").is_string()) at = row.at("id");
      backends.push_back(parse_backend(row, project));
    }
    return backends;
  } catch (const std::exception& error) {
    throw CatalogueError(at + ": " + error.what());
  }
}

}  // namespace bp
