// The catalogue of other projects' kernels: data in report/backends/*.json, checked at build time
// (check/, report/schema/backends.schema.json) and embedded.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "report/backends/takes.h"
#include "report/evaluate/expression.h"

namespace bp {

/// Where a row's facts were read: a line of a file, or a thread.
struct Source {
  std::string repository;  // "deepseek-ai/FlashMLA"
  std::string commit;      // hash; empty: a copy of the main branch whose commit is not known
  std::string path;        // of a file
  int line = 0;            // 0: not given
  std::string thread;      // of an issue or pull request: "#10010"
};

/// Only kernels get verdicts; the others are there to be looked up.
enum class BackendKind : std::uint8_t {
  kernel,
  selector,  // chooses among others
  format,    // a layout of bytes
  build,     // a statement on build targets, pipelines, workarounds
};
std::string_view to_string(BackendKind kind);
std::optional<BackendKind> parse_backend_kind(std::string_view text);

/// One entry of a selector: the candidates that it tries, in order, where `when` holds.
struct Candidates {
  Expression when;
  std::vector<std::string> ids;  // of kernels
};

struct Backend {
  std::string id;  // stable: "flashmla.dense_decode.sm90"
  std::string project;
  std::string name;                 // what users call it
  std::string operation;            // probes/registry/operation.h; may be empty of format, build
  std::string date;                 // when the sources were read, ISO 8601
  std::optional<Expression> needs;  // nullopt: not known
  std::optional<Expression>
      admits;                // the library's own gate over cc, major, minor; nullopt: not known
  std::string gate_message;  // what users see when the gate refuses; may be empty
  std::string notes;
  std::vector<Source> sources;  // at least one
  BackendKind kind = BackendKind::kernel;
  std::vector<std::string> also{};  // further operations
  std::string versions{};           // of the project that the row holds for, in words
  std::string cuda{};               // the least that it needs, "12.8"; empty: no such need is known
  std::string driver{};             // likewise
  Takes takes{};
  std::vector<Candidates> chain{};           // of a selector
  std::optional<std::size_t> gate_source{};  // index into `sources`: where `admits` was read
};
/// Whether it performs the operation, as its main one or beside it.
bool performs(const Backend& backend, std::string_view operation);

struct Catalogue {
  std::vector<Backend> backends;  // sorted by project, then id
};
const Backend* find_backend(const Catalogue& catalogue, std::string_view id);

struct CatalogueError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Parses one project file. Throws CatalogueError naming the row.
std::vector<Backend> parse_backends(std::string_view json);
/// All embedded files; parsed once.
const Catalogue& embedded_catalogue();

/// What the rows of files break beyond their format, one sentence each: an id used twice, rows not
/// sorted by id, candidates that are no kernel of the catalogue, a file that does not parse.
std::vector<std::string> faults_of(std::span<const std::string_view> files);

}  // namespace bp
