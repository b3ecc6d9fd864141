#include "report/backends/catalogue.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "probes/registry/feature.h"
#include "probes/registry/operation.h"
#include "report/backends/embedded_files.h"

namespace bp {
namespace {

using Json = nlohmann::json;

/// Names that a comparison may use. cc, major and minor are for gates, and for needs of which a
/// library takes one of several paths by the number.
constexpr auto limit_names =
    std::to_array<std::string_view>({"smem_optin", "smem_sm", "cluster_max", "warps_sm",
                                     "registers_block", "sms", "cc", "major", "minor"});

/// Every name of the expression must be known: a misspelt feature would make its backend unknown
/// for ever.
void check_names(const Expression& expression) {
  for (const Expression& part : expression.parts) check_names(part);
  if (expression.kind == Expression::Kind::feature && find_feature(expression.name) == nullptr) {
    throw CatalogueError("unknown feature \"" + expression.name + "\"");
  }
  if (expression.kind == Expression::Kind::comparison &&
      std::ranges::find(limit_names, expression.name) == limit_names.end()) {
    throw CatalogueError("unknown limit \"" + expression.name + "\"");
  }
}

std::optional<Expression> condition(const Json& row, const char* key) {
  const Json& value = row.at(key);
  if (value.is_null()) return std::nullopt;
  Expression expression = parse_expression(value.get<std::string>());
  check_names(expression);
  return expression;
}

Source parse_source(const Json& json) {
  Source source;
  source.repository = json.at("repository");
  if (json.contains("thread")) {
    source.thread = json.at("thread");
    if (!source.thread.starts_with('#')) throw CatalogueError("a thread is written #123");
    return source;
  }
  if (const Json& commit = json.at("commit"); !commit.is_null()) source.commit = commit;
  const bool hash = source.commit.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!hash || (!source.commit.empty() && source.commit.size() < 7)) {
    throw CatalogueError("\"" + source.commit + "\" is not the hash of a commit");
  }
  source.path = json.at("path");
  source.line = json.value("line", 0);
  return source;
}

Backend parse_backend(const Json& row, const std::string& project) {
  Backend backend{.id = row.at("id"),
                  .project = project,
                  .name = row.at("name"),
                  .operation = row.at("operation"),
                  .date = row.at("date"),
                  .needs = condition(row, "needs"),
                  .admits = condition(row, "admits"),
                  .gate_message = row.value("gate_message", ""),
                  .notes = row.value("notes", ""),
                  .sources = {}};
  if (find_operation(backend.operation) == nullptr) {
    throw CatalogueError("unknown operation \"" + backend.operation + "\"");
  }
  for (const Json& source : row.at("sources")) backend.sources.push_back(parse_source(source));
  if (backend.sources.empty()) throw CatalogueError("a row needs at least one source");
  return backend;
}

}  // namespace

std::vector<Backend> parse_backends(std::string_view json) {
  std::string at = "the file";
  try {
    const Json file = Json::parse(json);
    const std::string project = file.at("project");
    std::vector<Backend> backends;
    for (const Json& row : file.at("backends")) {
      at = row.value("id", project + ", a row without id");
      backends.push_back(parse_backend(row, project));
    }
    return backends;
  } catch (const std::exception& error) {
    throw CatalogueError(at + ": " + error.what());
  }
}

const Catalogue& embedded_catalogue() {
  static const Catalogue catalogue = [] {
    Catalogue all;
    for (const std::string_view file : embedded_backend_files()) {
      auto backends = parse_backends(file);
      std::ranges::move(backends, std::back_inserter(all.backends));
    }
    std::ranges::sort(all.backends, {},
                      [](const Backend& b) { return std::pair(b.project, b.id); });
    return all;
  }();
  return catalogue;
}

}  // namespace bp
